/** Why a promise moved, by what happened to its order. */
import type { OrderEvent } from "../order-events";
import type { MoveReason } from "../../../promises/domain/promise";

/** The gravest first, where several things happened at once. */
const REASONS: readonly (readonly [OrderEvent["type"], MoveReason])[] = [
  ["order.details_changed", "address_changed"],
  ["fulfillment.rejected", "location_rejected"],
  ["allocation.cut", "stock_missing"],
  ["backorder.filled", "stock_arrived"],
  ["units.sourced", "replanned"],
  ["units.replanned", "replanned"],
  ["fulfillment.postponed", "postponed"],
  ["order.lines_added", "order_changed"],
  ["units.cancelled", "order_changed"],
  ["order.held", "on_hold"],
  ["order.hold_released", "released"],
  ["fulfillment.released", "released"],
  ["shipment.shipped", "shipped_late"],
];

export function whyMoved(events: readonly OrderEvent[]): MoveReason {
  const happened = new Set(events.map(({ type }) => type));
  return REASONS.find(([type]) => happened.has(type))?.[1] ?? "order_changed";
}
