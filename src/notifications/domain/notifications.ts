/**
 * What the customer is told, decided from what happened to the order: received, waiting for stock, on its
 * way, delivered, cancelled. Each thing is told once: its message's id is derived from what it tells.
 */
import { derivedId, type NotificationId, type OrderId, type ShipmentId } from "../../kernel/ids";
import {
  handleOrderEvent,
  ignoring,
  type OrderEventHandlers,
} from "../../orders/domain/order-event-handlers";
import type { Order } from "../../orders/domain/order";
import type { OrderEvent } from "../../orders/domain/order-events";
import type { OrderLine, UnitsOfLine } from "../../orders/domain/order-line";

export const NOTIFICATION_KINDS = [
  "order_received",
  "order_backordered",
  "order_shipped",
  "order_delivered",
  "order_cancelled",
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** The queue message that sends a notification. */
export type NotificationToSend = Readonly<{
  type: "notification.send.v1";
  notificationId: NotificationId;
  orderId: OrderId;
  kind: NotificationKind;
  /** What it is about, where there may be several: the shipment. */
  shipmentId: ShipmentId | null;
}>;

/** The messages that the events of one commit call for, given the order after them. */
export function notificationsFor(events: readonly OrderEvent[], after: Order): NotificationToSend[] {
  // An order imported already cancelled is history: its customer was told by the storefront.
  if (after.status === "cancelled" && events.some(({ type }) => type === "order.placed")) return [];
  const messages = events.flatMap((event) => handleOrderEvent(NOTIFICATIONS, event, after, []));
  return [...new Map(messages.map((message) => [message.notificationId, message])).values()];
}

const NOTIFICATIONS: OrderEventHandlers<Order, NotificationToSend[]> = {
  "order.placed": (_event, after) => [tell(after.id, "order_received"), ...backordered(after)],
  "order.lines_added": ({ lines }, after) => [
    ...(isAllThereIs(lines, after) ? [tell(after.id, "order_received")] : []),
    ...backordered(after),
  ],
  "units.sourced": (_event, after) => backordered(after),
  "allocation.cut": (_event, after) => backordered(after),
  "shipment.shipped": ({ lines, shipmentId }, after) =>
    hasParcel(after, lines) ? [tell(after.id, "order_shipped", shipmentId)] : [],
  "shipment.delivered": ({ shipmentId }, after) => {
    const shipment = after.shipments.find(({ id }) => id === shipmentId);
    return shipment && hasParcel(after, shipment.lines)
      ? [tell(after.id, "order_delivered", shipmentId)]
      : [];
  },
  "units.cancelled": (_event, after) =>
    after.status === "cancelled" ? [tell(after.id, "order_cancelled")] : [],
  // A rejected fulfillment's units are looked for elsewhere at once: nothing the customer needs to know yet.
  ...ignoring(
    "order.sourced",
    "order.held",
    "order.hold_released",
    "order.note_added",
    "order.contact_changed",
    "order.storefront_seen",
    "payment.authorized",
    "payment.captured",
    "deposit.refund_due",
    "credit.applied",
    "units.removed_at_storefront",
    "refund.recorded",
    "line.sku_assigned",
    "backorder.filled",
    "allocation.released",
    "fulfillment.released",
    "fulfillment.scheduled",
    "promise.made",
    "promise.moved",
    "promise.settled",
    "fulfillment.rejected",
    "fulfillment.postponed",
    "move.requested",
    "units.replanned",
    "backorder.locations_changed",
  ),
};

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
