/** Performs a step of a run: takes it, does the work with counted bindings, saves the outcome, sends the next step. */
import { logLine } from "../../kernel/log-line";
import { exactJson } from "../../kernel/whole-numbers";
import type { PlatformContext } from "../context";
import type { Consumer } from "../queues/consumers";
import { consumer } from "../queues/consumers";
import {
  MAX_ATTEMPTS,
  MAX_CURSOR_CHARACTERS,
  STEP_BUDGET,
  STEP_MS,
  type AnyJob,
  type StepOutcome,
} from "./job";
import { recordFailedAttempt, saveStep, takeStep, type StoredRun } from "./job-runs";
import { jobStep, type JobStepMessage } from "./queue-messages";
import { sendStep } from "./start-run";
import type { Usage } from "./usage";

/** A context whose queries and object calls are counted. */
export type Metered<Context> = Readonly<{ context: Context; usage: () => Usage }>;
export type MeteringContext<Context> = PlatformContext & Readonly<{ metered: () => Metered<Context> }>;

/** @throws if two jobs have one name. */
export function jobStepConsumer<Context extends MeteringContext<Context>>(
  jobs: readonly AnyJob<Context>[],
): Consumer<Context> {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  if (byName.size < jobs.length) throw new Error("two jobs have one name");
  return consumer(jobStep, {
    handler: (context: Context) => (message) => performStep(context, byName, message),
  });
}

/**
 * Handles a step's message. What goes wrong is recorded in the run, and the sweep sends the step again; if even that is
 * impossible, the step's time ends and the sweep sends it then. So the message itself is never repeated.
 */
export async function performStep<Context extends MeteringContext<Context>>(
  context: Context,
  jobs: ReadonlyMap<string, AnyJob<Context>>,
  { runId, step }: Pick<JobStepMessage, "runId" | "step">,
): Promise<void> {
  const { primary } = context.databases;
  try {
    const run = await takeStep(primary, { id: runId, step }, context.now());
    if (run === null) return;
    const { context: metered, usage } = context.metered();
    let outcome: StepOutcome<unknown>;
    try {
      outcome = await attempt(metered, jobs.get(run.job), run, usage);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      console.error(logLine("error", "a step of a job failed", { job: run.job, run: runId, step, error }));
      await recordFailedAttempt(primary, run, { problem, usage: usage() }, context.now());
      return;
    }
    warnBeyondBudget(run, usage());
    const saved = { pauseMs: 0, ...outcome, usage: usage() };
    const status = await saveStep(primary, run, saved, context.now());
    if (status === "running" && saved.pauseMs === 0) await sendStep(context, { id: runId, step: step + 1 });
  } catch (error) {
    console.error(logLine("error", "a step's outcome is not recorded", { run: runId, step, error }));
  }
}

async function attempt<Context extends PlatformContext>(
  context: Context,
  job: AnyJob<Context> | undefined,
  run: StoredRun,
  usage: () => Usage,
): Promise<StepOutcome<unknown>> {
  if (job === undefined) throw new Error(`there is no job "${run.job}"`);
  // Attempts that died with their isolate have recorded nothing.
  if (run.attempts > MAX_ATTEMPTS) throw new Error(`the step has not ended in ${MAX_ATTEMPTS} attempts`);
  const startedAt = context.now();
  const hasBudget = () => {
    const { queries, objectCalls } = usage();
    const isHalfLeft = queries <= STEP_BUDGET.queries / 2 && objectCalls <= STEP_BUDGET.objectCalls / 2;
    return isHalfLeft && context.now() - startedAt < STEP_MS;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Parameters and cursor are those of the job's own runs.
  const outcome = await job.step(context, { ...run, hasBudget } as never);
  const { length } = exactJson(outcome.cursor);
  if (length > MAX_CURSOR_CHARACTERS) throw new Error(`the cursor has ${length} characters`);
  return outcome;
}

function warnBeyondBudget({ job, id, step }: StoredRun, usage: Usage): void {
  if (usage.queries <= STEP_BUDGET.queries && usage.objectCalls <= STEP_BUDGET.objectCalls) return;
  console.error(logLine("error", "a step of a job exceeds its budget", { job, run: id, step, ...usage }));
}
