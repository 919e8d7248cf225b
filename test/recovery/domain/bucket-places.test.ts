import { describe, expect, it } from "vitest";
import { bucketFaults, type BucketOf } from "../../../src/recovery/domain/bucket-places";

type Database = BucketOf["databases"][number];
const database = (name: string, over: Partial<Database> = {}): Database => ({
  name,
  hasOrders: false,
  isMarkedGone: false,
  wasRestored: false,
  ...over,
});

const faults = (mapped: string, ...databases: Database[]) =>
  bucketFaults([{ bucket: 5, mapped, databases }], (bucket, name) => `Set ${bucket} to ${name}.`);

describe("the map of buckets after a restore", () => {
  it.each([
    { name: "orders where the map says", here: database("A", { hasOrders: true }), there: database("B") },
    {
      name: "old rows that are marked",
      here: database("A", { hasOrders: true }),
      there: database("B", { hasOrders: true, isMarkedGone: true }),
    },
    { name: "no orders yet", here: database("A"), there: database("B") },
  ])("is right: $name", ({ here, there }) => {
    expect(faults("A", here, there)).toEqual({ refusals: [], fences: [] });
  });

  it("is older than a move: says where the bucket is", () => {
    const gone = database("A", { hasOrders: true, isMarkedGone: true });
    expect(faults("A", gone, database("B", { hasOrders: true })).refusals).toEqual([
      "Bucket 5 left A for B, and the map is older. Set 5 to B.",
    ]);
  });

  it("names a database that the bucket left, and nobody has it", () => {
    const { refusals } = faults("A", database("A", { isMarkedGone: true }), database("B"));
    expect(refusals).toEqual(["Bucket 5 left A, which the map names, and no other database has it alone."]);
  });

  it("is right, and a restored database has lost its mark: it is marked again", () => {
    const restored = database("B", { hasOrders: true, wasRestored: true });
    expect(faults("A", database("A", { hasOrders: true }), restored)).toEqual({
      refusals: [],
      fences: [{ bucket: 5, database: "B" }],
    });
  });

  it("leaves two databases with orders of a bucket, none of them restored, to a person", () => {
    const both = [database("A", { hasOrders: true }), database("B", { hasOrders: true })];
    expect(faults("A", ...both).refusals).toEqual([
      "A and B have orders of bucket 5. Find out which database had it last.",
    ]);
  });

  it("names a database that was restored to before the bucket came", () => {
    const left = database("A", { hasOrders: true, isMarkedGone: true });
    const { refusals } = faults("B", left, database("B", { wasRestored: true }));
    expect(refusals).toEqual([
      expect.stringMatching(/^B was restored to a time before bucket 5 came from A, .*Set 5 to A\./),
    ]);
  });

  it("names a database that is not bound", () => {
    expect(faults("C", database("A")).refusals).toEqual(["Bucket 5 is in C, which is not bound."]);
  });
});
