/**
 * Buckets: each order is in one of 64, which its id names, and a bucket is in one database. An id begins with a hash, so
 * that buckets have nearly the same size, and the ids of a bucket are one range.
 */
import { CROCKFORD, type OrderId } from "./ids";

export const BUCKETS = 64;

/** The first character of an id has five of the six bits, the second one the last. */
const HALF = 16;
const PREFIX = "ord_";

/** From 0 to 63: the first six bits of the id. @throws {RangeError} if the text is not an order's id. */
export function bucketOf(orderId: OrderId): number {
  const [first, second] = orderId.slice(PREFIX.length);
  const high = first === undefined ? -1 : CROCKFORD.indexOf(first);
  const low = second === undefined ? -1 : CROCKFORD.indexOf(second);
  if (high < 0 || low < 0 || !orderId.startsWith(PREFIX)) throw new RangeError("not the id of an order");
  return 2 * high + (low < HALF ? 0 : 1);
}

/** The ids of a bucket, as they are sorted by their bytes: `from` belongs to it, `before` does not. */
export type IdRange = Readonly<{ from: string; before: string }>;

/** @throws {RangeError} unless the bucket is a whole number from 0 to 63. */
export function idsOfBucket(bucket: number): IdRange {
  return { from: startOfBucket(bucket), before: bucket + 1 < BUCKETS ? startOfBucket(bucket + 1) : "ord_~" };
}

function startOfBucket(bucket: number): string {
  const high = CROCKFORD[Math.floor(bucket / 2)];
  if (high === undefined || !Number.isInteger(bucket)) throw new RangeError(`no bucket ${bucket}`);
  return `${PREFIX}${high}${CROCKFORD[(bucket % 2) * HALF]}`;
}
