import { describe, expect, it } from "vitest";
import { fillBackorders } from "../../../src/inventory/domain/backorders";
import { confirm, releaseHolding } from "../../../src/inventory/domain/holding-status";
import { reportMove, reportUnits } from "../../../src/inventory/domain/line-events";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { MINUTE, stockOf, summaryOf, withAllocations, withConsequences, withOnHand } from "./stock-world";

const line = { holder: "line_a", quantity: 2 } as const;

/** `line_a` has two units at east, of which none is on hand any more; west has one unit. */
const short = withOnHand(withAllocations(stockOf({ east: 2, west: 1 }), line), "east", 0);

describe("the events of a line", () => {
  it("are a cut, then a fill, with the next numbers, if the order is confirmed", () => {
    const after = withConsequences(confirm(short, "line_a", 4), 5);
    expect(after.events).toMatchObject([
      { type: "allocation.cut", id: "MUG/line_a/1", number: 1, locationId: "east", quantity: 2, at: 5 },
      { type: "backorder.filled", id: "MUG/line_a/2", number: 2, locationId: "west", quantity: 1, at: 5 },
    ]);
    expect(after.holdings.get("line_a")?.eventCount).toBe(2);
  });

  it("wait until the order is confirmed, and the alarm checks that at once", () => {
    const pending = withConsequences(short, 5);
    expect(pending.events).toEqual([]);
    expect(pending.holdings.get("line_a")?.dueAt).toBe(5);
    expect(confirm(pending, "line_a", 9).events).toMatchObject([
      { type: "allocation.cut", locationId: "east", quantity: 2, at: 9 },
      { type: "backorder.filled", locationId: "west", quantity: 1, at: 9 },
    ]);
  });

  it("are published once, even if the order is confirmed twice", () => {
    const confirmed = confirm(withConsequences(short, 5), "line_a", 9);
    expect(confirm(confirmed, "line_a", 10)).toBe(confirmed);
  });

  it("leave out units that were cut and filled again before the order is confirmed", () => {
    const stock = withOnHand(withAllocations(stockOf({ east: 2 }), line), "east", 0);
    const again = fillBackorders(withOnHand(withConsequences(stock, 5), "east", 2), 6);
    expect(summaryOf(again.holdings.get("line_a"))).toBe("pending east:2");
    expect(confirm(again, "line_a", 9).events).toEqual([]);
  });

  it("do not exist for a reservation, which expires as before", () => {
    const reservation = { ...line, holder: "res_1", orderId: null } as const;
    const stock = withAllocations(stockOf({ east: 2 }), reservation);
    const cut = withConsequences(withOnHand(stock, "east", 1), 5);
    expect(cut.events).toEqual([]);
    expect(cut.holdings.get("res_1")).toMatchObject({ backordered: 1, dueAt: 15 * MINUTE });
  });

  it("do not report zero units", () => {
    const confirmed = confirm(short, "line_a", 4);
    expect(reportUnits(confirmed, "line_a", { locationId: "east", units: 0, at: 5 })).toBe(confirmed);
  });

  it("report a move only to an order that exists", () => {
    const moved = {
      lineId: "line_a",
      from: "east",
      to: "west",
      quantity: 1,
      fulfillmentId: "ful_1",
      at: 5,
    } as const;
    expect(() => reportMove(short, moved)).toThrow(InvariantViolation);
    expect(reportMove(confirm(short, "line_a", 4), moved).events).toEqual([
      { type: "allocation.moved", id: "MUG/line_a/1", number: 1, orderId: "ord_1", ...moved },
    ]);
  });

  it("are forgotten with the holding if it expires unconfirmed", () => {
    const released = releaseHolding(withConsequences(short, 5), "line_a", "expired");
    expect(released.holdings.get("line_a")?.allocations.map(({ unreported }) => unreported)).toEqual([0, 0]);
    expect(released.events).toEqual([]);
  });
});
