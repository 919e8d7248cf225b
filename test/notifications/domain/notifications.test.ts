import { describe, expect, it } from "vitest";
import { notificationsFor } from "../../../src/notifications/domain/notifications";
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

const nothing = { fromDepositsMinor: 0, fromReceivableMinor: 0, costMinor: 0 };
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
    earned: { ...nothing, listMinor: 0, giftCardMinor: 0, discountMinor: 0, taxMinor: 0, shippingMinor: 0 },
    shippingEarnedMinor: 0,
  }));

const cancelledEvent: OrderEvent = {
  type: "units.cancelled",
  units: [],
  reason: "customer",
  by: "shopify",
  shippingMinor: 0,
  worthMinor: 0,
  refundDueMinor: 0,
  earned: null,
};
const cutEvent: OrderEvent = {
  type: "allocation.cut",
  lineId: "line_mug",
  fulfillmentId: "ful_1",
  locationId: "newark",
  quantity: 1,
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
const download = anOrder({
  lines: [aLine("Song", { kind: "digital", shipped: 1 })],
  shipments: [aShipment("shp_1", [["line_song", 1]], { locationId: null })],
});
/** The order's last line was put on it. */
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
  it.each<[string, OrderEvent[], Order, string[]]>([
    ["an order is received", [placed(inStock)], inStock, ["order_received"]],
    ["and waits for stock", [placed(short)], short, ["order_received", "order_backordered"]],
    ["an order imported cancelled is not", [placed(allCancelled), cancelledEvent], allCancelled, []],
    ["until units are put on it", [added(reopened)], reopened, ["order_received"]],
    ["units are put on one that was sent", [added(sentAndMore)], sentAndMore, []],
    ["a count cuts a allocate", [cutEvent], short, ["order_backordered"]],
    ["a cut that was made good at once is not told", [cutEvent], inStock, []],
    ["two cuts are one message", [cutEvent, cutEvent], short, ["order_backordered"]],
    ["two parcels leave", shippedOf(sent), sent, ["order_shipped", "order_shipped"]],
    ["a download leaves in no parcel", shippedOf(download), download, []],
    ["a parcel arrives", [delivered("shp_2")], sent, ["order_delivered"]],
    ["a download arrives", [delivered("shp_1")], download, []],
    ["all is cancelled", [cancelledEvent], allCancelled, ["order_cancelled"]],
    ["a part is cancelled", [cancelledEvent], inStock, []],
    ["a note is nobody's business", [{ type: "order.note_added", text: "x", by: "staff" }], short, []],
    [
      "a cancelled order's later refund",
      [{ type: "order.storefront_seen", storefrontUpdatedAt: 1 }],
      allCancelled,
      [],
    ],
  ])("%s", (_what, events, after, expected) => {
    expect(kinds(events, after)).toEqual(expected);
  });

  it("gives the same thing the same id, and another thing another", () => {
    const first = notificationsFor([...shippedOf(sent), delivered("shp_1")], sent);
    expect(notificationsFor([...shippedOf(sent), delivered("shp_1")], sent)).toEqual(first);
    expect(new Set(first.map(({ notificationId }) => notificationId)).size).toBe(3);

    const again = notificationsFor([cutEvent], anOrder({ ...short, version: 9 }));
    expect(again[0]!.notificationId).toBe(notificationsFor([placed(short)], short)[1]!.notificationId);
  });
});
