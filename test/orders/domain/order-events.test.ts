import { describe, expect, it } from "vitest";
import { evolve } from "../../../src/orders/domain/evolve/evolve";
import type { FulfillmentStatus } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { balances, lineId, standing } from "../../support/a-sale";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { problemOf } from "../../sourcing/domain/retailer";
import { cancelling, from, held, mug, NOTHING_EARNED, parcel, part, refundOf, sending } from "./mugs-world";

/** `["a planned 2", "b shipped 1/1"]`: each part's status, and its units, those that were sent before the slash. */
const parts = ({ fulfillments }: Order): string[] =>
  fulfillments.map(({ id, status, lines }) => {
    const units = lines.map(({ quantity, shipped }) => (shipped > 0 ? `${shipped}/${quantity}` : quantity));
    return [id.slice("ful_".length), status, ...units].join(" ");
  });

const planned = (name: string, quantity: number) => ({
  id: `ful_${name}` as const,
  locationId: "east",
  releaseAt: NOON,
  lines: [{ lineId: lineId("Mug"), quantity }],
});

describe("what happens to units", () => {
  const three = [mug({ ordered: 3 })];
  const sentOne = { ordered: 3, shipped: 1 };
  const oneOfTwo = part("a", 3, {
    status: "released",
    lines: [{ lineId: lineId("Mug"), quantity: 3, shipped: 1 }],
  });
  const filled = {
    type: "backorder.filled",
    lineId: lineId("Mug"),
    locationId: "east",
    releaseAt: NOON,
  } as const;
  const cut = { type: "allocation.cut", lineId: lineId("Mug"), locationId: "east" } as const;
  const refused = (name: string, quantity: number): OrderEvent => ({
    type: "fulfillment.rejected",
    fulfillmentId: `ful_${name}`,
    locationId: "east",
    units: [{ lineId: lineId("Mug"), quantity }],
    reason: "Broken",
    by: "east",
  });

  it.each<[string, Partial<Order>, OrderEvent, string, string[]]>([
    [
      "sourced: planned and owed",
      { lines: [mug({ ordered: 3, unsourced: 3 })] },
      {
        type: "units.sourced",
        lineId: lineId("Mug"),
        unitCostMinor: 900,
        backordered: 1,
        fulfillments: [planned("a", 2)],
      },
      "1 backordered, 2 allocated",
      ["a planned 2"],
    ],
    [
      "filled, in a new part",
      { lines: [mug({ ordered: 3, backordered: 3 })] },
      { ...filled, quantity: 2, fulfillmentId: "ful_a" },
      "1 backordered, 2 allocated",
      ["a planned 2"],
    ],
    [
      "filled, in a part that has some already",
      { lines: [mug({ ordered: 3, backordered: 2 })], fulfillments: [part("a", 1), part("b", 0)] },
      { ...filled, quantity: 2, fulfillmentId: "ful_a" },
      "3 allocated",
      ["a planned 3", "b planned 0"],
    ],
    [
      "cut: owed again, from the part they were in",
      { lines: three, fulfillments: [part("a", 1), part("b", 2)] },
      { ...cut, quantity: 1, fulfillmentId: "ful_b" },
      "1 backordered, 2 allocated",
      ["a planned 1", "b planned 1"],
    ],
    [
      "cut to the last: the part is cancelled",
      { lines: three, fulfillments: [part("a", 1), part("b", 2)] },
      { ...cut, quantity: 2, fulfillmentId: "ful_b" },
      "2 backordered, 1 allocated",
      ["a planned 1", "b cancelled"],
    ],
    [
      "cancelled, wherever they were",
      {
        lines: [mug({ ordered: 5, unsourced: 1, backordered: 1 })],
        fulfillments: [part("a", 1), part("b", 2)],
      },
      cancelling({ unsourced: 1, backordered: 1, allocated: [from("a", 1), from("b", 1)] }),
      "1 allocated, 4 cancelled",
      ["a cancelled", "b planned 1"],
    ],
    [
      "removed at the storefront: cancelled, and known to be gone there",
      { lines: three, fulfillments: [part("a", 3)] },
      cancelling({ allocated: [from("a", 2)] }, { removed: true }),
      "1 allocated, 2 cancelled (2 removed)",
      ["a planned 1"],
    ],
    [
      "shipped in part: the part goes on",
      { lines: three, fulfillments: [part("a", 3, { status: "released" })] },
      sending(2, "ful_a"),
      "1 allocated, 2 shipped",
      ["a released 2/3"],
    ],
    [
      "shipped to the last: the part is shipped",
      { lines: three, fulfillments: [part("a", 3, { status: "packed" })] },
      sending(3, "ful_a"),
      "3 shipped",
      ["a shipped 3/3"],
    ],
    [
      "refused whole: owed again",
      { lines: three, fulfillments: [part("a", 3, { status: "released" })] },
      refused("a", 3),
      "3 backordered",
      ["a rejected"],
    ],
    [
      "refused when some were sent: the part is what those are",
      { lines: [mug(sentOne)], fulfillments: [oneOfTwo], shipments: [parcel("1", 1, "ful_a")] },
      refused("a", 2),
      "2 backordered, 1 shipped",
      ["a shipped 1/1"],
    ],
    [
      "cancelled to the last when some have arrived: the part has arrived",
      { lines: [mug(sentOne)], fulfillments: [oneOfTwo], shipments: [parcel("1", 1, "ful_a", NOON)] },
      cancelling({ allocated: [from("a", 2)] }),
      "1 shipped, 2 cancelled",
      ["a delivered 1/1"],
    ],
    [
      "cancelled to the last when another part's have arrived: the part is cancelled",
      {
        lines: [mug(sentOne)],
        fulfillments: [part("a", 2), part("b", 1, { status: "delivered" })],
        shipments: [parcel("1", 1, "ful_b", NOON)],
      },
      cancelling({ allocated: [from("a", 2)] }),
      "1 shipped, 2 cancelled",
      ["a cancelled", "b delivered 1"],
    ],
  ])("%s", (_rule, over, event, units, planned) => {
    const after = evolve(anOrder(over), event);
    expect(standing(after)).toEqual([`Mug: ${units}`]);
    expect(parts(after)).toEqual(planned);
  });

  it("returned: counted of those shipped", () => {
    const order = anOrder({ lines: [mug({ ordered: 3, shipped: 3, returned: 1 })] });
    const after = evolve(
      order,
      refundOf({ returned: [{ lineId: lineId("Mug"), quantity: 2, restockLocationId: null }] }),
    );
    expect(standing(after)).toEqual(["Mug: 3 shipped (3 returned)"]);
  });

  it("cancelled, and then removed at the storefront: known to be gone there", () => {
    const order = anOrder({ lines: [mug({ ordered: 3, cancelled: 2 })], fulfillments: [part("a", 1)] });
    const seen = { type: "units.removed_at_storefront", lineId: lineId("Mug"), quantity: 1 } as const;
    expect(standing(evolve(order, seen))).toEqual(["Mug: 1 allocated, 2 cancelled (1 removed)"]);
  });

  it("of other lines stay where they are", () => {
    const order = anOrder({
      lines: [mug({ ordered: 3 }), aLine("Cup", { ordered: 2 })],
      fulfillments: [part("a", 3)],
    });
    expect(standing(evolve(order, cancelling({ allocated: [from("a", 1)] })))).toEqual([
      "Mug: 2 allocated, 1 cancelled",
      "Cup: 2 allocated",
    ]);
  });
});

describe("what happens to money", () => {
  const owing = { depositsMinor: 1000, receivableMinor: 500, refundPayableMinor: 300 };
  const shippingBefore = { shippingEarnedMinor: 100, shippingCancelledMinor: 50 };
  const before = anOrder({
    lines: [mug({ ordered: 3 })],
    fulfillments: [part("a", 3, { status: "released" })],
    balances: owing,
    ...shippingBefore,
  });
  const earned = { ...NOTHING_EARNED, fromDepositsMinor: 70, fromReceivableMinor: 30 };

  it.each<[string, OrderEvent, string[], Partial<Order>]>([
    [
      "a payment clears what is receivable; the rest is on deposit",
      {
        type: "payment.captured",
        externalId: "p",
        amountMinor: 700,
        at: NOON,
        toReceivableMinor: 500,
        toDepositsMinor: 200,
      },
      ["deposits 1200", "owed back 300"],
      { capturedMinor: before.capturedMinor + 700 },
    ],
    [
      "a deposit that nothing needs is owed back",
      { type: "deposit.refund_due", amountMinor: 400 },
      ["deposits 600", "receivable 500", "owed back 700"],
      {},
    ],
    [
      "credit that pays is a deposit again",
      { type: "credit.applied", amountMinor: 200 },
      ["deposits 1200", "receivable 500", "owed back 100"],
      {},
    ],
    [
      "a cancellation owes back what is due, and gives its shipping back",
      cancelling({ allocated: [from("a", 1)] }, { refundDueMinor: 400, shippingMinor: 60, worthMinor: 999 }),
      ["deposits 600", "receivable 500", "owed back 700"],
      { shippingCancelledMinor: 110, shippingEarnedMinor: 100 },
    ],
    [
      "a cancellation of the last earns the rest of the shipping",
      cancelling({ allocated: [from("a", 3)] }, { refundDueMinor: 400, earned }),
      ["deposits 530", "receivable 530", "owed back 700"],
      { shippingCancelledMinor: 50, shippingEarnedMinor: 200 },
    ],
    [
      "a parcel earns: first from deposits, then what is owed to us",
      sending(1, "ful_a"),
      ["receivable 1900", "owed back 300"],
      { shippingEarnedMinor: 400, shippingCancelledMinor: 50 },
    ],
    [
      "a refund is met from what it says, and takes shipping back",
      refundOf({
        amountMinor: 900,
        fromPayableMinor: 250,
        fromDepositsMinor: 150,
        receivableReducedMinor: 40,
        shippingTakenBackMinor: 80,
        feeMinor: 7,
      }),
      ["deposits 850", "receivable 460", "owed back 50"],
      { refundedMinor: 900, shippingEarnedMinor: 20, shippingCancelledMinor: 130 },
    ],
  ])("%s", (_rule, event, owed, rest) => {
    const after = evolve(before, event);
    expect(balances(after)).toEqual(owed);
    expect(after).toMatchObject(rest);
  });

  it("a refund is remembered with its units and its fee, a payment with its id", () => {
    const lines = [{ externalLineId: "Mug", quantity: 1 }];
    const after = evolve(before, refundOf({ amountMinor: 5, lines, feeMinor: 7 }));
    expect(after.refunds).toEqual([{ externalId: "ref_1", amountMinor: 5, at: NOON, lines, feeMinor: 7 }]);
  });

  it("an authorization only ever grows", () => {
    const authorized = (amountMinor: number): OrderEvent => ({
      type: "payment.authorized",
      externalId: "a",
      amountMinor,
      at: NOON,
    });
    expect(evolve(evolve(before, authorized(900)), authorized(300)).authorizedMinor).toBe(900);
  });
});

describe("what else happens to an order", () => {
  const order = anOrder({ lines: [mug({ ordered: 3 })], fulfillments: [part("a", 3)] });

  it("is held once for each reason, with the latest word on it", () => {
    const holds = [held("staff", "Ask."), held("stock_short"), held("staff", "Ask again.")].map(
      (hold) => ({ type: "order.held", hold }) as const,
    );
    const after = holds.reduce(evolve, order);
    expect(after.holds.map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      "stock_short Wait.",
      "staff Ask again.",
    ]);
    expect(evolve(after, { type: "order.hold_released", code: "staff", by: "x" }).holds).toHaveLength(1);
  });

  it("takes new contact, a newer state, a SKU", () => {
    const contact = { email: "b@example.com", phone: null, customerName: "B", shippingAddress: null };
    expect(evolve(order, { type: "order.contact_changed", ...contact })).toMatchObject(contact);
    expect(evolve(order, { type: "order.storefront_seen", storefrontUpdatedAt: 9 }).storefrontUpdatedAt).toBe(
      9,
    );
    const assigned = evolve(order, { type: "line.sku_assigned", lineId: lineId("Mug"), sku: "MUG-2" });
    expect(assigned.lines[0]!.sku).toBe("MUG-2");
  });

  it("grows by lines, in a part of their own or in one still planned, and is worth more", () => {
    const cup = aLine("Cup", { id: lineId("Cup") });
    const added = { ...planned("a", 1), lines: [{ lineId: cup.id, quantity: 1 }] };
    const after = evolve(order, {
      type: "order.lines_added",
      lines: [cup],
      fulfillments: [added],
      totalMinor: 9600,
    });
    expect(standing(after)).toEqual(["Mug: 3 allocated", "Cup: 1 allocated"]);
    expect(parts(after)).toEqual(["a planned 3 1"]);
    expect(after.totalMinor).toBe(9600);
  });

  it("has its parts released", () => {
    const after = evolve(order, { type: "fulfillment.released", fulfillmentId: "ful_a", at: NOON + 5 });
    expect(after.fulfillments).toMatchObject([{ status: "released", releasedAt: NOON + 5 }]);
  });

  it("keeps the parcel that was sent", () => {
    const released = { ...order, fulfillments: [part("a", 3, { status: "released" })] };
    expect(evolve(released, sending(2, "ful_a")).shipments).toEqual([
      {
        id: "shp_new",
        fulfillmentId: "ful_a",
        locationId: "east",
        carrier: "UPS",
        service: "Ground",
        trackingNumber: "1Z",
        trackingUrl: null,
        shippedAt: NOON + 1,
        deliveredAt: null,
        lines: [{ lineId: lineId("Mug"), quantity: 2 }],
      },
    ]);
  });

  const arrival = { type: "shipment.delivered", shipmentId: "shp_1", at: NOON + 9 } as const;
  it.each<[string, FulfillmentStatus, Order["shipments"], string]>([
    ["with its only parcel", "shipped", [parcel("1", 3, "ful_a")], "delivered"],
    [
      "with its last parcel",
      "shipped",
      [parcel("1", 1, "ful_a"), parcel("2", 2, "ful_a", NOON)],
      "delivered",
    ],
    ["not before its last parcel", "shipped", [parcel("1", 1, "ful_a"), parcel("2", 2, "ful_a")], "shipped"],
    [
      "whatever another part's parcels do",
      "shipped",
      [parcel("1", 3, "ful_a"), parcel("2", 1, "ful_b")],
      "delivered",
    ],
    ["not while it has units to send", "released", [parcel("1", 1, "ful_a")], "released"],
  ])("has a part delivered %s", (_when, status, shipments, expected) => {
    const after = evolve({ ...order, fulfillments: [part("a", 3, { status })], shipments }, arrival);
    expect(after.fulfillments.map((each) => each.status)).toEqual([expected]);
    expect(after.shipments[0]!.deliveredAt).toBe(NOON + 9);
  });

  it.each<OrderEvent>([
    { type: "order.note_added", text: "Hello", by: "staff" },
    { type: "order.sourced", decision: sourceOrder(problemOf({})) },
    { type: "allocation.released", lineId: lineId("Mug"), locationId: "east", quantity: 1, reason: "repair" },
  ])("is not changed by $type", (event) => {
    expect(evolve(order, event)).toEqual(order);
  });
});
