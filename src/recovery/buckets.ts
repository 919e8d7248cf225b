/**
 * Checks, before anything else, that the map of buckets and the orders databases belong together. The primary database has the
 * map, and each orders database has a mark for the buckets that left it: one of them may be from another time.
 */
import { BUCKETS, idsOfBucket } from "../kernel/buckets";
import { bucketsWithOrders } from "../orders/orders";
import { closedBucketsOf, setBucketState } from "../platform/buckets/closed-buckets";
import { bucketPlaces, FIRST_DATABASE, howToPlace } from "../platform/d1/order-buckets";
import { runningRuns } from "../platform/jobs/job-runs";
import type { RecoveryContext } from "./context";
import { bucketFaults, type BucketFaults, type BucketOf } from "./domain/bucket-places";

export async function checkBuckets(
  context: RecoveryContext,
  restored: readonly string[],
): Promise<BucketFaults> {
  const { primary, names, named } = context.databases;
  const moves = await runningRuns(primary, "bucket-move");
  if (moves.length > 0) {
    const what = `The run ${moves[0]!} moves a bucket, perhaps from an earlier time: cancel it, POST /v1/jobs/${moves[0]!}/cancel.`;
    return { refusals: [what], fences: [] };
  }
  if (names.length === 1) return { refusals: [], fences: [] };
  const places = await bucketPlaces(primary);
  const states = await Promise.all(
    names.map(async (name) => ({
      name,
      withOrders: await bucketsWithOrders(named(name)),
      closed: await closedBucketsOf(named(name)),
    })),
  );
  const buckets = Array.from({ length: BUCKETS }, (_, bucket): BucketOf => {
    const { from } = idsOfBucket(bucket);
    return {
      bucket,
      mapped: places.get(bucket)?.database ?? FIRST_DATABASE,
      databases: states.map(({ name, withOrders, closed }) => ({
        name,
        hasOrders: withOrders.has(bucket),
        isMarkedGone: closed.get(from)?.isHere === false,
        wasRestored: restored.includes(name),
      })),
    };
  });
  return bucketFaults(buckets, howToPlace);
}

/** Marks buckets that left a database before it was restored, so that its old rows count nowhere. */
export async function fenceBuckets(context: RecoveryContext, { fences }: BucketFaults): Promise<void> {
  for (const { bucket, database } of fences) {
    const db = context.databases.names.find((name) => name === database);
    if (db === undefined) continue;
    await setBucketState(context.databases.named(db), idsOfBucket(bucket), {
      takesWrites: false,
      isHere: false,
    });
  }
}
