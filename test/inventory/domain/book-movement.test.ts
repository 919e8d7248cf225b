import { describe, expect, it } from "vitest";
import { bookMovement, revalue, valueOf } from "../../../src/inventory/domain/book-movement";
import type { Movement } from "../../../src/inventory/domain/movement";
import { stockOf } from "./stock-world";

const movement = (over: Partial<Movement> = {}): Movement => ({
  ref: "m1",
  kind: "receive",
  locationId: "east",
  quantity: 2,
  valueMinor: 500,
  reason: null,
  at: 5,
  ...over,
});

describe("bookMovement", () => {
  it("changes on hand, value and the journal together", () => {
    const stock = bookMovement(stockOf({ east: 1 }), movement());
    expect(stock.levels.get("east")?.onHand).toBe(3);
    expect(stock.valueMinor).toBe(750);
    expect(stock.movements).toEqual([movement()]);
  });

  it.each<{ kind: Movement["kind"]; published: number }>([
    { kind: "receive", published: 1 },
    { kind: "adjust", published: 1 },
    { kind: "count", published: 1 },
    { kind: "ship", published: 0 },
    { kind: "restock", published: 0 },
  ])("publishes $published events for a movement of kind $kind", ({ kind, published }) => {
    expect(bookMovement(stockOf({ east: 5 }), movement({ kind })).events).toHaveLength(published);
  });
});

describe("revalue", () => {
  it("books nothing if the value is on hand × unit cost", () => {
    const stock = stockOf({ east: 3 });
    expect(revalue(stock, "r", 5)).toBe(stock);
  });

  it("books the difference without a location", () => {
    const stock = revalue({ ...stockOf({ east: 3 }), valueMinor: 700 }, "r", 5);
    expect(stock.valueMinor).toBe(750);
    expect(stock.movements).toMatchObject([
      { kind: "revalue", locationId: null, quantity: 0, valueMinor: 50 },
    ]);
  });
});

describe("valueOf", () => {
  it.each([
    { quantity: 3, unitCostMinor: 250, expected: 750 },
    { quantity: -3, unitCostMinor: 250, expected: -750 },
    { quantity: -3, unitCostMinor: 0, expected: 0 },
  ])("is $expected for $quantity units at $unitCostMinor", ({ quantity, unitCostMinor, expected }) => {
    expect(Object.is(valueOf(quantity, unitCostMinor), expected)).toBe(true);
  });
});
