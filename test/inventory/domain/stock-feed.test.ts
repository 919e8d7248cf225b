import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import {
  applyOperation,
  isSameOperation,
  type StockOperation,
} from "../../../src/inventory/domain/stock-operations";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import {
  countInFeed,
  isTooFarAhead,
  repeatedItems,
  splitFeed,
} from "../../../src/inventory/domain/stock-feed";
import { allocationOf, MINUTE, settled, stockOf } from "./stock-world";

const fed = (asOf: number, quantity: number): StockOperation =>
  countInFeed({ locationId: "vendor", asOf }, { sku: "MUG", quantity }, 9_000);

function after(stock: Stock, ...operations: readonly StockOperation[]): Stock {
  return operations.reduce((before, operation) => {
    const result = applyOperation(before, operation);
    if (!result.ok) throw new Error(result.rejection.code);
    return settled({ ...result.value, movements: [] }, operation.at);
  }, stock);
}

const onHand = (stock: Stock) => stock.levels.get("vendor")?.onHand ?? 0;
const byStaff: StockOperation = { type: "count", ref: "a", locationId: "vendor", counted: 2, at: 1, by: "x" };

describe("a count of a feed", () => {
  it.each<[string, readonly StockOperation[], number]>([
    ["is taken", [fed(100, 7)], 7],
    ["replaces an older one", [fed(100, 7), fed(200, 4)], 4],
    ["is replaced by none that is older", [fed(200, 4), fed(100, 7)], 4],
    ["is replaced by none of the same moment", [fed(100, 7), fed(100, 4)], 7],
    ["of nothing is remembered as well", [fed(200, 0), fed(100, 7)], 0],
    ["that changed nothing is remembered as well", [fed(100, 7), fed(300, 7), fed(200, 4)], 7],
    ["gives way to what staff counts", [fed(200, 7), byStaff], 2],
    ["still knows its moment then", [fed(200, 7), byStaff, fed(100, 9)], 2],
    ["follows what staff counted", [byStaff, fed(100, 9)], 9],
  ])("%s", (_rule, operations, expected) => {
    expect(onHand(after(stockOf({}), ...operations))).toBe(expected);
  });

  it("is at its location alone, and worth nothing to us", () => {
    const stock = after(stockOf({ east: 2 }), fed(100, 7));
    expect(stock.levels.get("east")).toMatchObject({ onHand: 2 });
    expect(stock.levels.get("east")).not.toHaveProperty("countedAsOf");
    expect(stock.valueMinor).toBe(500);
  });

  it("leaves live allocations as they are, and cuts those that it has no units for", () => {
    const stock = after(stockOf({}), fed(100, 7));
    const allocated = allocateStock(stock, allocationOf({ locations: ["vendor"], quantity: 5 }));
    if (!allocated.ok) throw new Error(allocated.rejection.code);
    const fewer = after(allocated.value.stock, fed(200, 6));
    expect(fewer.levels.get("vendor")).toMatchObject({ onHand: 6, allocated: 5 });
    const tooFew = after(fewer, fed(300, 3));
    expect(tooFew.levels.get("vendor")).toMatchObject({ onHand: 3, allocated: 3 });
  });

  it("ends at what the last one says, in whatever order they come and however often", () => {
    const feeds = fc.array(
      fc.integer({ min: 1, max: 9 }).map((asOf) => fed(asOf, asOf * 3)),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(feeds, (operations) => {
        const newest = Math.max(...operations.map((one) => (one.type === "count" ? one.asOf! : 0)));
        expect(onHand(after(stockOf({ east: 1 }), ...operations))).toBe(newest * 3);
      }),
    );
  });

  it("is the same when it comes again, and another as of another moment", () => {
    const again = countInFeed({ locationId: "vendor", asOf: 100 }, { sku: "MUG", quantity: 7 }, 99_000);
    expect(again.ref).toBe(fed(100, 7).ref);
    expect(isSameOperation(again, fed(100, 7))).toBe(true);
    expect(isSameOperation(fed(100, 8), fed(100, 7))).toBe(false);
    expect(isSameOperation(fed(200, 7), fed(100, 7))).toBe(false);
    expect(fed(200, 7).ref).not.toBe(fed(100, 7).ref);
  });
});

describe("a feed", () => {
  const items = Array.from({ length: 120 }, (_, i) => ({ sku: `SKU-${i}`, quantity: i }));

  it("travels in pieces of fifty SKUs, each a feed itself", () => {
    const pieces = splitFeed({ locationId: "vendor", asOf: 100, items });
    expect(pieces.map((piece) => piece.items.length)).toEqual([50, 50, 20]);
    expect(pieces.flatMap((piece) => piece.items)).toEqual(items);
    expect(pieces.every(({ locationId, asOf }) => locationId === "vendor" && asOf === 100)).toBe(true);
    expect(splitFeed({ locationId: "vendor", asOf: 100, items: [] })).toEqual([]);
  });

  it("names the places of SKUs that it tells again", () => {
    const [a, b] = [
      { sku: "A", quantity: 1 },
      { sku: "B", quantity: 1 },
    ];
    expect(repeatedItems([a, b, a, { ...b, quantity: 2 }, a])).toEqual([2, 3, 4]);
    expect(repeatedItems(items)).toEqual([]);
  });

  it("may be five minutes ahead, and no more", () => {
    expect(isTooFarAhead(1_000 + 5 * MINUTE, 1_000)).toBe(false);
    expect(isTooFarAhead(1_001 + 5 * MINUTE, 1_000)).toBe(true);
  });
});
