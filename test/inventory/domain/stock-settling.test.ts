import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { confirm } from "../../../src/inventory/domain/holding-status";
import { levelAt, type Stock, withLevel } from "../../../src/inventory/domain/sku-stock";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import { cutLatest, overallocated } from "../../../src/inventory/domain/overallocation";
import { fillBackorders } from "../../../src/inventory/domain/backorders";
import { allocationOf, MINUTE, say, settled, stockOf } from "./stock-world";

const allocated = (onHand: Record<string, number>, ...requests: Partial<AllocationRequest>[]): Stock =>
  requests.reduce((stock, request) => {
    const result = allocateStock(stock, allocationOf({ shortage: "backorder", ...request }));
    if (!result.ok) throw new Error(result.rejection.code);
    return result.value.stock;
  }, stockOf(onHand));

/** The same stock with fewer units at the location, before anything follows from it. */
const withOnHand = (stock: Stock, locationId: string, onHand: number): Stock =>
  withLevel(stock, { ...levelAt(stock, locationId), onHand });

const lines = (stock: Stock): Record<string, string> =>
  Object.fromEntries([...stock.holdings].map(([holder, holding]) => [holder.slice(-1), say(holding)]));

const a = { holder: "line_a", quantity: 2, placedAt: 1 } as const;
const b = { holder: "line_b", quantity: 2, placedAt: 2 } as const;
const c = { holder: "line_c", quantity: 2, placedAt: 2 } as const;

describe("cutLatest", () => {
  it.each<[string, number, Record<string, string>]>([
    [
      "cuts nobody while there is enough",
      6,
      { a: "pending east:2", b: "pending east:2", c: "pending east:2" },
    ],
    [
      "cuts the newest, of two the later id, and no more than need be",
      5,
      { a: "pending east:2", b: "pending east:2", c: "pending east:1 owed:1" },
    ],
    ["then the next", 3, { a: "pending east:2", b: "pending east:1 owed:1", c: "pending owed:2" }],
    [
      "cuts everyone when nothing is left",
      0,
      { a: "pending owed:2", b: "pending owed:2", c: "pending owed:2" },
    ],
  ])("%s", (_rule, onHand, expected) => {
    const stock = withOnHand(allocated({ east: 6 }, a, c, b), "east", onHand);
    expect(lines(settled(stock, 5))).toEqual(expected);
  });

  it("leaves allocations at other locations alone, and fills from what is free there", () => {
    const stock = allocated({ east: 2, west: 3 }, a, { ...b, locations: ["west"] });
    expect(lines(settled(withOnHand(stock, "east", 0), 5))).toEqual({
      a: "pending west:1 owed:1",
      b: "pending west:2",
    });
  });

  it("gives those who were cut their place again", () => {
    const cut = settled(withOnHand(allocated({ east: 4 }, a, b), "east", 2), 5);
    const late = allocateStock(cut, allocationOf({ ...c, placedAt: 9, shortage: "backorder" }));
    if (!late.ok) throw new Error(late.rejection.code);
    expect(lines(fillBackorders(withOnHand(late.value.stock, "east", 3), 6))).toEqual({
      a: "pending east:2",
      b: "pending east:1 owed:1",
      c: "pending owed:2",
    });
  });

  it("throws when it is not given whom to cut", () => {
    const stock = withOnHand(allocated({ east: 2 }, a), "east", 0);
    const nobody = { ...stock, holdings: new Map() };
    expect(overallocated(nobody)).toEqual([{ locationId: "east", units: 2 }]);
    expect(() => cutLatest(nobody, "east", 2, 5)).toThrow(InvariantViolation);
  });
});

describe("what an order is told", () => {
  const short = withOnHand(allocated({ east: 2, west: 1 }, a), "east", 0);

  it("is told of the cut, then of what was filled, when it is confirmed", () => {
    const after = settled(confirm(short, "line_a", 4), 5);
    expect(after.events).toMatchObject([
      { type: "allocation.cut", id: "MUG/line_a/1", locationId: "east", quantity: 2 },
      { type: "backorder.filled", id: "MUG/line_a/2", locationId: "west", quantity: 1 },
    ]);
  });

  it("is told the same later when it is not known to exist yet", () => {
    const waiting = settled(short, 5);
    expect(waiting.events).toEqual([]);
    expect(confirm(waiting, "line_a", 9).events).toMatchObject([
      { type: "allocation.cut", locationId: "east", quantity: 2, at: 9 },
      { type: "backorder.filled", locationId: "west", quantity: 1, at: 9 },
    ]);
  });

  it("is told nothing of units that were cut and filled again meanwhile", () => {
    const again = fillBackorders(
      withOnHand(settled(withOnHand(allocated({ east: 2 }, a), "east", 0), 5), "east", 2),
      6,
    );
    expect(lines(again)).toEqual({ a: "pending east:2" });
    expect(confirm(again, "line_a", 9).events).toEqual([]);
  });

  it("has nobody to tell of a reservation, which expires when it would", () => {
    const reservation = { ...a, holder: "res_1", orderId: null } as const;
    const cut = settled(withOnHand(allocated({ east: 2 }, reservation), "east", 1), 5);
    expect(cut.events).toEqual([]);
    expect(cut.holdings.get("res_1")).toMatchObject({ backordered: 1, dueAt: 15 * MINUTE });
  });
});
