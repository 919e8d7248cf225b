/** Runs the steps of a job so that a failing step does not stop the others. */
import { logLine } from "../../kernel/log-line";

/** Runs a step. Returns undefined if it failed. */
export type Attempt = <Done>(step: string, work: () => Promise<Done>) => Promise<Done | undefined>;

/** @throws {AggregateError} after all steps, if any failed. Its message names the failed steps. */
export async function runIsolatedSteps<Done>(job: (attempt: Attempt) => Promise<Done>): Promise<Done> {
  const failed: { step: string; error: unknown }[] = [];
  const done = await job(async (step, work) => {
    try {
      return await work();
    } catch (error) {
      failed.push({ step, error });
      console.error(logLine("error", "a step of a job failed; the others continue", { step, error }));
      return undefined;
    }
  });
  if (failed.length === 0) return done;
  const steps = failed.map(({ step }) => step).join(", ");
  throw new AggregateError(
    failed.map(({ error }) => error),
    `not done: ${steps}`,
  );
}
