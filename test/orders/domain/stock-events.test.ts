import { describe, expect, it } from "vitest";
import { fulfillmentIdOf } from "../../../src/orders/domain/creation/first-plan";
import { decideAllocationMoved, decideCut, decideFill } from "../../../src/orders/domain/stock-events";
import type { Order } from "../../../src/orders/domain/order";
import { aLine, NOON } from "../../support/an-order";
import { fulfillment, MUG, mugOrder, partlyShipped } from "./mug-orders";
import { apply } from "./order-steps";
import { fulfillmentsText, unitEventsText, unitsText } from "./order-text";

const inEast = (quantity: number) => ({ lineId: MUG, locationId: "east", quantity });

describe("decideFill", () => {
  const waiting = (backordered: number, ...fulfillments: Order["fulfillments"]) =>
    mugOrder(fulfillments, { backordered });

  it.each([
    { name: "plans the units in a new fulfillment", order: waiting(2), quantity: 2, expected: ["+2 new"] },
    { name: "plans fewer units than are backordered", order: waiting(3), quantity: 2, expected: ["+2 new"] },
    {
      name: "releases units beyond the backorder",
      order: waiting(1),
      quantity: 3,
      expected: ["+1 new", "released 2"],
    },
    {
      name: "releases all units if the line has no backorder",
      order: waiting(0),
      quantity: 2,
      expected: ["released 2"],
    },
    {
      name: "plans the units in the fulfillment that is planned there",
      order: waiting(1, fulfillment("a", 1)),
      quantity: 1,
      expected: ["+1 a"],
    },
    {
      name: "plans the units in a new fulfillment if the one there is released",
      order: waiting(1, fulfillment("a", 1, { status: "released" })),
      quantity: 1,
      expected: ["+1 new"],
    },
    {
      name: "plans the units in a new fulfillment if the planned one is elsewhere",
      order: waiting(1, fulfillment("a", 1, { locationId: "west" })),
      quantity: 1,
      expected: ["+1 new"],
    },
  ])("$name", ({ order, quantity, expected }) => {
    const events = decideFill(order, inEast(quantity), NOON);
    expect(unitEventsText(order, events)).toEqual(expected);
    apply(order, events);
  });

  it("releases units at the location that had them, with the reason", () => {
    const released = { type: "allocation.released", lineId: MUG, locationId: "east", quantity: 2 };
    expect(decideFill(waiting(0), inEast(2), NOON)).toEqual([{ ...released, reason: "backorder_ended" }]);
    expect(decideFill(waiting(0), inEast(2), NOON, "repair")).toEqual([{ ...released, reason: "repair" }]);
  });

  it("makes a new fulfillment due at once", () => {
    expect(decideFill(waiting(1), inEast(1), NOON + 9)).toMatchObject([{ releaseAt: NOON + 9 }]);
  });
});

describe("decideCut", () => {
  const order = mugOrder([
    fulfillment("z", 2, { status: "released" }),
    fulfillment("c", 1),
    fulfillment("b", 1),
    fulfillment("west", 5, { locationId: "west" }),
    fulfillment("d", 9, { status: "cancelled", lines: [] }),
  ]);

  it.each([
    { name: "cuts planned units first", quantity: 1, expected: ["-1 b"] },
    { name: "cuts planned units by the ids of their fulfillments", quantity: 2, expected: ["-1 b", "-1 c"] },
    { name: "cuts released units last", quantity: 3, expected: ["-1 b", "-1 c", "-1 z"] },
    { name: "cuts no more units than are there", quantity: 9, expected: ["-1 b", "-1 c", "-2 z"] },
  ])("$name", ({ quantity, expected }) => {
    const events = decideCut(order, inEast(quantity));
    expect(unitEventsText(order, events)).toEqual(expected);
    apply(order, events);
  });

  it("cuts no shipped units", () => {
    const begun = mugOrder([partlyShipped("a", 3, 1)]);
    expect(unitEventsText(begun, decideCut(begun, inEast(3)))).toEqual(["-2 a"]);
  });

  it("cuts no units of another line", () => {
    const cup = aLine("Cup");
    const both = { ...order, lines: [...order.lines, cup] };
    expect(decideCut(both, { ...inEast(1), lineId: cup.id })).toEqual([]);
  });
});

describe("decideAllocationMoved", () => {
  const moved = (quantity: number, to: string | null = "west") =>
    ({ lineId: MUG, from: "east", to, quantity, fulfillmentId: "ful_a" }) as const;
  const moving = (quantity: number) => fulfillment("a", quantity, { pendingMoves: 1 });
  const west = (order: Order, releaseAt = NOON) => ({
    fulfillmentId: fulfillmentIdOf(order.id, "west", 0),
    locationId: "west",
    releaseAt,
  });

  it("plans the units at the location where stock moved them", () => {
    const order = mugOrder([moving(2)]);
    const events = decideAllocationMoved(order, moved(2), NOON + 9);
    expect(events).toEqual([
      {
        type: "units.replanned",
        requestedBy: "ful_a",
        lineId: MUG,
        from: [{ fulfillmentId: "ful_a", locationId: "east", quantity: 2 }],
        backordered: 0,
        to: west(order),
      },
    ]);
    expect(unitsText(apply(order, events))).toEqual(["Mug: 2 allocated"]);
  });

  it("makes units of a postponed fulfillment due at once", () => {
    const order = mugOrder([{ ...moving(2), releaseAt: NOON + 99, reason: "closed" }]);
    expect(decideAllocationMoved(order, moved(2), NOON + 9)).toMatchObject([{ to: west(order, NOON + 9) }]);
  });

  it("makes units due at once if their fulfillment is gone", () => {
    const order = mugOrder([fulfillment("b", 2)]);
    expect(decideAllocationMoved(order, moved(2), NOON + 9)).toMatchObject([{ to: west(order, NOON + 9) }]);
  });

  it("backorders units that stock could not place", () => {
    const order = mugOrder([moving(2)]);
    const after = apply(order, decideAllocationMoved(order, moved(2, null), NOON));
    expect(unitsText(after)).toEqual(["Mug: 2 backordered"]);
    expect(fulfillmentsText(after)).toEqual(["a cancelled"]);
  });

  it("ends the request if stock moved no units", () => {
    const order = mugOrder([moving(2)]);
    const [event, ...others] = decideAllocationMoved(order, moved(0), NOON);
    expect(event).toMatchObject({ from: [], backordered: 0, to: null });
    expect(others).toEqual([]);
  });

  it("plans backordered units instead of those that were shipped meanwhile", () => {
    const order = mugOrder([moving(1)], { backordered: 3 });
    const events = decideAllocationMoved(order, moved(3), NOON);
    expect(events).toMatchObject([{ from: [{ quantity: 1 }], backordered: 2 }]);
    expect(unitsText(apply(order, events))).toEqual(["Mug: 1 backordered, 3 allocated"]);
  });

  it("releases units that the order does not need any more", () => {
    const order = mugOrder([moving(1)], { backordered: 1 });
    const events = decideAllocationMoved(order, moved(5), NOON);
    expect(events).toEqual([
      expect.objectContaining({ backordered: 1, to: west(order) }),
      { type: "allocation.released", lineId: MUG, locationId: "west", quantity: 3, reason: "move_surplus" },
    ]);
    expect(unitsText(apply(order, events))).toEqual(["Mug: 2 allocated"]);
  });

  it("plans nothing if the order needs none of the units", () => {
    const order = mugOrder([fulfillment("a", 0, { pendingMoves: 1, status: "cancelled" })]);
    expect(decideAllocationMoved(order, moved(2), NOON)).toMatchObject([
      { type: "units.replanned", from: [], backordered: 0, to: null },
      { type: "allocation.released", quantity: 2 },
    ]);
  });
});
