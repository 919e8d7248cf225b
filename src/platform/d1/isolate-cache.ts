/**
 * What every request needs and seldom changes, kept in the isolate for seconds. While the database is away
 * the last known values go on serving: an order must not be turned away because a channel's name could not
 * be read again.
 */
import { DatabaseUnavailable, databaseFailure, withDatabaseDeadline } from "./errors";

const FRESH_FOR_MS = 5_000;
const USABLE_FOR_MS = 15 * 60_000;
/** Ids that nobody has are kept too, so that guessing does not cost a read each; this bounds them. */
const MAX_KEPT = 1_000;
const DEADLINE_MS = 1_000;

export type IsolateCache<Value> = Readonly<{
  read: (key: string, now: number, load: () => Promise<Value>) => Promise<Value>;
  /** What a read would answer without loading; undefined where it would load. */
  fresh: (key: string, now: number) => Value | undefined;
  forget: (key: string) => void;
}>;

/** Keeps values, never promises: a Worker's request must not wait on the I/O of another. */
export function createIsolateCache<Value>(): IsolateCache<Value> {
  const kept = new Map<string, { value: Value; readAt: number }>();
  const ageOf = (known: { readAt: number } | undefined, now: number) =>
    known ? now - known.readAt : Number.POSITIVE_INFINITY;
  const isFresh = (age: number) => age >= 0 && age < FRESH_FOR_MS;
  return {
    fresh: (key, now) => {
      const known = kept.get(key);
      return isFresh(ageOf(known, now)) ? known?.value : undefined;
    },
    read: async (key, now, load) => {
      const known = kept.get(key);
      const age = ageOf(known, now);
      if (known && isFresh(age)) return known.value;
      try {
        const value = await withDatabaseDeadline(DEADLINE_MS, load);
        if (kept.size >= MAX_KEPT && !known) kept.clear();
        kept.set(key, { value, readAt: now });
        return value;
      } catch (error) {
        const away = error instanceof DatabaseUnavailable || databaseFailure(error) !== "other";
        if (!known || !away || Math.abs(age) > USABLE_FOR_MS) throw error;
        // Not asked again for a while: an outage must not cost every request the deadline.
        kept.set(key, { value: known.value, readAt: now - FRESH_FOR_MS / 2 });
        return known.value;
      }
    },
    forget: (key) => {
      kept.delete(key);
    },
  };
}
