/** Buckets of orders: each id is in one, and the ids of a bucket are one range. */
import { describe, expect, it } from "vitest";
import { BUCKETS, bucketOf, idsOfBucket } from "../../src/kernel/buckets";
import { orderIdOf } from "../../src/kernel/ids";

const ids = Array.from({ length: 6_400 }, (_, i) => orderIdOf("web", String(i)));
const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

describe("a bucket", () => {
  it("has the ids of its range, and no other has them", () => {
    for (const id of ids) {
      const inRange = buckets.filter((bucket) => {
        const { from, before } = idsOfBucket(bucket);
        return id >= from && id < before;
      });
      expect(inRange).toEqual([bucketOf(id)]);
    }
  });

  it("has nearly the same number of orders as every other", () => {
    const counts = buckets.map((bucket) => ids.filter((id) => bucketOf(id) === bucket).length);
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(150);
  });

  it("begins where the bucket before it ends", () => {
    for (const bucket of buckets.slice(1)) {
      expect(idsOfBucket(bucket).from).toBe(idsOfBucket(bucket - 1).before);
    }
    expect(idsOfBucket(0).from).toBe("ord_00");
    expect(`ord_${"z".repeat(26)}` < idsOfBucket(63).before).toBe(true);
  });

  it.each([-1, 64, 0.5])("%s does not exist", (bucket) => {
    expect(() => idsOfBucket(bucket)).toThrow(RangeError);
  });

  it.each(["line_0123", "ord_", "ord_u0"])("has no order %s, which is no order's id", (id) => {
    expect(() => bucketOf(id as `ord_${string}`)).toThrow(RangeError);
  });
});
