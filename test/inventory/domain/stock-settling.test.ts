import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { confirm, levelAt, withLevel, type Stock } from "../../../src/inventory/domain/sku-stock";
import type { ClaimRequest } from "../../../src/inventory/domain/stock";
import { claimStock } from "../../../src/inventory/domain/allocations";
import { cutNewest, fillWaiting, overclaimed } from "../../../src/inventory/domain/stock-settling";
import { claimOf, MINUTE, say, settled, stockOf } from "./stock-world";

const claimed = (onHand: Record<string, number>, ...requests: Partial<ClaimRequest>[]): Stock =>
  requests.reduce((stock, request) => {
    const result = claimStock(stock, claimOf({ shortage: "sold", ...request }));
    if (!result.ok) throw new Error(result.rejection.code);
    return result.value.stock;
  }, stockOf(onHand));

/** The same stock with fewer units at the location, before anything follows from it. */
const withOnHand = (stock: Stock, locationId: string, onHand: number): Stock =>
  withLevel(stock, { ...levelAt(stock, locationId), onHand });

const lines = (stock: Stock): Record<string, string> =>
  Object.fromEntries([...stock.holdings].map(([claimant, holding]) => [claimant.slice(-1), say(holding)]));

const a = { claimant: "line_a", quantity: 2, placedAt: 1 } as const;
const b = { claimant: "line_b", quantity: 2, placedAt: 2 } as const;
const c = { claimant: "line_c", quantity: 2, placedAt: 2 } as const;

describe("cutNewest", () => {
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
    const stock = withOnHand(claimed({ east: 6 }, a, c, b), "east", onHand);
    expect(lines(settled(stock, 5))).toEqual(expected);
  });

  it("leaves claims at other locations alone, and fills from what is free there", () => {
    const stock = claimed({ east: 2, west: 3 }, a, { ...b, locations: ["west"] });
    expect(lines(settled(withOnHand(stock, "east", 0), 5))).toEqual({
      a: "pending west:1 owed:1",
      b: "pending west:2",
    });
  });

  it("gives those who were cut their place again", () => {
    const cut = settled(withOnHand(claimed({ east: 4 }, a, b), "east", 2), 5);
    const late = claimStock(cut, claimOf({ ...c, placedAt: 9, shortage: "sold" }));
    if (!late.ok) throw new Error(late.rejection.code);
    expect(lines(fillWaiting(withOnHand(late.value.stock, "east", 3), 6))).toEqual({
      a: "pending east:2",
      b: "pending east:1 owed:1",
      c: "pending owed:2",
    });
  });

  it("throws when it is not given whom to cut", () => {
    const stock = withOnHand(claimed({ east: 2 }, a), "east", 0);
    const nobody = { ...stock, holdings: new Map() };
    expect(overclaimed(nobody)).toEqual([{ locationId: "east", units: 2 }]);
    expect(() => cutNewest(nobody, "east", 2, 5)).toThrow(InvariantViolation);
  });
});

describe("what an order is told", () => {
  const short = withOnHand(claimed({ east: 2, west: 1 }, a), "east", 0);

  it("is told of the cut, then of what was filled, when it is confirmed", () => {
    const after = settled(confirm(short, "line_a", 4), 5);
    expect(after.events).toMatchObject([
      { type: "claim.cut", id: "MUG/line_a/1", locationId: "east", quantity: 2 },
      { type: "backorder.filled", id: "MUG/line_a/2", locationId: "west", quantity: 1 },
    ]);
  });

  it("is told the same later when it is not known to exist yet", () => {
    const waiting = settled(short, 5);
    expect(waiting.events).toEqual([]);
    expect(confirm(waiting, "line_a", 9).events).toMatchObject([
      { type: "claim.cut", locationId: "east", quantity: 2, at: 9 },
      { type: "backorder.filled", locationId: "west", quantity: 1, at: 9 },
    ]);
  });

  it("is told nothing of units that were cut and filled again meanwhile", () => {
    const again = fillWaiting(
      withOnHand(settled(withOnHand(claimed({ east: 2 }, a), "east", 0), 5), "east", 2),
      6,
    );
    expect(lines(again)).toEqual({ a: "pending east:2" });
    expect(confirm(again, "line_a", 9).events).toEqual([]);
  });

  it("has nobody to tell of a reservation, which lapses when it would", () => {
    const reservation = { ...a, claimant: "res_1", orderId: null } as const;
    const cut = settled(withOnHand(claimed({ east: 2 }, reservation), "east", 1), 5);
    expect(cut.events).toEqual([]);
    expect(cut.holdings.get("res_1")).toMatchObject({ backordered: 1, dueAt: 15 * MINUTE });
  });
});
