import { describe, expect, it } from "vitest";
import { decideCancel, unitsCancelled, type Cancellation } from "../../../src/orders/domain/cancellation";
import type { UnitsCancelled } from "../../../src/orders/domain/events/unit-events";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { aLine, anOrder } from "../../support/an-order";
import { fulfillment, mug, MUG, mugOrder } from "./mug-orders";
import {
  accepted,
  apply,
  cancel,
  create,
  lineNamed,
  outcomeOf,
  release,
  ship,
  unitsNamed,
} from "./order-steps";
import { balancesText, fulfillmentsText, unitsText } from "./order-text";
import { aSale, authorized, mugs, sold } from "./sales";

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

describe("unitsCancelled", () => {
  const order = create(aSale(mugs(2)));
  const units = [{ lineId: order.lines[0]!.id, quantity: 1 }];

  it("marks units that the storefront removed", () => {
    expect(unitsCancelled(order, units, { ...why, removed: true })).toMatchObject({ removed: true });
    expect(unitsCancelled(order, units, why)).not.toHaveProperty("removed");
  });
});

describe("fees", () => {
  /** Two mugs, a tip and two surcharges. */
  const fees = [sold("Tip", 1, { kind: "fee" }), sold("Surcharge", 2, { kind: "fee" })];
  const order = create(aSale({ lines: [sold("Mug", 2), ...fees] }));

  it("are in no fulfillment", () => {
    expect(fulfillmentsText(order).map((text) => text.split(" ").slice(1).join(" "))).toEqual(["planned 2"]);
    expect(unitsText(order)).toEqual(["Mug: 2 allocated", "Tip: 1 allocated", "Surcharge: 2 allocated"]);
  });

  it("stay while goods are left", () => {
    const after = cancel(order, { Mug: 1 });
    expect(unitsText(after)).toEqual([
      "Mug: 1 allocated, 1 cancelled",
      "Tip: 1 allocated",
      "Surcharge: 2 allocated",
    ]);
  });

  it("are cancelled with the last of the goods, if none was shipped", () => {
    const after = cancel(order, { Mug: 2 });
    expect(unitsText(after)).toEqual(["Mug: 2 cancelled", "Tip: 1 cancelled", "Surcharge: 2 cancelled"]);
    expect(after.status).toBe("cancelled");
    expect(balancesText(after)).toEqual([`refund due ${5 * 2400}`]);
  });

  it("are cancelled with the last of the goods, in one event with the fees apart from fulfillments", () => {
    const [event] = accepted(decideCancel(order, { ...why, units: unitsNamed(order, { Mug: 2 }) }));
    expect(event).toMatchObject({
      units: [
        { lineId: lineNamed(order, "Mug"), allocated: [{ quantity: 2 }] },
        { lineId: lineNamed(order, "Tip"), unsourced: 0, backordered: 0, allocated: [], fees: 1 },
        { lineId: lineNamed(order, "Surcharge"), unsourced: 0, backordered: 0, allocated: [], fees: 2 },
      ],
    });
    expect(event).not.toHaveProperty("removed");
  });

  it("are marked as removed with the last of the goods, if the storefront removed those", () => {
    const after = apply(order, accepted(decideCancel(order, { ...why, units: "all", removed: true })));
    expect(unitsText(after)).toEqual([
      "Mug: 2 cancelled (2 removed)",
      "Tip: 1 cancelled (1 removed)",
      "Surcharge: 2 cancelled (2 removed)",
    ]);
  });

  it("are cancelled once if they are listed with the last of the goods", () => {
    const after = cancel(order, { Mug: 2, Tip: 1, Surcharge: 1 });
    expect(unitsText(after)).toEqual(["Mug: 2 cancelled", "Tip: 1 cancelled", "Surcharge: 2 cancelled"]);
  });

  it("are cancelled by themselves", () => {
    const after = cancel(order, { Surcharge: 1 });
    expect(unitsText(after)).toEqual([
      "Mug: 2 allocated",
      "Tip: 1 allocated",
      "Surcharge: 1 allocated, 1 cancelled",
    ]);
    expect(balancesText(after)).toEqual([`deposits ${4 * 2400}`, "refund due 2400"]);
  });

  it("are earned with the last of the goods, if one was shipped and the others are cancelled", () => {
    const after = cancel(ship(release(order), { Mug: 1 }), { Mug: 1 });
    expect(unitsText(after)).toEqual([
      "Mug: 1 shipped, 1 cancelled",
      "Tip: 1 shipped",
      "Surcharge: 2 shipped",
    ]);
    expect(balancesText(after)).toEqual(["refund due 2400"]);
  });

  it("cannot be cancelled once they are earned", () => {
    const after = ship(release(order));
    const units = unitsNamed(after, { Tip: 1 });
    expect(outcomeOf(decideCancel(after, { ...why, units }))).toBe("quantity_not_open");
    expect(outcomeOf(decideCancel(after, { ...why, units: "all" }))).toBe("nothing_to_cancel");
  });

  it("are all cancelled of an order that has nothing else", () => {
    const alone = create(aSale({ lines: fees, payments: [authorized(1)] }));
    expect(unitsText(alone)).toEqual(["Tip: 1 allocated", "Surcharge: 2 allocated"]);
    const after = cancel(alone);
    expect(unitsText(after)).toEqual(["Tip: 1 cancelled", "Surcharge: 2 cancelled"]);
    expect(after.status).toBe("cancelled");
  });
});
