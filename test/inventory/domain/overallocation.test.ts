import { describe, expect, it } from "vitest";
import { fillBackorders } from "../../../src/inventory/domain/backorders";
import { cutLatest, overallocated } from "../../../src/inventory/domain/overallocation";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { stockOf, summaryOf, withAllocations, withConsequences, withOnHand } from "./stock-world";

const summaries = (stock: Stock): Record<string, string> =>
  Object.fromEntries([...stock.holdings].map(([holder, holding]) => [holder.slice(-1), summaryOf(holding)]));

const a = { holder: "line_a", quantity: 2, placedAt: 1 } as const;
const b = { holder: "line_b", quantity: 2, placedAt: 2 } as const;
/** Placed at the same time as b. */
const c = { holder: "line_c", quantity: 2, placedAt: 2 } as const;

describe("overallocated", () => {
  it.each([
    { name: "nothing if as many units are on hand as allocated", onHand: 2, expected: [] },
    { name: "the missing units", onHand: 1, expected: [{ locationId: "east", units: 1 }] },
    { name: "all units if none is left", onHand: 0, expected: [{ locationId: "east", units: 2 }] },
  ])("returns $name", ({ onHand, expected }) => {
    const stock = withAllocations(stockOf({ east: 2, west: 5 }), a);
    expect(overallocated(withOnHand(stock, "east", onHand))).toEqual(expected);
  });
});

describe("cutLatest", () => {
  it.each<{ name: string; onHand: number; expected: Record<string, string> }>([
    {
      name: "cuts nothing while enough units are on hand",
      onHand: 6,
      expected: { a: "pending east:2", b: "pending east:2", c: "pending east:2" },
    },
    {
      name: "cuts the latest holding, of two the one with the higher id, by no more than is missing",
      onHand: 5,
      expected: { a: "pending east:2", b: "pending east:2", c: "pending east:1 backordered:1" },
    },
    {
      name: "cuts the next holding after the latest one is empty",
      onHand: 3,
      expected: { a: "pending east:2", b: "pending east:1 backordered:1", c: "pending backordered:2" },
    },
    {
      name: "cuts the earliest holding last",
      onHand: 1,
      expected: { a: "pending east:1 backordered:1", b: "pending backordered:2", c: "pending backordered:2" },
    },
    {
      name: "cuts every holding if no unit is left",
      onHand: 0,
      expected: { a: "pending backordered:2", b: "pending backordered:2", c: "pending backordered:2" },
    },
  ])("$name", ({ onHand, expected }) => {
    const stock = withOnHand(withAllocations(stockOf({ east: 6 }), a, c, b), "east", onHand);
    expect(summaries(withConsequences(stock, 5))).toEqual(expected);
  });

  it("compares the time before the id", () => {
    const stock = withAllocations(
      stockOf({ east: 4 }),
      { ...a, holder: "line_z" },
      { ...b, holder: "line_y" },
    );
    expect(summaries(withConsequences(withOnHand(stock, "east", 3), 5))).toEqual({
      z: "pending east:2",
      y: "pending east:1 backordered:1",
    });
  });

  it("leaves allocations at other locations, whose free units then fill the backorder", () => {
    const stock = withAllocations(stockOf({ east: 2, west: 3 }), a, { ...b, locations: ["west"] });
    expect(summaries(withConsequences(withOnHand(stock, "east", 0), 5))).toEqual({
      a: "pending west:1 backordered:1",
      b: "pending west:2",
    });
  });

  it("keeps the place in the queue of a holding that was cut", () => {
    const stock = withAllocations(stockOf({ east: 4 }), a, b);
    const cut = withConsequences(withOnHand(stock, "east", 2), 5);
    const later = withAllocations(cut, { ...c, placedAt: 9 });
    expect(summaries(fillBackorders(withOnHand(later, "east", 3), 6))).toEqual({
      a: "pending east:2",
      b: "pending east:1 backordered:1",
      c: "pending backordered:2",
    });
  });

  it("throws if the holdings to cut are not loaded", () => {
    const stock = withOnHand(withAllocations(stockOf({ east: 2 }), a), "east", 0);
    const withoutHoldings = { ...stock, holdings: new Map() };
    expect(overallocated(withoutHoldings)).toEqual([{ locationId: "east", units: 2 }]);
    expect(() => cutLatest(withoutHoldings, "east", 2, 5)).toThrow(InvariantViolation);
  });
});
