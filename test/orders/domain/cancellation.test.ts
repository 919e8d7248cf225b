import { describe, expect, it } from "vitest";
import {
  cancelAllUnits,
  decideCancel,
  unitsCancelled,
  type Cancellation,
} from "../../../src/orders/domain/cancellation";
import type { UnitsCancelled } from "../../../src/orders/domain/events/unit-events";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { aLine, anOrder } from "../../support/an-order";
import { fulfillment, mug, MUG, mugOrder } from "./mug-orders";
import { accepted, cancel, create, outcomeOf, release, ship } from "./order-steps";
import { unitsText } from "./order-text";
import { aSale, mugs, sold } from "./sales";

const why = { reason: "Changed their mind", by: "staff" };
const ofMugs = (...quantities: number[]) => quantities.map((quantity) => ({ lineId: MUG, quantity }));

/** `["unsourced 1", "a 2"]`: what of the first line was cancelled, and where. */
function cancelledText([event]: readonly OrderEvent[]): string[] {
  if (event?.type !== "units.cancelled") throw new Error("no units were cancelled");
  const { unsourced, backordered, allocated } = event.units[0] as UnitsCancelled;
  return [
    ...(unsourced > 0 ? [`unsourced ${unsourced}`] : []),
    ...(backordered > 0 ? [`backordered ${backordered}`] : []),
    ...allocated.map((each) => `${each.fulfillmentId.slice("ful_".length)} ${each.quantity}`),
  ];
}

describe("decideCancel cancels", () => {
  /** Eight open mugs: one in each state, but two in the fulfillment a, which has shipped a third. */
  const order = anOrder({
    lines: [mug({ ordered: 8, unsourced: 1, backordered: 1 })],
    fulfillments: [
      fulfillment("packed", 1, { status: "packed" }),
      fulfillment("picked", 1, { status: "picked" }),
      fulfillment("released", 1, { status: "released" }),
      fulfillment("shipped", 1, { status: "shipped", lines: [{ lineId: MUG, quantity: 1, shipped: 1 }] }),
      fulfillment("z", 1),
      fulfillment("a", 2, { lines: [{ lineId: MUG, quantity: 3, shipped: 1 }] }),
    ],
  });

  it.each([
    { quantity: 1, cancelled: ["unsourced 1"] },
    { quantity: 2, cancelled: ["unsourced 1", "backordered 1"] },
    { quantity: 3, cancelled: ["unsourced 1", "backordered 1", "a 1"] },
    { quantity: 4, cancelled: ["unsourced 1", "backordered 1", "a 2"] },
    { quantity: 5, cancelled: ["unsourced 1", "backordered 1", "a 2", "z 1"] },
    { quantity: 6, cancelled: ["unsourced 1", "backordered 1", "a 2", "z 1", "released 1"] },
    { quantity: 7, cancelled: ["unsourced 1", "backordered 1", "a 2", "z 1", "released 1", "picked 1"] },
    {
      quantity: 8,
      cancelled: ["unsourced 1", "backordered 1", "a 2", "z 1", "released 1", "picked 1", "packed 1"],
    },
  ])("the least advanced units first: $quantity", ({ quantity, cancelled }) => {
    const events = accepted(decideCancel(order, { ...why, units: ofMugs(quantity) }));
    expect(cancelledText(events)).toEqual(cancelled);
  });

  it("all open units of every line", () => {
    const sale = aSale({ lines: [sold("Mug", 2), sold("Cup", 1)] });
    const after = cancel(ship(release(create(sale)), { Mug: 1 }));
    expect(unitsText(after)).toEqual(["Mug: 1 shipped, 1 cancelled", "Cup: 1 cancelled"]);
  });

  it("with the reason, and by whom", () => {
    expect(accepted(decideCancel(order, { ...why, units: ofMugs(1) }))).toMatchObject([
      { type: "units.cancelled", ...why },
    ]);
  });

  it("units that are listed twice as one", () => {
    const events = accepted(decideCancel(order, { ...why, units: ofMugs(1, 2) }));
    expect(cancelledText(events)).toEqual(["unsourced 1", "backordered 1", "a 1"]);
  });
});

describe("decideCancel rejects", () => {
  const order = mugOrder([fulfillment("a", 2)]);
  const cancelled = mugOrder([], { lines: [mug({ ordered: 2, cancelled: 2 })] });
  const shipped = mugOrder([], { lines: [mug({ ordered: 2, shipped: 2 })] });

  it.each<{ name: string; order: Order; units: Cancellation["units"]; code: string }>([
    { name: "no units", order, units: [], code: "nothing_to_cancel" },
    {
      name: "all units of an order with none open",
      order: cancelled,
      units: "all",
      code: "nothing_to_cancel",
    },
    {
      name: "units of a line that the order does not have",
      order,
      units: [{ lineId: "line_cup", quantity: 1 }],
      code: "line_unknown",
    },
    { name: "more units than are open", order, units: ofMugs(3), code: "quantity_not_open" },
    { name: "more units than are open, listed twice", order, units: ofMugs(1, 2), code: "quantity_not_open" },
    { name: "shipped units", order: shipped, units: ofMugs(1), code: "quantity_not_open" },
    { name: "a quantity of zero", order, units: ofMugs(0), code: "quantity_not_open" },
    { name: "a negative quantity", order, units: ofMugs(-1), code: "quantity_not_open" },
  ])("$name", ({ order: of, units, code }) => {
    expect(outcomeOf(decideCancel(of, { ...why, units }))).toBe(code);
  });

  it("nothing of units that are open, listed twice", () => {
    expect(outcomeOf(decideCancel(order, { ...why, units: ofMugs(1, 1) }))).toBe("accepted");
  });

  it("a quantity with how many units are open", () => {
    expect(decideCancel(order, { ...why, units: ofMugs(3) })).toMatchObject({
      rejection: { lineId: MUG, open: 2, quantity: 3 },
    });
  });

  it("units of one line although those of another could be cancelled", () => {
    const lines = [aLine("Mug"), aLine("Cup", { shipped: 1 })];
    const units = lines.map(({ id }) => ({ lineId: id, quantity: 1 }));
    expect(outcomeOf(decideCancel(anOrder({ lines }), { ...why, units }))).toBe("quantity_not_open");
  });
});

describe("cancelAllUnits", () => {
  it("cancels the open units of every line", () => {
    const order = create(aSale({ lines: [sold("Mug", 2), sold("Cup", 1)] }));
    const [event] = cancelAllUnits(order, why);
    expect(event).toMatchObject({
      units: [{ allocated: [{ quantity: 2 }] }, { allocated: [{ quantity: 1 }] }],
    });
  });

  it("has no event for an order with no open units", () => {
    expect(cancelAllUnits(cancel(create(aSale())), why)).toEqual([]);
  });
});

describe("unitsCancelled", () => {
  const order = create(aSale(mugs(2)));
  const units = [{ lineId: order.lines[0]!.id, quantity: 1 }];

  it("marks units that the storefront removed", () => {
    expect(unitsCancelled(order, units, { ...why, removed: true })).toMatchObject({ removed: true });
    expect(unitsCancelled(order, units, why)).not.toHaveProperty("removed");
  });

  it("cancels only shipping without units", () => {
    const sale = aSale({ ...mugs(2), shipping: { grossMinor: 500, discountMinor: 0, taxMinor: 100 } });
    expect(unitsCancelled(create(sale), [], { ...why, shippingMinor: 200 })).toMatchObject({
      units: [],
      shippingMinor: 200,
      worthMinor: 200,
      refundDueMinor: 200,
      earned: null,
    });
  });
});
