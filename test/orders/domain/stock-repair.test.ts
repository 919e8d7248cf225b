import { describe, expect, it } from "vitest";
import type { AllocationDifference } from "../../../src/orders/domain/allocation-differences";
import { decideMatchAllocations, decideRepair } from "../../../src/orders/domain/stock-repair";
import { NOON } from "../../support/an-order";
import { fulfillment, MUG, mugOrder } from "./mug-orders";
import { apply } from "./order-steps";
import { unitEventsText } from "./order-text";

/** Two mugs in the east, one backordered. */
const order = mugOrder([fulfillment("a", 2)], { backordered: 1 });

const differs = (locationId: string | null, expected: number, actual: number): AllocationDifference => ({
  orderId: order.id,
  lineId: MUG,
  locationId,
  expected,
  actual,
});

describe("decideMatchAllocations", () => {
  it.each([
    {
      name: "changes nothing for allocations that match",
      differences: [differs("east", 2, 2)],
      expected: [],
    },
    {
      name: "backorders units that stock does not hold",
      differences: [differs("east", 2, 0)],
      expected: ["-2 a"],
    },
    {
      name: "backorders as many units as are missing",
      differences: [differs("east", 2, 1)],
      expected: ["-1 a"],
    },
    {
      name: "plans surplus units up to the backorder, and releases the rest",
      differences: [differs("east", 2, 4)],
      expected: ["+1 a", "released 1"],
    },
    {
      name: "backorders missing units before it plans surplus ones",
      differences: [differs("west", 0, 2), differs("east", 2, 0)],
      expected: ["-2 a", "+2 new"],
    },
    {
      name: "ignores differences of the backorder",
      differences: [differs(null, 1, 0), differs(null, 0, 1)],
      expected: [],
    },
  ])("$name", ({ differences, expected }) => {
    const events = decideMatchAllocations(order, differences, NOON);
    expect(unitEventsText(order, events)).toEqual(expected);
    apply(order, events);
  });
});

describe("decideRepair", () => {
  it.each([
    { name: "changes nothing if stock has the same backorder", backordered: 1, expected: [] },
    { name: "changes nothing if stock has a smaller backorder", backordered: 0, expected: [] },
    { name: "releases the surplus of stock's backorder", backordered: 3, expected: ["released 2"] },
  ])("$name", ({ backordered, expected }) => {
    const events = decideRepair(order, { lineId: MUG, backordered, differences: [] }, NOON);
    expect(unitEventsText(order, events)).toEqual(expected);
  });

  it("compares the backorder after it matched the allocations", () => {
    const line = { lineId: MUG, backordered: 3, differences: [differs("east", 2, 0)] };
    const events = decideRepair(order, line, NOON);
    expect(unitEventsText(order, events)).toEqual(["-2 a"]);
  });

  it("releases with the reason that it repairs", () => {
    const surplus = { lineId: MUG, backordered: 2, differences: [differs("east", 2, 5)] };
    expect(decideRepair(order, surplus, NOON)).toEqual([
      expect.objectContaining({ type: "backorder.filled", quantity: 1 }),
      { type: "allocation.released", lineId: MUG, locationId: "east", quantity: 2, reason: "repair" },
      { type: "allocation.released", lineId: MUG, locationId: null, quantity: 2, reason: "repair" },
    ]);
  });
});
