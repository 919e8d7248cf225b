/** The states of an order that follow from its quantities and amounts. */
import { goodsOf, hasOpenUnits, type Order, type OrderStatus } from "./order";

/**
 * Closed when every unit was delivered or cancelled and nothing is owed either way; cancelled when no unit was ever
 * shipped. A cancelled order may still owe a refund.
 */
export function statusOf(order: Order): OrderStatus {
  const open = hasOpenUnits(order);
  if (!open && goodsOf(order).every((line) => line.shipped === 0)) return "cancelled";
  const { depositsMinor, receivableMinor, refundPayableMinor } = order.balances;
  const settled = depositsMinor === 0 && receivableMinor === 0 && refundPayableMinor === 0;
  const delivered = order.shipments.every((shipment) => shipment.deliveredAt !== null);
  if (!open && settled && delivered && order.holds.length === 0) return "closed";
  return order.holds.length > 0 ? "on_hold" : "open";
}

export type PaymentStatus =
  | "pending"
  | "authorized"
  | "partially_paid"
  | "paid"
  | "partially_refunded"
  | "refunded";

/** By what was captured and refunded; gift cards count as captured. */
export function paymentStatus(order: Order): PaymentStatus {
  if (order.refundedMinor > 0) {
    return order.refundedMinor >= order.capturedMinor ? "refunded" : "partially_refunded";
  }
  if (order.capturedMinor >= order.totalMinor) return "paid";
  if (order.capturedMinor > 0) return "partially_paid";
  return order.authorizedMinor > 0 ? "authorized" : "pending";
}

export type FulfillmentState = "unfulfilled" | "partially_shipped" | "shipped" | "delivered";

/** How far the order is shipped, by its units; lines that are fully cancelled do not count. */
export function fulfillmentState(order: Order): FulfillmentState {
  if (goodsOf(order).every((line) => line.shipped === 0)) return "unfulfilled";
  if (hasOpenUnits(order)) return "partially_shipped";
  return order.shipments.every((shipment) => shipment.deliveredAt !== null) ? "delivered" : "shipped";
}
