/** Nightly clean-up: deletes rows that are no longer needed, a bounded number each night. */
import type { PlatformContext } from "../context";

export type Retention<Context extends PlatformContext> = Readonly<{
  name: string;
  /** How long a row stays, in milliseconds. */
  keptMs: number;
  /** Deletes at most `limit` rows that are older than the time `before`. Returns how many. */
  deleteBefore: (context: Context, before: number, limit: number) => Promise<number>;
}>;

const BATCH = 1_000;
const MAX_BATCHES = 100;

/** Returns how many rows were deleted, by the name of the retention. */
export async function deleteAgedRows<Context extends PlatformContext>(
  context: Context,
  retentions: readonly Retention<Context>[],
): Promise<Readonly<Record<string, number>>> {
  const at = context.now();
  const deleted: Record<string, number> = {};
  for (const { name, keptMs, deleteBefore } of retentions) {
    deleted[name] = await inBatches(() => deleteBefore(context, at - keptMs, BATCH));
  }
  return deleted;
}

/** Repeats the deletion until a batch is not full. */
async function inBatches(deleteBatch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const deleted = await deleteBatch();
    total += deleted;
    if (deleted < BATCH) break;
  }
  return total;
}
