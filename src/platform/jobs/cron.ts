/** Runs what a cron schedule begins: the sweep every minute, and the jobs of a schedule. wrangler.toml repeats the schedules. */
import { logLine } from "../../kernel/log-line";
import type { PlatformContext } from "../context";
import { SCHEDULES, type AnyJob } from "./job";
import { runIsolatedSteps } from "./run-isolated-steps";
import { startScheduledRun } from "./start-run";
import { sweep, type SweepPlan } from "./sweep";

/**
 * Begins a run of each job of the schedule; the queue performs it. One that cannot be begun does not stop the others.
 * @throws for an unknown schedule, and after all jobs if one failed.
 */
export async function runCron<Context extends PlatformContext>(
  context: Context,
  { jobs, sweepPlan }: Readonly<{ jobs: readonly AnyJob<Context>[]; sweepPlan: SweepPlan<Context> }>,
  cron: string,
): Promise<void> {
  const outcome: Record<string, unknown> = {};
  if (cron === SCHEDULES.everyMinute) {
    outcome["sweep"] = await sweep(context, sweepPlan);
  } else {
    const scheduled = jobs.filter(({ schedule }) => schedule && SCHEDULES[schedule] === cron);
    if (scheduled.length === 0) throw new Error(`no job for the cron "${cron}"`);
    await runIsolatedSteps(async (attempt) => {
      for (const job of scheduled) {
        outcome[job.name] = await attempt(job.name, () => startScheduledRun(context, job));
      }
    });
  }
  console.log(logLine("info", "cron", { cron, outcome }));
}
