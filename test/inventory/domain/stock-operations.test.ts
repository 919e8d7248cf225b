import { describe, expect, it } from "vitest";
import { MAX_UNITS } from "../../../src/inventory/domain/quantity";
import { levelAt, type Level, type Stock } from "../../../src/inventory/domain/sku-stock";
import {
  applyOperation,
  contentOf,
  keepSafetyStock,
  upsertSku,
  type StockOperation,
} from "../../../src/inventory/domain/stock-operations";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { expectSound, mug, stockOf, summaryOf, withAllocations, withConsequences } from "./stock-world";

const common = { ref: "op-1", locationId: "east", at: 2_000, by: "ann" } as const;
const receive = (quantity: number, inboundId?: string): StockOperation => ({
  type: "receive",
  quantity,
  ...common,
  ...(inboundId !== undefined && { inboundId }),
});
const count = (counted: number): StockOperation => ({ type: "count", counted, ...common });
const adjust = (quantity: number): StockOperation => ({
  type: "adjust",
  quantity,
  reason: "damaged",
  ...common,
});

/** What is on hand at east after the operation, or the code of its rejection. */
function outcomeOf(stock: Stock, operation: StockOperation): number | string {
  const result = applyOperation(stock, operation);
  return result.ok ? (result.value.levels.get("east")?.onHand ?? 0) : result.rejection.code;
}

describe("applyOperation with five units on hand", () => {
  it.each<{ name: string; operation: StockOperation; expected: number | string }>([
    { name: "receives units", operation: receive(3), expected: 8 },
    { name: "rejects a receipt of no units", operation: receive(0), expected: "quantity_invalid" },
    { name: "rejects a receipt below zero", operation: receive(-1), expected: "quantity_invalid" },
    { name: "rejects a receipt of a fraction", operation: receive(1.5), expected: "quantity_invalid" },
    {
      name: "rejects a quantity beyond the limit",
      operation: receive(MAX_UNITS + 1),
      expected: "quantity_invalid",
    },
    {
      name: "rejects a receipt that brings the location beyond the limit",
      operation: receive(MAX_UNITS - 4),
      expected: "quantity_invalid",
    },
    {
      name: "receives units up to the limit",
      operation: receive(MAX_UNITS - 5),
      expected: MAX_UNITS,
    },
    { name: "rejects a receipt of the limit", operation: receive(MAX_UNITS), expected: "quantity_invalid" },
    { name: "adjusts up", operation: adjust(2), expected: 7 },
    { name: "adjusts down to zero", operation: adjust(-5), expected: 0 },
    { name: "rejects an adjustment to below zero", operation: adjust(-6), expected: "below_zero" },
    { name: "rejects an adjustment by zero", operation: adjust(0), expected: "quantity_invalid" },
    {
      name: "rejects an adjustment below the limit as no quantity",
      operation: adjust(-MAX_UNITS - 1),
      expected: "quantity_invalid",
    },
    {
      name: "rejects an adjustment by the limit as below zero",
      operation: adjust(-MAX_UNITS),
      expected: "below_zero",
    },
    { name: "counts more units", operation: count(9), expected: 9 },
    { name: "counts no units", operation: count(0), expected: 0 },
    { name: "counts units up to the limit", operation: count(MAX_UNITS), expected: MAX_UNITS },
    { name: "rejects a count below zero", operation: count(-1), expected: "below_zero" },
    { name: "rejects a count of a fraction", operation: count(0.5), expected: "quantity_invalid" },
  ])("$name", ({ operation, expected }) => {
    expect(outcomeOf(stockOf({ east: 5 }), operation)).toBe(expected);
  });
});

describe("applyOperation", () => {
  it("books the movement at standard cost, and publishes it", () => {
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

  it("books a receipt with its inbound", () => {
    const result = applyOperation(stockOf({}), receive(2, "po-7"));
    expect(result).toMatchObject({
      ok: true,
      value: { movements: [{ kind: "receive", inboundId: "po-7" }] },
    });
  });

  it("books a receipt that was not expected without inbound", () => {
    const result = applyOperation(stockOf({}), receive(2));
    if (!result.ok) throw new Error(result.rejection.code);
    expect(result.value.movements[0]).not.toHaveProperty("inboundId");
  });

  it("books nothing for a count of what is on hand", () => {
    expect(applyOperation(stockOf({ east: 5 }), count(5))).toMatchObject({
      ok: true,
      value: { movements: [], events: [] },
    });
  });
});

describe("applyOperation with units of 10^12 minor units", () => {
  const dear = (onHand: number, over: Partial<Level> = {}): Stock => {
    const stock = stockOf({ east: onHand });
    const levels = new Map(stock.levels).set("east", { ...levelAt(stock, "east"), ...over });
    const facts = { ...stock.facts, unitCostMinor: 1_000_000_000_000 };
    return { ...stock, levels, facts, valueMinor: over.vendorOwned ? 0 : onHand * facts.unitCostMinor };
  };
  const own = <Operation extends StockOperation>(operation: Operation) => ({
    ...operation,
    vendorOwned: false,
  });

  it.each<{ name: string; stock: Stock; operation: StockOperation; expected: number | string }>([
    { name: "receives up to 10^15", stock: dear(990), operation: receive(10), expected: 1_000 },
    {
      name: "rejects one unit more",
      stock: dear(990),
      operation: receive(11),
      expected: "stock_value_too_large",
    },
    {
      name: "rejects a count of more",
      stock: dear(990),
      operation: count(1_001),
      expected: "stock_value_too_large",
    },
    {
      name: "rejects an adjustment to more",
      stock: dear(990),
      operation: adjust(11),
      expected: "stock_value_too_large",
    },
    {
      name: "takes units off, though more are left",
      stock: dear(2_000),
      operation: adjust(-1),
      expected: 1_999,
    },
    {
      name: "receives any number of a vendor's units",
      stock: dear(990, { vendorOwned: true }),
      operation: receive(9_000),
      expected: 9_990,
    },
    {
      name: "rejects a count that makes a vendor's units ours",
      stock: dear(2_000, { vendorOwned: true }),
      operation: own(count(2_000)),
      expected: "stock_value_too_large",
    },
  ])("$name", ({ stock, operation, expected }) => {
    expect(outcomeOf(stock, operation)).toBe(expected);
  });
});

describe("the content of an operation, by which a repeat is detected,", () => {
  it.each<{ name: string; one: StockOperation; other: StockOperation; expected: boolean }>([
    {
      name: "the same operation of another person, later",
      one: adjust(2),
      other: { ...adjust(2), at: 9_999, by: "bob" },
      expected: true,
    },
    { name: "another quantity", one: adjust(2), other: adjust(3), expected: false },
    {
      name: "another location",
      one: adjust(2),
      other: { ...adjust(2), locationId: "west" },
      expected: false,
    },
    { name: "another type", one: adjust(2), other: receive(2), expected: false },
    {
      name: "another reason",
      one: adjust(2),
      other: { type: "adjust", quantity: 2, reason: "found", ...common },
      expected: false,
    },
    { name: "another count", one: count(1), other: count(2), expected: false },
    { name: "the same count later", one: count(1), other: { ...count(1), at: 5 }, expected: true },
    { name: "the same receipt", one: receive(2, "po-7"), other: receive(2, "po-7"), expected: true },
    { name: "a receipt of another inbound", one: receive(2, "po-7"), other: receive(2), expected: false },
  ])("is $expected for $name", ({ one, other, expected }) => {
    expect(contentOf(one) === contentOf(other)).toBe(expected);
  });
});

describe("upsertSku", () => {
  it("revalues what is on hand for each new cost, under a ref of its own", () => {
    const dearer = upsertSku(stockOf({ east: 4 }), { ...mug, unitCostMinor: 300 }, 2_000);
    const back = upsertSku(dearer, mug, 3_000);
    expect(back.movements).toMatchObject([
      { ref: "cost#1", kind: "revalue", locationId: null, quantity: 0, valueMinor: 200 },
      { ref: "cost#2", kind: "revalue", locationId: null, quantity: 0, valueMinor: -200 },
    ]);
    expect(back.events.map(({ id }) => id)).toEqual(["MUG/cost#1", "MUG/cost#2"]);
    expectSound(back);
  });

  it("books nothing for other facts", () => {
    const backorder = { ...mug, policy: "backorder" } as const;
    expect(upsertSku(stockOf({ east: 4 }), backorder, 2_000)).toMatchObject({
      facts: backorder,
      movements: [],
    });
  });

  it("books nothing if nothing is on hand", () => {
    expect(upsertSku(stockOf({}), { ...mug, unitCostMinor: 9 }, 2_000).movements).toEqual([]);
  });

  it.each([-1, 0.5])("throws for a cost of %d", (unitCostMinor) => {
    expect(() => upsertSku(null, { ...mug, unitCostMinor }, 0)).toThrow(InvariantViolation);
  });

  it("accepts a cost of zero", () => {
    expect(upsertSku(null, { ...mug, unitCostMinor: 0 }, 0).facts.unitCostMinor).toBe(0);
  });
});

describe("keepSafetyStock", () => {
  it("frees units for backorders if it is lowered", () => {
    const kept = keepSafetyStock(stockOf({ east: 3 }), "east", 3);
    const waiting = withAllocations(kept, { quantity: 2 });
    expect(summaryOf(waiting.holdings.get("line_a"))).toBe("pending backordered:2");
    const lowered = withConsequences(keepSafetyStock(waiting, "east", 2), 2_000);
    expect(summaryOf(lowered.holdings.get("line_a"))).toBe("pending east:1 backordered:1");
  });

  it("leaves allocated units as they are if it is raised", () => {
    const stock = withAllocations(stockOf({ east: 3 }), { quantity: 2 });
    const raised = withConsequences(keepSafetyStock(stock, "east", 9), 2_000);
    expect(summaryOf(raised.holdings.get("line_a"))).toBe("pending east:2");
  });

  it.each([-1, 0.5])("throws for %d units", (quantity) => {
    expect(() => keepSafetyStock(stockOf({ east: 3 }), "east", quantity)).toThrow(InvariantViolation);
  });
});
