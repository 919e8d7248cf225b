import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import {
  applyOperation,
  isSameOperation,
  keepSafetyStock,
  type StockOperation,
  upsertSku,
} from "../../../src/inventory/domain/stock-operations";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import { MAX_UNITS } from "../../../src/inventory/domain/quantity";
import { allocationOf, expectSound, mug, say, settled, stockOf } from "./stock-world";

const common = { ref: "op-1", locationId: "east", at: 2_000, by: "ann" } as const;
const receive = (quantity: number): StockOperation => ({ type: "receive", quantity, ...common });
const count = (counted: number): StockOperation => ({ type: "count", counted, ...common });
const adjust = (quantity: number): StockOperation => ({
  type: "adjust",
  quantity,
  reason: "damaged",
  ...common,
});

/** What is on hand afterwards, or why not. */
function outcome(stock: Stock, operation: StockOperation): number | string {
  const result = applyOperation(stock, operation);
  return result.ok ? (result.value.levels.get("east")?.onHand ?? 0) : result.rejection.code;
}

describe("applyOperation", () => {
  it.each<[string, StockOperation, number | string]>([
    ["takes a receipt in", receive(3), 8],
    ["refuses an empty receipt", receive(0), "quantity_invalid"],
    ["refuses a receipt under zero", receive(-1), "quantity_invalid"],
    ["refuses a fraction", receive(1.5), "quantity_invalid"],
    ["refuses what cannot be", receive(MAX_UNITS + 1), "quantity_invalid"],
    ["refuses more than a location can hold", receive(MAX_UNITS), "quantity_invalid"],
    ["adjusts up", adjust(2), 7],
    ["adjusts down to nothing", adjust(-5), 0],
    ["refuses to adjust under zero", adjust(-6), "below_zero"],
    ["refuses to adjust by nothing", adjust(0), "quantity_invalid"],
    ["counts more", count(9), 9],
    ["counts nothing", count(0), 0],
    ["refuses to count under zero", count(-1), "below_zero"],
    ["refuses to count a fraction", count(0.5), "quantity_invalid"],
  ])("%s", (_rule, operation, expected) => {
    expect(outcome(stockOf({ east: 5 }), operation)).toBe(expected);
  });

  it("books the movement at standard cost, and tells the books", () => {
    const result = applyOperation(stockOf({ east: 5 }), adjust(-2));
    if (!result.ok) throw new Error(result.rejection.code);
    const movement = {
      ref: "op-1",
      kind: "adjust",
      locationId: "east",
      quantity: -2,
      valueMinor: -500,
      reason: "damaged",
      at: 2_000,
    };
    expect(result.value.movements).toEqual([movement]);
    expect(result.value.events).toEqual([{ type: "stock.moved", id: "MUG/op-1", movement }]);
  });

  it("books nothing when the count is what was thought", () => {
    expect(applyOperation(stockOf({ east: 5 }), count(5))).toMatchObject({
      ok: true,
      value: { movements: [], events: [] },
    });
  });
});

describe("isSameOperation", () => {
  it.each<[string, StockOperation, boolean]>([
    ["the same, asked again by another later", { ...adjust(2), at: 9_999, by: "bob" }, true],
    ["another quantity", adjust(3), false],
    ["another location", { ...adjust(2), locationId: "west" }, false],
    ["another kind", receive(2), false],
  ])("%s", (_what, other, same) => {
    expect(isSameOperation(adjust(2), other)).toBe(same);
  });

  it("tells reasons and counts apart", () => {
    const found: StockOperation = { type: "adjust", quantity: 2, reason: "found", ...common };
    expect(isSameOperation(adjust(2), found)).toBe(false);
    expect(isSameOperation(count(1), count(2))).toBe(false);
    expect(isSameOperation(count(1), { ...count(1), at: 5 })).toBe(true);
  });
});

describe("upsertSku", () => {
  it("revalues what is on hand when the cost changes, under a reference of its own each time", () => {
    const dearer = upsertSku(stockOf({ east: 4 }), { ...mug, unitCostMinor: 300 }, 2_000);
    const back = upsertSku(dearer, mug, 3_000);
    expect(back.movements).toMatchObject([
      { ref: "cost#1", kind: "revalue", locationId: null, quantity: 0, valueMinor: 200 },
      { ref: "cost#2", kind: "revalue", locationId: null, quantity: 0, valueMinor: -200 },
    ]);
    expect(back.events.map(({ id }) => id)).toEqual(["MUG/cost#1", "MUG/cost#2"]);
    expectSound(back);
  });

  it("books nothing for other facts, or for nothing on hand", () => {
    const backorder = { ...mug, policy: "backorder" } as const;
    expect(upsertSku(stockOf({ east: 4 }), backorder, 2_000)).toMatchObject({
      facts: backorder,
      movements: [],
    });
    expect(upsertSku(stockOf({}), { ...mug, unitCostMinor: 9 }, 2_000).movements).toEqual([]);
  });

  it("takes no cost under zero", () => {
    expect(() => upsertSku(null, { ...mug, unitCostMinor: -1 }, 0)).toThrow(InvariantViolation);
  });
});

describe("keepSafetyStock", () => {
  it("gives units free to those who wait when it is lowered", () => {
    const kept = keepSafetyStock(stockOf({ east: 3 }), "east", 3);
    const allocated = allocateStock(kept, allocationOf({ quantity: 2, shortage: "backorder" }));
    if (!allocated.ok) throw new Error(allocated.rejection.code);
    expect(say(allocated.value.stock.holdings.get("line_a"))).toBe("pending owed:2");
    const lowered = settled(keepSafetyStock(allocated.value.stock, "east", 2), 2_000);
    expect(say(lowered.holdings.get("line_a"))).toBe("pending east:1 owed:1");
  });
});
