/** A job of parts that fail by themselves: one that throws keeps none of the others from being done. */
import { logLine } from "../../kernel/log-line";

/** Does a part; undefined where it failed. */
export type Attempt = <Done>(part: string, work: () => Promise<Done>) => Promise<Done | undefined>;

/** @throws when all is done, if any part failed, so that whoever runs the job sees it: an error that names them. */
export async function runIsolatedSteps<Done>(job: (attempt: Attempt) => Promise<Done>): Promise<Done> {
  const failed: { part: string; error: unknown }[] = [];
  const done = await job(async (part, work) => {
    try {
      return await work();
    } catch (error) {
      failed.push({ part, error });
      console.error(logLine("error", "a part of a job failed, and the others go on", { part, error }));
      return undefined;
    }
  });
  if (failed.length === 0) return done;
  const parts = failed.map(({ part }) => part).join(", ");
  throw new AggregateError(
    failed.map(({ error }) => error),
    `not done: ${parts}`,
  );
}
