/** The nightly job that deletes rows which are no longer needed, in bounded batches. */
import type { PlatformContext } from "../context";
import type { Job } from "./job";

export type Retention<Context extends PlatformContext> = Readonly<{
  name: string;
  /** Whose rows it deletes, each with its kind of database: "orders.deleted_orders". Empty if it deletes only parts of rows, or objects. */
  tables: readonly string[];
  /** How long a row stays, in milliseconds. */
  keptMs: number;
  /** Deletes at most `limit` rows of each database that are older than the time `before`. Returns how many. */
  deleteBefore: (context: Context, before: number, limit: number) => Promise<number>;
}>;

const BATCH = 1_000;

/** Which retention comes next. */
type Cursor = Readonly<{ next: number }>;

/** Its progress has how many rows were deleted, by the name of the retention. */
export const deleteAgedRows = <Context extends PlatformContext>(
  retentions: readonly Retention<Context>[],
): Job<Context, unknown, Cursor> => ({
  name: "aged-rows",
  schedule: "nightly",
  step: async (context, { cursor, progress, hasBudget }) => {
    let [next, deleted] = [cursor?.next ?? 0, progress];
    do {
      const retention = retentions[next];
      if (!retention) break;
      const { name, keptMs, deleteBefore } = retention;
      const rows = await deleteBefore(context, context.now() - keptMs, BATCH);
      deleted = { ...deleted, [name]: (deleted[name] ?? 0) + rows };
      if (rows < BATCH) next += 1;
    } while (hasBudget());
    return { cursor: { next }, isDone: next >= retentions.length, progress: deleted };
  },
});
