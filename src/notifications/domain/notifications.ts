/**
 * What the customer is told, decided from what happened to the order: received, waiting for stock, on its
 * way, delivered, cancelled. Each thing is told once: its message's id is derived from what it tells.
 */
import { derivedId, type OrderId, type ShipmentId } from "../../kernel/ids";
import type { NotificationKind, QueueMessage } from "../../platform/queues/queue-message";
import type { OrderEvent } from "../../orders/domain/order-events";
import type { Order, OrderLine, UnitsOfLine } from "../../orders/domain/order";

export type NotificationToSend = Extract<QueueMessage, { type: "notification.send.v1" }>;

/** The messages that the events of one commit call for, given the order after them. */
export function notificationsFor(events: readonly OrderEvent[], after: Order): NotificationToSend[] {
  // An order imported already cancelled is history: its customer was told by the storefront.
  if (after.status === "cancelled" && events.some(({ type }) => type === "order.placed")) return [];
  const messages = events.flatMap((event) => notificationsOfEvent(event, after));
  return [...new Map(messages.map((message) => [message.notificationId, message])).values()];
}

function notificationsOfEvent(event: OrderEvent, after: Order): NotificationToSend[] {
  switch (event.type) {
    case "order.placed":
      return [tell(after.id, "order_received"), ...backordered(after)];
    case "order.lines_added":
      return [
        ...(isAllThereIs(event.lines, after) ? [tell(after.id, "order_received")] : []),
        ...backordered(after),
      ];
    case "units.sourced":
    case "allocation.cut":
      return backordered(after);
    case "shipment.shipped":
      return hasParcel(after, event.lines) ? [tell(after.id, "order_shipped", event.shipmentId)] : [];
    case "shipment.delivered": {
      const shipment = after.shipments.find(({ id }) => id === event.shipmentId);
      return shipment && hasParcel(after, shipment.lines)
        ? [tell(after.id, "order_delivered", event.shipmentId)]
        : [];
    }
    case "units.cancelled":
      return after.status === "cancelled" ? [tell(after.id, "order_cancelled")] : [];
    case "order.sourced":
    case "order.held":
    case "order.hold_released":
    case "order.note_added":
    case "order.contact_changed":
    case "order.storefront_seen":
    case "payment.authorized":
    case "payment.captured":
    case "deposit.owed_back":
    case "credit.applied":
    case "removal.seen":
    case "refund.recorded":
    case "line.sku_assigned":
    case "backorder.filled":
    case "allocation.released":
    case "fulfillment.released":
    case "fulfillment.scheduled":
    case "promise.made":
    case "promise.moved":
    case "promise.settled":
    // Its units are looked for elsewhere at once: nothing the customer need worry about yet.
    case "fulfillment.rejected":
    case "fulfillment.postponed":
    case "move.requested":
    case "units.replanned":
    case "backorder.served":
      return [];
  }
}

/** Of an order that came in cancelled nobody was told; with units put on it since, it is one after all. */
const isAllThereIs = (added: readonly OrderLine[], { lines }: Order): boolean =>
  lines.every(({ id, ordered, cancelled }) => ordered === cancelled || added.some((line) => line.id === id));

export const waitingLines = (order: Order): OrderLine[] => order.lines.filter((line) => line.backordered > 0);

const backordered = (order: Order): NotificationToSend[] =>
  waitingLines(order).length > 0 ? [tell(order.id, "order_backordered")] : [];

/** A download or a gift card is not on its way to anywhere. */
const hasParcel = (order: Order, shipped: readonly UnitsOfLine[]): boolean =>
  shipped.some(({ lineId }) => order.lines.find(({ id }) => id === lineId)?.kind === "physical");

const tell = (
  orderId: OrderId,
  kind: NotificationKind,
  shipmentId: ShipmentId | null = null,
): NotificationToSend => ({
  type: "notification.send.v1",
  notificationId: derivedId("ntf", orderId, kind, shipmentId ?? ""),
  orderId,
  kind,
  shipmentId,
});
