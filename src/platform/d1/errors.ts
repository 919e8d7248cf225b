/**
 * Classifies errors of D1 by their messages, as documented at
 * https://developers.cloudflare.com/d1/observability/debug-d1/.
 */
export type DatabaseFailure =
  /** A row existed already: the batch changed nothing. */
  | "conflict"
  /** The batch may have been committed or not. It can be repeated, because every batch has its own key. */
  | "outcome_unknown"
  /** The batch was not run, and should not be retried immediately: D1 has too much to do, or the order's bucket or database is closed. */
  | "overloaded"
  | "other";

const OVERLOADED =
  /overloaded|too many requests queued|exceeded its CPU time limit|storage operation exceeded timeout|bucket_closed|database_restored/i;
const OUTCOME_UNKNOWN =
  /network connection lost|reset because its code was updated|internal error|cannot resolve D1 DB|starting up D1 DB|object storage|client disconnected|was reset|timed out/i;

export function databaseFailure(error: unknown): DatabaseFailure {
  const text = messageOf(error);
  if (/UNIQUE constraint failed|PRIMARY KEY constraint failed/i.test(text)) return "conflict";
  if (OVERLOADED.test(text)) return "overloaded";
  if (OUTCOME_UNKNOWN.test(text)) return "outcome_unknown";
  return "other";
}

/** Whether the error is a conflict on a key of the table. */
export const isConflictOn = (error: unknown, table: string): boolean =>
  databaseFailure(error) === "conflict" && messageOf(error).includes(`${table}.`);

/**
 * Whether the database refused a batch: nothing of it was written. D1 ends the message of such an error with SQLite's
 * code. Any other error leaves open whether the batch was written.
 */
export const isRolledBack = (error: unknown): boolean => /\bSQLITE_[A-Z]/.test(messageOf(error));

/** The database did not answer in time, or is overloaded. The caller may retry later. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
}

/**
 * Runs the work, and retries it while its outcome is unknown. The work must be idempotent.
 * @throws {DatabaseUnavailable} after the deadline, or at once if the database is overloaded.
 */
export async function withDatabaseDeadline<Value>(
  deadlineMs: number,
  work: () => Promise<Value>,
): Promise<Value> {
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    const left = deadlineMs - (performance.now() - startedAt);
    try {
      return await before(left, work());
    } catch (error) {
      const failure = databaseFailure(error);
      if (error instanceof DatabaseUnavailable) throw error;
      if (failure === "overloaded") throw new DatabaseUnavailable(messageOf(error), { cause: error });
      if (failure !== "outcome_unknown") throw error;
      const pause = 50 * 2 ** attempt * (0.5 + Math.random());
      if (pause > deadlineMs - (performance.now() - startedAt)) {
        throw new DatabaseUnavailable(messageOf(error), { cause: error });
      }
      await sleep(pause);
    }
  }
}

async function before<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, stop) => {
    timer = setTimeout(() => stop(new DatabaseUnavailable("no answer in time")), Math.max(0, ms));
  });
  // The result after the deadline is ignored: a retry finds it by the batch's own key.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message;
}
