/**
 * Jobs: long work in bounded steps. A run is a row of `job_runs`; each step is one queue message, does a bounded part of
 * the work and returns the cursor where the next step continues. A step may run twice, late, or beside itself: only one
 * outcome of a step is saved, so what it writes must be idempotent.
 */
import type { RunId } from "../../kernel/ids";
import type { PlatformContext } from "../context";

export const SCHEDULES = {
  everyMinute: "* * * * *",
  hourlyPlanning: "7 * * * *",
  hourlyPromises: "23 * * * *",
  nightly: "10 1 * * *",
} as const;

/** When a job begins by itself. `everyMinute` is the sweep's, which is no job. */
export type Schedule = Exclude<keyof typeof SCHEDULES, "everyMinute">;

/** Counts of what a run has done so far, by a name such as `orders`. Anybody who may read reports sees them. */
export type Progress = Readonly<Record<string, number>>;

export type JobRun<Parameters, Cursor> = Readonly<{
  id: RunId;
  parameters: Parameters;
  /** Where to continue; null at the first step. */
  cursor: Cursor | null;
  progress: Progress;
  /** When the run was begun, in epoch milliseconds. */
  begunAt: number;
  /** Whether the step may go on to another part of its work. A part uses at most half of `STEP_BUDGET`. */
  hasBudget: () => boolean;
}>;

export type StepOutcome<Cursor> = Readonly<{
  /** Where the next step continues. Stored as JSON, at most `MAX_CURSOR_CHARACTERS`. */
  cursor: Cursor;
  isDone: boolean;
  progress: Progress;
  /** Milliseconds before the next step, for work that waits for somebody else. Rounded up to the sweep's minute. */
  pauseMs?: number;
}>;

export type Job<Context extends PlatformContext, Parameters = unknown, Cursor = unknown> = Readonly<{
  /** Stored with each run, so it must not change. */
  name: string;
  schedule?: Schedule;
  /** Runs of one key never overlap; runs of different keys may. Without it the job has one run at a time. */
  keyOf?: (parameters: Parameters) => string;
  /**
   * Does a part of the work within `STEP_BUDGET`. It must not depend on memory of an earlier step.
   * @throws to be tried again with backoff. After `MAX_ATTEMPTS` the run fails.
   */
  step: (context: Context, run: JobRun<Parameters, Cursor>) => Promise<StepOutcome<Cursor>>;
}>;

/** A job in the list of all jobs, where the types of its parameters and cursor are not known. */
export type AnyJob<Context extends PlatformContext> = Readonly<{
  name: string;
  schedule?: Schedule;
  keyOf?: (parameters: never) => string;
  step: (context: Context, run: JobRun<never, never>) => Promise<StepOutcome<unknown>>;
}>;

/** Well below the platform's limits of an invocation: 1,000 queries, 10,000 calls, 30 s of processor, 128 MB. */
export const STEP_BUDGET = { queries: 200, objectCalls: 200 } as const;

/** After so long a step goes on to no other part. The processor's time, at most 10 s, is no more than that of the clock. */
export const STEP_MS = 5_000;

/** D1 takes rows of 2 MB, and a character is at most three bytes. */
export const MAX_CURSOR_CHARACTERS = 600_000;

/** After so many attempts of one step its run fails, an hour and a half after the first. */
export const MAX_ATTEMPTS = 8;

/** The pause after an attempt that failed: 1 minute, doubled with each attempt, at most half an hour. */
export const backoffMs = (attempts: number): number => Math.min(60_000 * 2 ** (attempts - 1), 30 * 60_000);

/** The occasion of a scheduled run: its UTC hour, or its UTC day. One occasion has one run. */
export const occasionOf = (schedule: Schedule, now: number): string =>
  new Date(now).toISOString().slice(0, schedule === "nightly" ? 10 : 13);
