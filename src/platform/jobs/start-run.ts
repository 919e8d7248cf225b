/** Begins, resumes and cancels runs of jobs, and sends steps whose message was lost. */
import { derivedId, idFromBytes, type RunId } from "../../kernel/ids";
import { logLine } from "../../kernel/log-line";
import { accept, reject, type Result } from "../../kernel/result";
import type { PlatformContext } from "../context";
import { occasionOf, type AnyJob, type Job } from "./job";
import {
  cancelRun,
  dueSteps,
  insertRun,
  repeatRunning,
  resumeRun,
  runById,
  runningRun,
  type StoredRun,
} from "./job-runs";
import { jobStep } from "./queue-messages";

/** Another run of the job's key is in progress. */
export type JobRunning = Readonly<{ code: "job_running"; runId: RunId | null }>;

/** `mostRunning`: how many runs of the job may be running, whatever their keys. */
export async function startRun<Context extends PlatformContext, Parameters>(
  context: Context,
  job: Pick<Job<Context, Parameters>, "name" | "keyOf">,
  parameters: Parameters,
  { mostRunning }: Readonly<{ mostRunning?: number }> = {},
): Promise<Result<StoredRun, JobRunning>> {
  const { primary } = context.databases;
  const id = idFromBytes("run", context.randomBytes(17));
  const key = job.keyOf?.(parameters) ?? "";
  const limit = mostRunning === undefined ? {} : { mostRunning };
  const run = { id, job: job.name, key, parameters, ...limit };
  if (!(await insertRun(primary, run, context.now()))) {
    const other = await runningRun(primary, job.name, key);
    return reject({ code: "job_running", runId: other?.id ?? null });
  }
  await sendStep(context, { id, step: 0 });
  return accept((await runById(primary, id))!);
}

/**
 * Requests a run, after `afterMs`. Requests before it begins count as one. If the job is running, what it has passed may
 * have changed since: it runs once more when it is done.
 */
export async function requestRun(
  context: PlatformContext,
  job: Readonly<{ name: string }>,
  afterMs: number,
): Promise<void> {
  const { primary } = context.databases;
  const now = context.now();
  const id = idFromBytes("run", context.randomBytes(17));
  const run = { id, job: job.name, key: "", parameters: {}, dueAt: now + afterMs };
  // A run that ends between the two statements is followed by a new one.
  while (!(await insertRun(primary, run, now)) && !(await repeatRunning(primary, job.name, ""))) continue;
}

/** Begins the run of the schedule's occasion, unless it was begun, or an earlier run is still in progress. */
export async function startScheduledRun<Context extends PlatformContext>(
  context: Context,
  { name, schedule }: Pick<AnyJob<Context>, "name" | "schedule">,
): Promise<boolean> {
  const now = context.now();
  const id = derivedId("run", name, schedule ? occasionOf(schedule, now) : "");
  if (!(await insertRun(context.databases.primary, { id, job: name, key: "", parameters: {} }, now)))
    return false;
  await sendStep(context, { id, step: 0 });
  return true;
}

/** Sends the message of the step. The sweep sends it again if it is lost. */
export async function sendStep(
  context: PlatformContext,
  { id, step }: Pick<StoredRun, "id" | "step">,
): Promise<void> {
  try {
    await context.send(jobStep.message({ runId: id, step }));
  } catch (error) {
    console.error(logLine("error", "a step's message was not sent; the sweep sends it", { run: id, error }));
  }
}

const MAX_STEPS_A_SWEEP = 100;

/** Sends the steps that are due: their message was lost, their attempt failed or died, or their pause is over. */
export async function sendDueSteps(context: PlatformContext): Promise<number> {
  const due = await dueSteps(context.databases.primary, context.now(), MAX_STEPS_A_SWEEP);
  const messages = due.map(({ id, step }) => ({
    message: jobStep.message({ runId: id, step }),
    outboxId: null,
  }));
  return (await context.sendAll(messages)).length;
}

export type RunEnded = Readonly<{ code: "run_ended"; status: StoredRun["status"] }>;
type NotFound = Readonly<{ code: "not_found" }>;

/** Continues a failed or cancelled run where it stopped. A run that is running stays as it is. */
export async function resume(
  context: PlatformContext,
  id: RunId,
): Promise<Result<StoredRun, NotFound | RunEnded | JobRunning>> {
  const { primary } = context.databases;
  const isResumed = await resumeRun(primary, id, context.now());
  const run = await runById(primary, id);
  if (!run) return reject({ code: "not_found" });
  if (run.status === "done") return reject({ code: "run_ended", status: run.status });
  if (run.status !== "running") {
    const other = await runningRun(primary, run.job, run.key);
    return reject({ code: "job_running", runId: other?.id ?? null });
  }
  if (isResumed) await sendStep(context, run);
  return accept(run);
}

/** Ends a run that is running or failed. A step of it that is in progress saves nothing. */
export async function cancel(
  context: PlatformContext,
  id: RunId,
): Promise<Result<StoredRun, NotFound | RunEnded>> {
  const { primary } = context.databases;
  await cancelRun(primary, id, context.now());
  const run = await runById(primary, id);
  if (!run) return reject({ code: "not_found" });
  return run.status === "cancelled" ? accept(run) : reject({ code: "run_ended", status: run.status });
}
