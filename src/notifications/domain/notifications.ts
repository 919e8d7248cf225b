/**
 * Which notifications an order's events cause: received, waiting for stock, shipped, delivered, cancelled. Each is sent
 * once, because its id is derived from the order, the kind and the shipment.
 */
import { derivedId, type NotificationId, type OrderId, type ShipmentId } from "../../kernel/ids";
import {
  handleOrderEvent,
  ignoring,
  type OrderEventHandlers,
} from "../../orders/domain/order-event-handlers";
import type { Order } from "../../orders/domain/order";
import type { OrderEvent } from "../../orders/domain/order-events";
import type { Restore } from "../../kernel/restore";
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
  /** The shipment, for the kinds that are about one. */
  shipmentId: ShipmentId | null;
}>;

/** The notifications for the events of one commit. @param after the order after the events. */
export function notificationsFor(events: readonly OrderEvent[], after: Order): NotificationToSend[] {
  // The storefront has notified the customer of an order that is imported as cancelled.
  if (after.status === "cancelled" && events.some(({ type }) => type === "order.placed")) return [];
  const messages = events.flatMap((event) => handleOrderEvent(NOTIFICATIONS, event, after, []));
  return [...new Map(messages.map((message) => [message.notificationId, message])).values()];
}

const NOTIFICATIONS: OrderEventHandlers<Order, NotificationToSend[]> = {
  "order.placed": (_event, after) => [notify(after.id, "order_received"), ...backordered(after)],
  "order.lines_added": ({ lines }, after) => [
    ...(hasOnlyAdded(lines, after) ? [notify(after.id, "order_received")] : []),
    ...backordered(after),
  ],
  "units.sourced": (_event, after) => backordered(after),
  "allocation.cut": (_event, after) => backordered(after),
  "shipment.shipped": ({ lines, shipmentId }, after) =>
    hasParcel(after, lines) ? [notify(after.id, "order_shipped", shipmentId)] : [],
  "shipment.delivered": ({ shipmentId }, after) => {
    const shipment = after.shipments.find(({ id }) => id === shipmentId);
    return shipment && hasParcel(after, shipment.lines)
      ? [notify(after.id, "order_delivered", shipmentId)]
      : [];
  },
  "units.cancelled": (_event, after) =>
    after.status === "cancelled" ? [notify(after.id, "order_cancelled")] : [],
  // Units of a rejected fulfillment are sourced elsewhere at once, so `fulfillment.rejected` needs no notification.
  ...ignoring(
    "order.quoted",
    "order.sourced",
    "order.held",
    "order.hold_released",
    "order.note_added",
    "order.details_changed",
    "order.repriced",
    "order.difference_kept",
    "order.storefront_seen",
    "order.personal_data_erased",
    "payment.authorized",
    "payment.authorization_ended",
    "payment.captured",
    "payment.reversed",
    "units.removed_at_storefront",
    "line.storefront_quantity_changed",
    "units.sent_elsewhere",
    "refund.recorded",
    "refund.changed",
    "refund.itemized",
    "line.sku_assigned",
    "line.needs_no_shipping",
    "backorder.filled",
    "allocation.released",
    "fulfillment.released",
    "fulfillment.stop_requested",
    "fulfillment.stop_withdrawn",
    "fulfillment.scheduled",
    "promise.made",
    "promise.moved",
    "promise.settled",
    "fulfillment.rejected",
    "fulfillment.postponed",
    "shipment.tracking_changed",
    "move.requested",
    "units.replanned",
    "backorder.locations_changed",
  ),
};

/** Whether all units left are the added ones: the order was imported as cancelled, and its customer not notified. */
const hasOnlyAdded = (added: readonly OrderLine[], { lines }: Order): boolean =>
  lines.every(({ id, ordered, cancelled }) => ordered === cancelled || added.some((line) => line.id === id));

export const waitingLines = (order: Order): OrderLine[] => order.lines.filter((line) => line.backordered > 0);

const backordered = (order: Order): NotificationToSend[] =>
  waitingLines(order).length > 0 ? [notify(order.id, "order_backordered")] : [];

/** Whether a physical article shipped. Downloads and gift cards have no parcel. */
const hasParcel = (order: Order, shipped: readonly UnitsOfLine[]): boolean =>
  shipped.some(({ lineId }) => order.lines.find(({ id }) => id === lineId)?.kind === "physical");

/** The id of a notification: the same for each delivery, so that a provider sends it once. */
export const notificationIdOf = (
  orderId: OrderId,
  kind: NotificationKind,
  shipmentId: ShipmentId | null,
): NotificationId => derivedId("ntf", orderId, kind, shipmentId ?? "");

const notify = (
  orderId: OrderId,
  kind: NotificationKind,
  shipmentId: ShipmentId | null = null,
): NotificationToSend => ({
  type: "notification.send.v1",
  notificationId: notificationIdOf(orderId, kind, shipmentId),
  orderId,
  kind,
  shipmentId,
});

/**
 * Whether the notification may have been sent by a commit that the database has lost when it was restored: what it reports
 * happened before the recovery began, and was recorded after it. Of a shipment it is not known when it was recorded.
 */
export function mayHaveBeenSent(
  { kind, shipmentId }: Pick<NotificationToSend, "kind" | "shipmentId">,
  order: Order,
  { until }: Restore,
): boolean {
  const shipment = order.shipments.find(({ id }) => id === shipmentId);
  switch (kind) {
    case "order_received":
    case "order_backordered":
      return order.createdAt >= until && order.placedAt < until;
    case "order_shipped":
      return shipment !== undefined && shipment.shippedAt < until;
    case "order_delivered":
      return shipment?.deliveredAt !== null && shipment !== undefined && shipment.deliveredAt < until;
    case "order_cancelled":
      return order.storefrontUpdatedAt < until;
  }
}
