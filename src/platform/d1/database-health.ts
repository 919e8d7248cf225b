/**
 * Whether D1 answers, for the health check. Anybody may ask for it, so an isolate queries at most once in a few seconds,
 * and for a limited time.
 */
import { withDatabaseDeadline } from "./errors";

const FRESH_FOR_MS = 5_000;
const DEADLINE_MS = 1_000;

/** `error` is null if the database answered. */
type Health = Readonly<{ at: number; error: Readonly<{ cause: unknown }> | null }>;

type Known = { last: Health | null; queriedAt: number };

const knownOf = new WeakMap<D1Database, Known>();

/** @throws the error of D1 if it does not answer, or did not a few seconds ago. */
export async function databaseAnswers(db: D1Database, now: number): Promise<void> {
  const known: Known = knownOf.get(db) ?? { last: null, queriedAt: Number.NEGATIVE_INFINITY };
  knownOf.set(db, known);
  const isWithin = (ms: number, at: number) => at <= now && now - at < ms;
  const isFresh = known.last !== null && isWithin(FRESH_FOR_MS, known.last.at);
  // While another request queries, the last result counts: a request cannot wait for the I/O of another one.
  const isQueried = known.last !== null && isWithin(DEADLINE_MS, known.queriedAt);
  if (!isFresh && !isQueried) {
    known.queriedAt = now;
    const error = await withDatabaseDeadline(DEADLINE_MS, () => db.prepare("SELECT 1").run()).then(
      () => null,
      (cause: unknown) => ({ cause }),
    );
    known.last = { at: now, error };
  }
  if (known.last?.error) throw known.last.error.cause;
}
