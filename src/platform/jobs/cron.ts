/** Runs the jobs of a cron schedule. wrangler.toml repeats the schedules. */
import { logLine } from "../../kernel/log-line";
import type { PlatformContext } from "../context";
import { runIsolatedSteps } from "./run-isolated-steps";

export const SCHEDULES = {
  everyMinute: "* * * * *",
  hourlyPlanning: "7 * * * *",
  hourlyPromises: "23 * * * *",
  nightly: "10 1 * * *",
} as const;
export type Schedule = keyof typeof SCHEDULES;

export type Job<Context extends PlatformContext> = Readonly<{
  schedule: Schedule;
  name: string;
  run: (context: Context) => Promise<unknown>;
}>;

/**
 * Runs the jobs of the schedule in order. A failure of one does not stop the others.
 * @throws for an unknown schedule, and after all jobs if one failed.
 */
export async function runCron<Context extends PlatformContext>(
  context: Context,
  jobs: readonly Job<Context>[],
  cron: string,
): Promise<void> {
  const scheduled = jobs.filter(({ schedule }) => SCHEDULES[schedule] === cron);
  if (scheduled.length === 0) throw new Error(`no job for the cron "${cron}"`);
  const outcome: Record<string, unknown> = {};
  await runIsolatedSteps(async (attempt) => {
    for (const { name, run } of scheduled) outcome[name] = await attempt(name, () => run(context));
  });
  console.log(logLine("info", "cron", { cron, outcome }));
}
