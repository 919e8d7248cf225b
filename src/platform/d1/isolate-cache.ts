/**
 * A cache in the isolate for data that every request needs and that seldom changes. While the database is unavailable it
 * returns stale values, so that an order can still be created.
 */
import { DatabaseUnavailable, databaseFailure, withDatabaseDeadline } from "./errors";

const FRESH_FOR_MS = 5_000;
const USABLE_FOR_MS = 15 * 60_000;
/** Bounds the cache, which also keeps ids that do not exist, so that guessing costs no query each. */
const MAX_ENTRIES = 1_000;
const DEADLINE_MS = 1_000;

export type IsolateCache<Value> = Readonly<{
  read: (key: string, now: number, load: () => Promise<Value>) => Promise<Value>;
  /** The value that `read` would return without loading; undefined if it would load. */
  fresh: (key: string, now: number) => Value | undefined;
  forget: (key: string) => void;
}>;

/** Stores values and never promises, because a request of a Worker must not wait for the I/O of another request. */
export function createIsolateCache<Value>(): IsolateCache<Value> {
  const entries = new Map<string, { value: Value; readAt: number }>();
  const ageOf = (known: { readAt: number } | undefined, now: number) =>
    known ? now - known.readAt : Number.POSITIVE_INFINITY;
  const isFresh = (age: number) => age >= 0 && age < FRESH_FOR_MS;
  return {
    fresh: (key, now) => {
      const known = entries.get(key);
      return isFresh(ageOf(known, now)) ? known?.value : undefined;
    },
    read: async (key, now, load) => {
      const known = entries.get(key);
      const age = ageOf(known, now);
      if (known && isFresh(age)) return known.value;
      try {
        const value = await withDatabaseDeadline(DEADLINE_MS, load);
        if (entries.size >= MAX_ENTRIES && !known) entries.clear();
        entries.set(key, { value, readAt: now });
        return value;
      } catch (error) {
        const isUnavailable = error instanceof DatabaseUnavailable || databaseFailure(error) !== "other";
        if (!known || !isUnavailable || Math.abs(age) > USABLE_FOR_MS) throw error;
        // The next requests do not query for a while, or an outage would cost each of them the deadline.
        entries.set(key, { value: known.value, readAt: now - FRESH_FOR_MS / 2 });
        return known.value;
      }
    },
    forget: (key) => {
      entries.delete(key);
    },
  };
}
