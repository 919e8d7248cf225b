import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { PlannedFulfillment } from "../../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import { aLine, anOrder, NOON } from "../../../support/an-order";
import {
  cancelling,
  from,
  fulfillment,
  mug,
  MUG,
  parcel,
  partlyShipped,
  refundOf,
  shipping,
} from "../mug-orders";
import { fulfillmentsText, unitsText } from "../order-text";
import { lineId } from "../sales";

type Case = Readonly<{
  name: string;
  before: Partial<Order>;
  event: OrderEvent;
  units: string;
  fulfillments: string[];
}>;

const planned = (name: string, quantity: number): PlannedFulfillment => ({
  id: `ful_${name}`,
  locationId: "east",
  releaseAt: NOON,
  lines: [{ lineId: MUG, quantity }],
});

const three = [mug({ ordered: 3 })];
const oneShipped = [mug({ ordered: 3, shipped: 1 })];

function itEvolvesUnits(cases: readonly Case[]): void {
  it.each(cases)("$name", ({ before, event, units, fulfillments }) => {
    const after = evolve(anOrder(before), event);
    expect(unitsText(after)).toEqual([`Mug: ${units}`]);
    expect(fulfillmentsText(after)).toEqual(fulfillments);
  });
}

describe("sourced and filled units", () => {
  const filled = {
    type: "backorder.filled",
    lineId: MUG,
    locationId: "east",
    releaseAt: NOON,
  } as const;

  itEvolvesUnits([
    {
      name: "are planned or backordered when they are sourced",
      before: { lines: [mug({ ordered: 3, unsourced: 3 })] },
      event: {
        type: "units.sourced",
        lineId: MUG,
        unitCostMinor: 900,
        backordered: 1,
        fulfillments: [planned("a", 2)],
      },
      units: "1 backordered, 2 allocated",
      fulfillments: ["a planned 2"],
    },
    {
      name: "are planned in a new fulfillment when a backorder is filled",
      before: { lines: [mug({ ordered: 3, backordered: 3 })] },
      event: { ...filled, quantity: 2, fulfillmentId: "ful_a" },
      units: "1 backordered, 2 allocated",
      fulfillments: ["a planned 2"],
    },
    {
      name: "join a fulfillment that has units of the line",
      before: {
        lines: [mug({ ordered: 3, backordered: 2 })],
        fulfillments: [fulfillment("a", 1), fulfillment("b", 0)],
      },
      event: { ...filled, quantity: 2, fulfillmentId: "ful_a" },
      units: "3 allocated",
      fulfillments: ["a planned 3", "b planned 0"],
    },
  ]);

  it("have the unit cost of the day when they were sourced", () => {
    const order = anOrder({ lines: [mug({ unsourced: 1, unitCostMinor: null })] });
    const after = evolve(order, {
      type: "units.sourced",
      lineId: MUG,
      unitCostMinor: 900,
      backordered: 1,
      fulfillments: [],
    });
    expect(after.lines[0]!.unitCostMinor).toBe(900);
  });
});

describe("cut units", () => {
  const cut = { type: "allocation.cut", lineId: MUG, locationId: "east" } as const;
  const before = { lines: three, fulfillments: [fulfillment("a", 1), fulfillment("b", 2)] };

  itEvolvesUnits([
    {
      name: "are backordered, and leave their fulfillment",
      before,
      event: { ...cut, quantity: 1, fulfillmentId: "ful_b" },
      units: "1 backordered, 2 allocated",
      fulfillments: ["a planned 1", "b planned 1"],
    },
    {
      name: "cancel their fulfillment if they are its last",
      before,
      event: { ...cut, quantity: 2, fulfillmentId: "ful_b" },
      units: "2 backordered, 1 allocated",
      fulfillments: ["a planned 1", "b cancelled"],
    },
  ]);
});

describe("cancelled units", () => {
  itEvolvesUnits([
    {
      name: "are taken from everywhere they are",
      before: {
        lines: [mug({ ordered: 5, unsourced: 1, backordered: 1 })],
        fulfillments: [fulfillment("a", 1), fulfillment("b", 2)],
      },
      event: cancelling({ unsourced: 1, backordered: 1, allocated: [from("a", 1), from("b", 1)] }),
      units: "1 allocated, 4 cancelled",
      fulfillments: ["a cancelled", "b planned 1"],
    },
    {
      name: "count as removed if the storefront removed them",
      before: { lines: three, fulfillments: [fulfillment("a", 3)] },
      event: cancelling({ allocated: [from("a", 2)] }, { removed: true }),
      units: "1 allocated, 2 cancelled (2 removed)",
      fulfillments: ["a planned 1"],
    },
    {
      name: "end their fulfillment as delivered if its shipments were delivered",
      before: {
        lines: oneShipped,
        fulfillments: [partlyShipped("a", 3, 1)],
        shipments: [parcel("1", 1, "ful_a", NOON)],
      },
      event: cancelling({ allocated: [from("a", 2)] }),
      units: "1 shipped, 2 cancelled",
      fulfillments: ["a delivered 1/1"],
    },
    {
      name: "end their fulfillment as shipped if a shipment is under way",
      before: {
        lines: [mug({ ordered: 4, shipped: 2 })],
        fulfillments: [partlyShipped("a", 4, 2)],
        shipments: [parcel("1", 1, "ful_a", NOON), parcel("2", 1, "ful_a")],
      },
      event: cancelling({ allocated: [from("a", 2)] }),
      units: "2 shipped, 2 cancelled",
      fulfillments: ["a shipped 2/2"],
    },
    {
      name: "cancel their fulfillment, whatever another one has shipped",
      before: {
        lines: oneShipped,
        fulfillments: [fulfillment("a", 2), fulfillment("b", 1, { status: "delivered" })],
        shipments: [parcel("1", 1, "ful_b", NOON)],
      },
      event: cancelling({ allocated: [from("a", 2)] }),
      units: "1 shipped, 2 cancelled",
      fulfillments: ["a cancelled", "b delivered 1"],
    },
  ]);

  it("count as removed when the storefront removes them later", () => {
    const order = anOrder({
      lines: [mug({ ordered: 3, cancelled: 2 })],
      fulfillments: [fulfillment("a", 1)],
    });
    const event = { type: "units.removed_at_storefront", lineId: MUG, quantity: 1 } as const;
    expect(unitsText(evolve(order, event))).toEqual(["Mug: 1 allocated, 2 cancelled (1 removed)"]);
  });

  it("leave the units of other lines as they are", () => {
    const order = anOrder({
      lines: [mug({ ordered: 3 }), aLine("Cup", { ordered: 2 })],
      fulfillments: [fulfillment("a", 3)],
    });
    expect(unitsText(evolve(order, cancelling({ allocated: [from("a", 1)] })))).toEqual([
      "Mug: 2 allocated, 1 cancelled",
      "Cup: 2 allocated",
    ]);
  });
});

describe("shipped, rejected and returned units", () => {
  const rejected = (name: string, quantity: number): OrderEvent => ({
    type: "fulfillment.rejected",
    fulfillmentId: `ful_${name}`,
    locationId: "east",
    units: [{ lineId: MUG, quantity }],
    reason: "Broken",
    by: "east",
  });

  itEvolvesUnits([
    {
      name: "leave their fulfillment released if it has more to ship",
      before: { lines: three, fulfillments: [fulfillment("a", 3, { status: "released" })] },
      event: shipping(2, "ful_a"),
      units: "1 allocated, 2 shipped",
      fulfillments: ["a released 2/3"],
    },
    {
      name: "end their fulfillment as shipped if they are its last",
      before: { lines: three, fulfillments: [fulfillment("a", 3, { status: "packed" })] },
      event: shipping(3, "ful_a"),
      units: "3 shipped",
      fulfillments: ["a shipped 3/3"],
    },
    {
      name: "are backordered when their fulfillment is rejected",
      before: { lines: three, fulfillments: [fulfillment("a", 3, { status: "released" })] },
      event: rejected("a", 3),
      units: "3 backordered",
      fulfillments: ["a rejected"],
    },
    {
      name: "leave a rejected fulfillment with the units that it had shipped",
      before: {
        lines: oneShipped,
        fulfillments: [partlyShipped("a", 3, 1)],
        shipments: [parcel("1", 1, "ful_a")],
      },
      event: rejected("a", 2),
      units: "2 backordered, 1 shipped",
      fulfillments: ["a shipped 1/1"],
    },
  ]);

  it("record why their fulfillment was rejected", () => {
    const order = anOrder({ lines: three, fulfillments: [fulfillment("a", 3)] });
    expect(evolve(order, rejected("a", 3)).fulfillments[0]!.reason).toBe("Broken");
  });

  it("stay shipped when they are returned", () => {
    const order = anOrder({ lines: [mug({ ordered: 3, shipped: 3, returned: 1 })] });
    const returned = [{ lineId: MUG, quantity: 2, restockLocationId: null }];
    expect(unitsText(evolve(order, refundOf({ returned })))).toEqual(["Mug: 3 shipped (3 returned)"]);
  });
});

describe("moved units", () => {
  const moving = { ...fulfillment("a", 2), pendingMoves: 2 };
  const replanned = {
    type: "units.replanned",
    requestedBy: "ful_a",
    lineId: MUG,
    from: [from("a", 2)],
    backordered: 0,
    to: null,
  } as const;
  const west = { fulfillmentId: "ful_w", locationId: "west", releaseAt: NOON + 5 } as const;

  itEvolvesUnits([
    {
      name: "are planned at the other location",
      before: { lines: [mug({ ordered: 2 })], fulfillments: [moving] },
      event: { ...replanned, to: west },
      units: "2 allocated",
      fulfillments: ["a cancelled", "w planned 2"],
    },
    {
      name: "include backordered units that were planned before",
      before: { lines: [mug({ ordered: 3, backordered: 1 })], fulfillments: [moving] },
      event: { ...replanned, backordered: 1, to: west },
      units: "3 allocated",
      fulfillments: ["a cancelled", "w planned 3"],
    },
    {
      name: "are backordered without another location",
      before: { lines: [mug({ ordered: 2 })], fulfillments: [moving] },
      event: replanned,
      units: "2 backordered",
      fulfillments: ["a cancelled"],
    },
    {
      name: "stay as they are if stock moved none",
      before: { lines: [mug({ ordered: 2 })], fulfillments: [moving] },
      event: { ...replanned, from: [] },
      units: "2 allocated",
      fulfillments: ["a planned 2"],
    },
  ]);

  it("count the moves that stock has not answered", () => {
    const order = anOrder({ lines: [mug({ ordered: 2 })], fulfillments: [moving] });
    const requested = evolve(order, {
      type: "move.requested",
      lineId: MUG,
      quantity: 1,
      from: { fulfillmentId: "ful_a", locationId: "east" },
      to: "west",
      keep: 0,
      locations: ["west"],
      reason: "closed",
    });
    expect(requested.fulfillments[0]!.pendingMoves).toBe(3);
    const answered = evolve(order, { ...replanned, from: [from("a", 1)], to: west });
    expect(answered.fulfillments).toMatchObject([
      { id: "ful_a", pendingMoves: 1 },
      { id: "ful_w", locationId: "west", releaseAt: NOON + 5, pendingMoves: 0 },
    ]);
  });
});

describe("added lines", () => {
  it("join a planned fulfillment, or have one of their own", () => {
    const cup = aLine("Cup", { id: lineId("Cup") });
    const order = anOrder({ lines: three, fulfillments: [fulfillment("a", 3)] });
    const ofCup = { lines: [{ lineId: cup.id, quantity: 1 }] };
    const added = (fulfillments: PlannedFulfillment[]) =>
      evolve(order, { type: "order.lines_added", lines: [cup], fulfillments, totalMinor: 9600 });
    const joined = added([{ ...planned("a", 1), ...ofCup }]);
    expect(unitsText(joined)).toEqual(["Mug: 3 allocated", "Cup: 1 allocated"]);
    expect(fulfillmentsText(joined)).toEqual(["a planned 3 1"]);
    expect(joined.totalMinor).toBe(9600);
    expect(fulfillmentsText(added([{ ...planned("b", 1), ...ofCup }]))).toEqual([
      "a planned 3",
      "b planned 1",
    ]);
  });
});
