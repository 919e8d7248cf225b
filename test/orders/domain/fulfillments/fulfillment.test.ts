import { describe, expect, it } from "vitest";
import { fulfillmentIdOf } from "../../../../src/orders/domain/creation/first-plan";
import { decideDeliver } from "../../../../src/orders/domain/fulfillments/deliver";
import type { Fulfillment, FulfillmentStatus } from "../../../../src/orders/domain/fulfillments/fulfillment";
import { decideReject } from "../../../../src/orders/domain/fulfillments/reject";
import { decideRelease } from "../../../../src/orders/domain/fulfillments/release";
import { decideShip, shipmentIdOf, type ShipRequest } from "../../../../src/orders/domain/fulfillments/ship";
import { fulfillmentToJoin } from "../../../../src/orders/domain/fulfillments/units-at";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import { decideCut, decideFill } from "../../../../src/orders/domain/stock-events";
import { decideMatchAllocations } from "../../../../src/orders/domain/stock-repair";
import type { FulfillmentId } from "../../../../src/kernel/ids";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import {
  answer,
  aSale,
  balances,
  happened,
  lineId,
  must,
  paid,
  release,
  ship,
  shipping,
  sold,
  standing,
  takenIn,
} from "../../../support/a-sale";
import { anOrder, aLine, NOON } from "../../../support/an-order";
import { held, mug, parcel, part } from "../mugs-world";

const MUG = lineId("Mug");
const mugs = (parts: readonly Fulfillment[], over: Partial<Order> = {}): Order => {
  const waiting = parts
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + line.quantity - line.shipped, 0);
  return anOrder({ lines: [mug({ ordered: waiting })], fulfillments: parts, ...over });
};
const staffHold = { holds: [held("staff")] };
const ended: FulfillmentStatus[] = ["shipped", "delivered", "cancelled", "rejected"];

describe("a part is released", () => {
  it.each<[string, Order, FulfillmentId, string]>([
    ["when it is due", mugs([part("a", 1, { releaseAt: NOON })]), "ful_a", "fulfillment.released"],
    ["not before it is due", mugs([part("a", 1, { releaseAt: NOON + 1 })]), "ful_a", "fulfillment_not_due"],
    ["not while the order is held", mugs([part("a", 1)], staffHold), "ful_a", "order_on_hold"],
    ["not if it is none of the order's", mugs([part("a", 1)]), "ful_z", "fulfillment_unknown"],
    ["once", mugs([part("a", 1, { status: "released" })]), "ful_a", ""],
    [
      "once, whatever holds the order since",
      mugs([part("a", 1, { status: "released" })], staffHold),
      "ful_a",
      "",
    ],
    ...ended.map((status): [string, Order, FulfillmentId, string] => [
      `not when it is ${status}`,
      mugs([], { fulfillments: [part("a", 1, { status })] }),
      "ful_a",
      "",
    ]),
  ])("%s", (_when, order, id, expected) => {
    const decision = decideRelease(order, id, NOON);
    expect(decision.ok ? decision.value.map(({ type }) => type).join() : decision.rejection.code).toBe(
      expected,
    );
  });

  it("and is sent and has arrived at once, where it needs no parcel", () => {
    const order = takenIn(aSale({ lines: [sold("Song", 2, { kind: "digital" }), sold("Mug")] }));
    const [songs] = order.fulfillments;
    const events = must(decideRelease(order, songs!.id, NOON));
    expect(events.map(({ type }) => type)).toEqual([
      "fulfillment.released",
      "shipment.shipped",
      "shipment.delivered",
    ]);
    const after = happened(order, events);
    expect(standing(after)).toEqual(["Song: 2 shipped", "Mug: 1 allocated"]);
    expect(after.fulfillments.map(({ status }) => status)).toEqual(["delivered", "planned"]);
    expect(balances(after)).toEqual(["deposits 2400"]);
    expect(after.shipments).toMatchObject([{ locationId: null, deliveredAt: NOON, carrier: null }]);
  });

  it("saying what holds it, or when it is due", () => {
    const order = mugs([part("a", 1, { releaseAt: NOON + 9 })], {
      holds: [held("staff"), held("stock_short")],
    });
    expect(decideRelease(order, "ful_a", NOON)).toMatchObject({
      rejection: { holds: ["staff", "stock_short"] },
    });
    expect(decideRelease({ ...order, holds: [] }, "ful_a", NOON)).toMatchObject({
      rejection: { releaseAt: NOON + 9 },
    });
  });
});

const LABEL = {
  carrier: "UPS",
  service: "Ground",
  trackingNumber: "1Z",
  trackingUrl: null,
  reference: "box-1",
};
const sending = (units: ShipRequest["units"], fulfillmentId: FulfillmentId = "ful_a"): ShipRequest => ({
  fulfillmentId,
  units,
  parcel: LABEL,
  now: NOON,
});
const some = (...quantities: number[]) => quantities.map((quantity) => ({ lineId: MUG, quantity }));
const begun = part("a", 3, { status: "released", lines: [{ lineId: MUG, quantity: 3, shipped: 1 }] });

describe("a parcel is sent", () => {
  const released = mugs([part("a", 3, { status: "released" })]);
  const other = [{ lineId: lineId("Cup"), quantity: 1 }];

  it.each<[string, Order, ShipRequest, string]>([
    ["with every unit of its part", released, sending("all"), "3"],
    ["with some units", released, sending(some(2)), "2"],
    ["with units named twice", released, sending(some(1, 2)), "3"],
    ["with every unit that was not sent before", mugs([begun]), sending("all"), "2"],
    ["from a part that is picked", mugs([part("a", 1, { status: "picked" })]), sending("all"), "1"],
    ["from a part that is packed", mugs([part("a", 1, { status: "packed" })]), sending("all"), "1"],
    ["not with more than its part has", released, sending(some(4)), "quantity_not_in_fulfillment"],
    ["not with more, named twice", released, sending(some(2, 2)), "quantity_not_in_fulfillment"],
    ["not with more than is left", mugs([begun]), sending(some(3)), "quantity_not_in_fulfillment"],
    ["not with no unit", released, sending(some(0)), "quantity_not_in_fulfillment"],
    ["not with another line", released, sending(other), "quantity_not_in_fulfillment"],
    [
      "not from a part that waits to be released",
      mugs([part("a", 1)]),
      sending("all"),
      "fulfillment_not_open",
    ],
    ["not while the order is held", { ...released, ...staffHold }, sending("all"), "order_on_hold"],
    ["not from a part that is none of the order's", released, sending("all", "ful_z"), "fulfillment_unknown"],
    ...ended.map((status): [string, Order, ShipRequest, string] => [
      `not from a part that is ${status}`,
      mugs([], { fulfillments: [part("a", 1, { status })] }),
      sending("all"),
      "fulfillment_not_open",
    ]),
  ])("%s", (_how, order, asked, expected) => {
    const decision = decideShip(order, asked);
    const units = (events: readonly OrderEvent[]) =>
      events
        .flatMap((event) => (event.type === "shipment.shipped" ? event.lines : []))
        .map(({ quantity }) => quantity);
    expect(decision.ok ? units(decision.value).join() : decision.rejection.code).toBe(expected);
  });

  it("once under its reference, whatever became of the order", () => {
    const sent = happened(released, must(decideShip(released, sending(some(1)))));
    expect(must(decideShip({ ...sent, ...staffHold }, sending(some(1))))).toEqual([]);
    expect(answer(decideShip(sent, { ...sending(some(2)), parcel: { ...LABEL, reference: "box-2" } }))).toBe(
      "accepted",
    );
  });

  it("with its label, its units' cost and their worth", () => {
    const { reference: _reference, ...label } = LABEL;
    const [event] = must(decideShip(released, sending(some(2))));
    expect(event).toMatchObject({
      ...label,
      shipmentId: shipmentIdOf(released, "ful_a", "box-1"),
      locationId: "east",
      at: NOON,
      lines: [
        {
          quantity: 2,
          sku: "SKU-Mug",
          unitCostMinor: 700,
          amounts: { grossMinor: 4000, discountMinor: 0, taxMinor: 800 },
        },
      ],
    });
  });

  it("never empty", () => {
    expect(() => decideShip(released, sending([]))).toThrow(InvariantViolation);
  });

  it("and the last one owes back what was paid too much", () => {
    const order = release(takenIn(aSale({ payments: [paid(2500)] })));
    expect(must(shipping(order, "all")).map(({ type }) => type)).toEqual([
      "shipment.shipped",
      "deposit.refund_due",
    ]);
    expect(balances(ship(order))).toEqual(["owed back 100"]);
  });
});

describe("a parcel arrives", () => {
  const order = anOrder({ shipments: [parcel("1", 1, "ful_a"), parcel("2", 1, "ful_a", NOON)] });
  it.each([
    ["after it was sent", "shp_1", NOON + 1, "1 event"],
    ["the moment it was sent", "shp_1", NOON, "1 event"],
    ["not before it was sent", "shp_1", NOON - 1, "delivered_before_shipped"],
    ["once", "shp_2", NOON + 1, "0 event"],
    ["not if it is none of the order's", "shp_3", NOON, "shipment_unknown"],
  ] as const)("%s", (_when, id, at, expected) => {
    const decision = decideDeliver(order, id, at);
    expect(decision.ok ? `${decision.value.length} event` : decision.rejection.code).toBe(expected);
  });
});

describe("a location refuses a part", () => {
  const nowhere = part("a", 1, { locationId: null });
  it.each<[string, Fulfillment, FulfillmentId, string]>([
    ["that is planned", part("a", 2), "ful_a", "2 units"],
    ["that is released", part("a", 2, { status: "released" }), "ful_a", "2 units"],
    ["that was sent in part: the rest", begun, "ful_a", "2 units"],
    ["once", part("a", 2, { status: "rejected" }), "ful_a", "nothing"],
    ["that is none of the order's: never", part("a", 2), "ful_z", "fulfillment_unknown"],
    ["that needs no location: never", nowhere, "ful_a", "fulfillment_unknown"],
    ["that is shipped: never", part("a", 2, { status: "shipped" }), "ful_a", "fulfillment_not_open"],
    ["that is delivered: never", part("a", 2, { status: "delivered" }), "ful_a", "fulfillment_not_open"],
    ["that is cancelled: never", part("a", 2, { status: "cancelled" }), "ful_a", "fulfillment_not_open"],
  ])("%s", (_which, refused, id, expected) => {
    const refusal = { fulfillmentId: id, reason: "damaged", note: null, by: "east" };
    const order = anOrder({ lines: [mug({ ordered: 9 })], fulfillments: [refused] });
    const decision = decideReject(order, refusal);
    const said = (events: readonly OrderEvent[]) =>
      events.map((event) =>
        event.type === "fulfillment.rejected" ? `${event.units[0]!.quantity} units` : "?",
      )[0] ?? "nothing";
    expect(decision.ok ? said(decision.value) : decision.rejection.code).toBe(expected);
  });
});

const fill = (quantity: number, locationId = "east") => ({ lineId: MUG, locationId, quantity });
/** What stock's word comes to: `["+2 a", "declined 1"]`. */
const said = (order: Order, events: readonly OrderEvent[]): string[] =>
  events.map((event) => {
    const name = (id: FulfillmentId) =>
      order.fulfillments.some((each) => each.id === id) ? id.slice("ful_".length) : "new";
    if (event.type === "backorder.filled") return `+${event.quantity} ${name(event.fulfillmentId)}`;
    if (event.type === "allocation.cut") return `-${event.quantity} ${name(event.fulfillmentId)}`;
    return event.type === "allocation.released" ? `declined ${event.quantity}` : event.type;
  });

describe("stock fills what is owed", () => {
  const owed = (backordered: number, ...parts: Fulfillment[]): Order => {
    const waiting = parts.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);
    return anOrder({ lines: [mug({ ordered: backordered + waiting, backordered })], fulfillments: parts });
  };
  it.each<[string, Order, number, string[]]>([
    ["in a new part", owed(2), 2, ["+2 new"]],
    ["in part", owed(3), 2, ["+2 new"]],
    ["as far as the order still waits", owed(1), 3, ["+1 new", "declined 2"]],
    ["not, when it waits no longer", owed(0), 2, ["declined 2"]],
    ["in the part that is planned there", owed(1, part("a", 1)), 1, ["+1 a"]],
    ["not in the part that is released there", owed(1, part("a", 1, { status: "released" })), 1, ["+1 new"]],
    ["not in a part that is planned elsewhere", owed(1, part("a", 1, { locationId: "west" })), 1, ["+1 new"]],
  ])("%s", (_how, order, quantity, expected) => {
    const events = decideFill(order, fill(quantity), NOON);
    expect(said(order, events)).toEqual(expected);
    happened(order, events);
  });

  it("declining at the location that had it", () => {
    expect(decideFill(owed(0), fill(2), NOON)).toEqual([
      {
        type: "allocation.released",
        lineId: MUG,
        locationId: "east",
        quantity: 2,
        reason: "backorder_ended",
      },
    ]);
  });

  it("in a part of its own each time, due at once; a planned part keeps its time", () => {
    const one = part("a", 1, { status: "released" });
    const two = part("b", 1, { status: "shipped" });
    const order = anOrder({
      fulfillments: [one, two, part("c", 1, { locationId: "west", releaseAt: NOON + 5 })],
    });
    expect(fulfillmentToJoin(order, "east", NOON + 9)).toEqual({
      id: fulfillmentIdOf(order.id, "east", 2),
      locationId: "east",
      releaseAt: NOON + 9,
    });
    expect(fulfillmentToJoin(order, "west", NOON + 9)).toEqual({
      id: "ful_c",
      locationId: "west",
      releaseAt: NOON + 5,
    });
    expect(fulfillmentToJoin(order, null, NOON + 9).id).toBe(fulfillmentIdOf(order.id, null, 0));
  });
});

describe("stock cuts what is not there", () => {
  const spread = mugs([
    part("z", 2, { status: "released" }),
    part("c", 1),
    part("b", 1),
    part("west", 5, { locationId: "west" }),
    part("d", 9, { status: "cancelled", lines: [] }),
  ]);
  it.each<[string, number, string[]]>([
    ["from a part that is planned", 1, ["-1 b"]],
    ["from all that are planned, by their ids", 2, ["-1 b", "-1 c"]],
    ["then from those that are released", 3, ["-1 b", "-1 c", "-1 z"]],
    ["no more than is there", 9, ["-1 b", "-1 c", "-2 z"]],
  ])("%s", (_how, quantity, expected) => {
    const events = decideCut(spread, fill(quantity));
    expect(said(spread, events)).toEqual(expected);
    happened(spread, events);
  });

  it("but not what was sent already", () => {
    expect(said(mugs([begun]), decideCut({ ...mugs([begun]) }, fill(3)))).toEqual(["-2 a"]);
  });

  it("but not another line's", () => {
    const cup = aLine("Cup");
    expect(decideCut({ ...spread, lines: [...spread.lines, cup] }, { ...fill(1), lineId: cup.id })).toEqual(
      [],
    );
  });
});

describe("a line follows its allocations", () => {
  /** Two mugs in the east, one owed. */
  const order = anOrder({ lines: [mug({ ordered: 3, backordered: 1 })], fulfillments: [part("a", 2)] });
  const differs = (locationId: string | null, expected: number, actual: number) => ({
    lineId: MUG,
    sku: "SKU-Mug",
    orderId: order.id,
    locationId,
    expected,
    actual,
  });
  it.each<[string, ReturnType<typeof differs>[], string[]]>([
    ["that are where they should be", [differs("east", 2, 2)], []],
    ["that are gone", [differs("east", 2, 0)], ["-2 a"]],
    ["that are gone in part", [differs("east", 2, 1)], ["-1 a"]],
    ["that are more, as far as it waits", [differs("east", 2, 4)], ["+1 a", "declined 1"]],
    [
      "that are elsewhere, those gone first",
      [differs("west", 0, 2), differs("east", 2, 0)],
      ["-2 a", "+2 new"],
    ],
    ["and not what is owed", [differs(null, 1, 0), differs(null, 0, 1)], []],
  ])("%s", (_which, differences, expected) => {
    const events = decideMatchAllocations(order, differences, NOON);
    expect(said(order, events)).toEqual(expected);
    happened(order, events);
  });
});
