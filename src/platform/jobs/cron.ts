/** Runs the jobs of a cron schedule. wrangler.toml has the same schedules. */
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

/** Jobs run in their order, and one that fails keeps no other from running. @throws for a schedule that nobody knows. */
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
