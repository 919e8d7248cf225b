import { describe, expect, it } from "vitest";
import {
  mayHaveBeenSent,
  notificationsFor,
  type NotificationKind,
} from "../../../src/notifications/domain/notifications";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { aLine, anOrder, aShipment, NOON } from "../../support/an-order";

type EventOf<Type extends OrderEvent["type"]> = Extract<OrderEvent, { type: Type }>;

const placed = (order: Order): EventOf<"order.placed"> => ({
  type: "order.placed",
  channelId: order.channelId,
  externalId: order.externalId,
  number: order.number,
  currency: order.currency,
  totalMinor: order.totalMinor,
  lines: order.lines,
  fulfillments: [],
  holds: [],
});

const shippedOf = (order: Order): EventOf<"shipment.shipped">[] =>
  order.shipments.map((shipment) => ({
    type: "shipment.shipped",
    shipmentId: shipment.id,
    fulfillmentId: shipment.fulfillmentId,
    locationId: shipment.locationId,
    carrier: null,
    service: null,
    trackingNumber: null,
    trackingUrl: null,
    at: NOON,
    lines: shipment.lines.map((line) => ({
      ...line,
      sku: null,
      unitCostMinor: 0,
      amounts: { grossMinor: 0, discountMinor: 0, taxMinor: 0 },
    })),
  }));

const cancelledEvent: OrderEvent = {
  type: "units.cancelled",
  units: [],
  reason: "customer",
  by: "shopify",
};
const cutEvent: OrderEvent = {
  type: "allocation.cut",
  lineId: "line_mug",
  fulfillmentId: "ful_1",
  locationId: "newark",
  quantity: 1,
};

const sourcedEvent: OrderEvent = {
  type: "units.sourced",
  lineId: "line_mug",
  unitCostMinor: null,
  backordered: 1,
  fulfillments: [],
};

const kinds = (events: OrderEvent[], after: Order) => notificationsFor(events, after).map(({ kind }) => kind);

const inStock = anOrder();
const short = anOrder({ lines: [aLine("Mug", { ordered: 3, backordered: 1 })] });
const allCancelled = anOrder({ status: "cancelled", lines: [aLine("Mug", { cancelled: 1 })] });
const reopened = anOrder({ lines: [aLine("Mug", { cancelled: 1 }), aLine("Cup")] });
const sent = anOrder({
  lines: [aLine("Mug", { ordered: 2, shipped: 2 })],
  shipments: [aShipment("shp_1", [["line_mug", 1]]), aShipment("shp_2", [["line_mug", 1]])],
});
const sentAndMore = anOrder({ lines: [...sent.lines, aLine("Cup")] });
const shortAndMore = anOrder({ lines: [...sent.lines, aLine("Cup", { ordered: 2, backordered: 1 })] });
const download = anOrder({
  lines: [aLine("Song", { kind: "digital", shipped: 1 })],
  shipments: [aShipment("shp_1", [["line_song", 1]], { locationId: null })],
});
const reopenedTwice = anOrder({ lines: [...reopened.lines, aLine("Jug")] });
/** The mug and the song ship together; the song alone ships later. */
const mixed = anOrder({
  lines: [aLine("Mug", { shipped: 1 }), aLine("Song", { kind: "digital", ordered: 2, shipped: 2 })],
  shipments: [
    aShipment("shp_1", [
      ["line_mug", 1],
      ["line_song", 1],
    ]),
    aShipment("shp_2", [["line_song", 1]], { locationId: null }),
  ],
});
/** An edit that added the order's last line. */
const added = ({ lines, totalMinor }: Order): OrderEvent => ({
  type: "order.lines_added",
  lines: lines.slice(-1),
  fulfillments: [],
  totalMinor,
});
const delivered = (shipmentId: "shp_1" | "shp_2"): OrderEvent => ({
  type: "shipment.delivered",
  shipmentId,
  at: NOON,
});

describe("notificationsFor", () => {
  type Case = Readonly<{
    name: string;
    events: OrderEvent[];
    after: Order;
    expected: NotificationKind[];
  }>;
  it.each<Case>([
    {
      name: "notifies that an order was received",
      events: [placed(inStock)],
      after: inStock,
      expected: ["order_received"],
    },
    {
      name: "notifies also that it waits for stock",
      events: [placed(short)],
      after: short,
      expected: ["order_received", "order_backordered"],
    },
    {
      name: "notifies nothing of an order that is imported as cancelled",
      events: [placed(allCancelled), cancelledEvent],
      after: allCancelled,
      expected: [],
    },
    {
      name: "notifies that such an order was received once units are added to it",
      events: [added(reopened)],
      after: reopened,
      expected: ["order_received"],
    },
    {
      name: "notifies once if it is reopened with two lines",
      events: [
        { type: "order.lines_added", lines: reopenedTwice.lines.slice(1), fulfillments: [], totalMinor: 0 },
      ],
      after: reopenedTwice,
      expected: ["order_received"],
    },
    {
      name: "notifies of the shipment that has a physical article, and not of the download alone",
      events: shippedOf(mixed),
      after: mixed,
      expected: ["order_shipped"],
    },
    {
      name: "notifies of the delivery of a parcel with a physical article",
      events: [delivered("shp_1")],
      after: mixed,
      expected: ["order_delivered"],
    },
    {
      name: "notifies nothing of the delivery of a download beside a parcel",
      events: [delivered("shp_2")],
      after: mixed,
      expected: [],
    },
    {
      name: "notifies nothing of units that are added to an order that has shipped",
      events: [added(sentAndMore)],
      after: sentAndMore,
      expected: [],
    },
    {
      name: "notifies that added units wait for stock",
      events: [added(shortAndMore)],
      after: shortAndMore,
      expected: ["order_backordered"],
    },
    {
      name: "notifies that units wait for stock after an allocation was cut",
      events: [cutEvent],
      after: short,
      expected: ["order_backordered"],
    },
    {
      name: "notifies nothing of a cut that was made good at once",
      events: [cutEvent],
      after: inStock,
      expected: [],
    },
    {
      name: "notifies once of two cuts",
      events: [cutEvent, cutEvent],
      after: short,
      expected: ["order_backordered"],
    },
    {
      name: "notifies that units wait for stock once a line is sourced",
      events: [sourcedEvent],
      after: short,
      expected: ["order_backordered"],
    },
    {
      name: "notifies of each shipment",
      events: shippedOf(sent),
      after: sent,
      expected: ["order_shipped", "order_shipped"],
    },
    {
      name: "notifies nothing of a download",
      events: shippedOf(download),
      after: download,
      expected: [],
    },
    {
      name: "notifies that a parcel was delivered",
      events: [delivered("shp_2")],
      after: sent,
      expected: ["order_delivered"],
    },
    {
      name: "notifies nothing of a delivered download",
      events: [delivered("shp_1")],
      after: download,
      expected: [],
    },
    {
      name: "notifies nothing of the delivery of an unknown shipment",
      events: [delivered("shp_2")],
      after: download,
      expected: [],
    },
    {
      name: "notifies that an order was cancelled",
      events: [cancelledEvent],
      after: allCancelled,
      expected: ["order_cancelled"],
    },
    {
      name: "notifies nothing of a partial cancellation",
      events: [cancelledEvent],
      after: inStock,
      expected: [],
    },
    {
      name: "notifies nothing of a note",
      events: [{ type: "order.note_added", text: "x", by: "staff" }],
      after: short,
      expected: [],
    },
    {
      name: "notifies nothing of a later update of a cancelled order",
      events: [{ type: "order.storefront_seen", storefrontUpdatedAt: 1 }],
      after: allCancelled,
      expected: [],
    },
  ])("$name", ({ events, after, expected }) => {
    expect(kinds(events, after)).toEqual(expected);
  });

  it("gives the same notification the same id, and another one another id", () => {
    const first = notificationsFor([...shippedOf(sent), delivered("shp_1")], sent);
    expect(notificationsFor([...shippedOf(sent), delivered("shp_1")], sent)).toEqual(first);
    expect(new Set(first.map(({ notificationId }) => notificationId)).size).toBe(3);

    const again = notificationsFor([cutEvent], anOrder({ ...short, version: 9 }));
    expect(again[0]!.notificationId).toBe(notificationsFor([placed(short)], short)[1]!.notificationId);
  });
});

describe("a notification after the restore of its database", () => {
  const MINUTE = 60_000;
  const restore = { since: NOON - 60 * MINUTE, until: NOON };
  const [before, after] = [NOON - MINUTE, NOON + MINUTE];
  const shipment = aShipment("shp_1", [], { shippedAt: before });
  const order = (over: Partial<Order>) => anOrder({ shipments: [shipment], ...over });
  const shipped = { kind: "order_shipped", shipmentId: shipment.id } as const;
  const delivered = { kind: "order_delivered", shipmentId: shipment.id } as const;
  const of = (kind: NotificationKind) => ({ kind, shipmentId: null });

  it.each([
    [
      "an order that was placed before and stored again",
      of("order_received"),
      { placedAt: before, createdAt: after },
      true,
    ],
    ["its backorder", of("order_backordered"), { placedAt: before, createdAt: after }, true],
    [
      "an order that the database did not lose",
      of("order_received"),
      { placedAt: before, createdAt: before },
      false,
    ],
    ["an order that is new", of("order_received"), { placedAt: after, createdAt: after }, false],
    ["a shipment of before, recorded again", shipped, {}, true],
    ["a shipment of afterwards", shipped, { shipments: [{ ...shipment, shippedAt: after }] }, false],
    ["a shipment that the order does not have", shipped, { shipments: [] }, false],
    ["a delivery of before", delivered, { shipments: [{ ...shipment, deliveredAt: before }] }, true],
    ["a delivery of afterwards", delivered, { shipments: [{ ...shipment, deliveredAt: after }] }, false],
    ["a shipment that is under way", delivered, {}, false],
    ["a cancellation of before", of("order_cancelled"), { storefrontUpdatedAt: before }, true],
    ["a cancellation of afterwards", of("order_cancelled"), { storefrontUpdatedAt: after }, false],
  ] as const)("of %s", (_, message, over: Partial<Order>, mayBeRepeat) => {
    expect(mayHaveBeenSent(message, order(over), restore)).toBe(mayBeRepeat);
  });

  it("of the moment of the restore itself is not held: the recovery has begun", () => {
    expect(mayHaveBeenSent(shipped, order({ shipments: [{ ...shipment, shippedAt: NOON }] }), restore)).toBe(
      false,
    );
  });
});
