/** Applies the events of fulfillments that ship, arrive or are rejected. */
import type { EventOf } from "../order-events";
import type { Order } from "../order";
import { endStatus, withFulfillment, withLine } from "./copy-with";
import { withBackordered } from "./units";

export function shipmentShipped(event: EventOf<"shipment.shipped">, order: Order): Order {
  const shippedUnits = new Map(event.lines.map(({ lineId, quantity }) => [lineId, quantity]));
  const withLines = event.lines.reduce(
    (before, { lineId, quantity }) =>
      withLine(before, lineId, (line) => ({
        allocated: line.allocated - quantity,
        shipped: line.shipped + quantity,
      })),
    order,
  );
  const shipped = withFulfillment(withLines, event.fulfillmentId, ({ lines: before, status }) => {
    const lines = before.map((line) => ({
      ...line,
      shipped: line.shipped + (shippedUnits.get(line.lineId) ?? 0),
    }));
    const isDone = lines.every((line) => line.shipped === line.quantity);
    return { lines, status: isDone ? "shipped" : status };
  });
  return { ...shipped, shipments: [...order.shipments, shipmentOf(event)] };
}

const shipmentOf = (event: EventOf<"shipment.shipped">): Order["shipments"][number] => ({
  id: event.shipmentId,
  fulfillmentId: event.fulfillmentId,
  locationId: event.locationId,
  externalId: event.externalId ?? null,
  carrier: event.carrier,
  service: event.service,
  trackingNumber: event.trackingNumber,
  trackingUrl: event.trackingUrl,
  shippedAt: event.at,
  deliveredAt: null,
  lines: event.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
});

export function trackingChanged(event: EventOf<"shipment.tracking_changed">, order: Order): Order {
  const { type: _type, shipmentId, ...changed } = event;
  return {
    ...order,
    shipments: order.shipments.map((each) => (each.id === shipmentId ? { ...each, ...changed } : each)),
  };
}

/** The fulfillment is delivered with its last shipment, if it has nothing left to ship. */
export function shipmentDelivered(event: EventOf<"shipment.delivered">, order: Order): Order {
  const shipments = order.shipments.map((shipment) =>
    shipment.id === event.shipmentId ? { ...shipment, deliveredAt: event.at } : shipment,
  );
  const after = { ...order, shipments };
  const delivered = shipments.find(({ id }) => id === event.shipmentId);
  if (!delivered) return after;
  const isWhole = shipments
    .filter(({ fulfillmentId }) => fulfillmentId === delivered.fulfillmentId)
    .every(({ deliveredAt }) => deliveredAt !== null);
  return withFulfillment(after, delivered.fulfillmentId, ({ status }) =>
    status === "shipped" && isWhole ? { status: "delivered" } : {},
  );
}

/** The units are backordered; of a fulfillment that had shipped some, those remain. */
export function fulfillmentRejected(event: EventOf<"fulfillment.rejected">, order: Order): Order {
  const { fulfillmentId, units, reason } = event;
  const backordered = units.reduce(
    (before, { lineId, quantity }) => withBackordered(before, lineId, quantity),
    order,
  );
  return withFulfillment(backordered, fulfillmentId, (fulfillment) => ({
    status: endStatus(order, fulfillment, "rejected"),
    reason,
    lines: fulfillment.lines
      .map((line) => ({ ...line, quantity: line.shipped }))
      .filter(({ quantity }) => quantity > 0),
  }));
}
