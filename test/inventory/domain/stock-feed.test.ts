import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import {
  countInFeed,
  isTooFarAhead,
  repeatedItems,
  splitFeed,
} from "../../../src/inventory/domain/stock-feed";
import {
  applyOperation,
  contentOf,
  type StockOperation,
} from "../../../src/inventory/domain/stock-operations";
import { allocate, MINUTE, stockOf, withConsequences } from "./stock-world";

/** A feed's count of `quantity` mugs. */
const feedCount = (asOf: number, quantity: number): StockOperation =>
  countInFeed({ locationId: "vendor", asOf }, { sku: "MUG", quantity }, 9_000);

const staffCount: StockOperation = {
  type: "count",
  ref: "a",
  locationId: "vendor",
  counted: 2,
  at: 1,
  by: "x",
};

function after(stock: Stock, ...operations: readonly StockOperation[]): Stock {
  return operations.reduce((before, operation) => {
    const result = applyOperation(before, operation);
    if (!result.ok) throw new Error(result.rejection.code);
    return withConsequences({ ...result.value, movements: [] }, operation.at);
  }, stock);
}

const onHand = (stock: Stock) => stock.levels.get("vendor")?.onHand ?? 0;

describe("a feed's count", () => {
  it.each<{ name: string; operations: readonly StockOperation[]; expected: number }>([
    { name: "is recorded", operations: [feedCount(100, 7)], expected: 7 },
    {
      name: "replaces a count as of an earlier moment",
      operations: [feedCount(100, 7), feedCount(200, 4)],
      expected: 4,
    },
    {
      name: "is not replaced by a count as of an earlier moment",
      operations: [feedCount(200, 4), feedCount(100, 7)],
      expected: 4,
    },
    {
      name: "is not replaced by another count as of the same moment",
      operations: [feedCount(100, 7), feedCount(100, 4)],
      expected: 7,
    },
    {
      name: "of no units is not replaced by an earlier one",
      operations: [feedCount(200, 0), feedCount(100, 7)],
      expected: 0,
    },
    {
      name: "that changed nothing is not replaced by an earlier one",
      operations: [feedCount(100, 7), feedCount(300, 7), feedCount(200, 4)],
      expected: 7,
    },
    { name: "is replaced by a count of staff", operations: [feedCount(200, 7), staffCount], expected: 2 },
    {
      name: "as of an earlier moment is ignored even after a count of staff",
      operations: [feedCount(200, 7), staffCount, feedCount(100, 9)],
      expected: 2,
    },
    { name: "replaces a count of staff", operations: [staffCount, feedCount(100, 9)], expected: 9 },
  ])("$name", ({ operations, expected }) => {
    expect(onHand(after(stockOf({}), ...operations))).toBe(expected);
  });

  it("changes its own location only, and has no value in our books", () => {
    const stock = after(stockOf({ east: 2 }), feedCount(100, 7));
    expect(stock.levels.get("east")).toMatchObject({ onHand: 2 });
    expect(stock.levels.get("east")).not.toHaveProperty("countedAsOf");
    expect(stock.valueMinor).toBe(500);
  });

  it("keeps live allocations, and cuts them only if it counts fewer units", () => {
    const stock = after(stockOf({}), feedCount(100, 7));
    const allocated = allocate(stock, { locations: ["vendor"], quantity: 5 }).stock;
    const fewer = after(allocated, feedCount(200, 6));
    expect(fewer.levels.get("vendor")).toMatchObject({ onHand: 6, allocated: 5 });
    const tooFew = after(fewer, feedCount(300, 3));
    expect(tooFew.levels.get("vendor")).toMatchObject({ onHand: 3, allocated: 3 });
  });

  it("wins if it is the latest, in whatever order and however often the feeds arrive", () => {
    const feeds = fc.array(
      fc.integer({ min: 1, max: 9 }).map((asOf) => feedCount(asOf, asOf * 3)),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(feeds, (operations) => {
        const latest = Math.max(...operations.map((one) => (one.type === "count" ? one.asOf! : 0)));
        expect(onHand(after(stockOf({ east: 1 }), ...operations))).toBe(latest * 3);
      }),
    );
  });

  it("is the same operation if the feed is repeated", () => {
    const again = countInFeed({ locationId: "vendor", asOf: 100 }, { sku: "MUG", quantity: 7 }, 99_000);
    expect(again.ref).toBe(feedCount(100, 7).ref);
    expect(contentOf(again)).toBe(contentOf(feedCount(100, 7)));
  });

  it("is another operation with another quantity or as of another moment", () => {
    expect(contentOf(feedCount(100, 8))).not.toBe(contentOf(feedCount(100, 7)));
    expect(contentOf(feedCount(200, 7))).not.toBe(contentOf(feedCount(100, 7)));
    expect(feedCount(200, 7).ref).not.toBe(feedCount(100, 7).ref);
  });
});

describe("a feed", () => {
  const items = Array.from({ length: 120 }, (_, i) => ({ sku: `SKU-${i}`, quantity: i }));

  it("is split into parts of fifty SKUs, each of them a feed", () => {
    const parts = splitFeed({ locationId: "vendor", asOf: 100, items });
    expect(parts.map((part) => part.items.length)).toEqual([50, 50, 20]);
    expect(parts.flatMap((part) => part.items)).toEqual(items);
    expect(parts.every(({ locationId, asOf }) => locationId === "vendor" && asOf === 100)).toBe(true);
  });

  it("has no parts if it has no items", () => {
    expect(splitFeed({ locationId: "vendor", asOf: 100, items: [] })).toEqual([]);
  });

  it("returns the indexes of repeated SKUs", () => {
    const [a, b] = [
      { sku: "A", quantity: 1 },
      { sku: "B", quantity: 1 },
    ];
    expect(repeatedItems([a, b, a, { ...b, quantity: 2 }, a])).toEqual([2, 3, 4]);
    expect(repeatedItems(items)).toEqual([]);
  });

  it("may be as of five minutes in the future, but not later", () => {
    expect(isTooFarAhead(1_000 + 5 * MINUTE, 1_000)).toBe(false);
    expect(isTooFarAhead(1_001 + 5 * MINUTE, 1_000)).toBe(true);
  });
});
