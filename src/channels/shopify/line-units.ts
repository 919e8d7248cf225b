/**
 * What became of a line's units at Shopify.
 *
 * `quantity` is as first ordered. `current_quantity` is without what edits removed and refunds list. `fulfillable_quantity`
 * is what Shopify still wants to be sent: it falls when units are fulfilled, removed, cancelled, or refunded for good.
 */
import type { NewRefund } from "../../orders/domain/new-order";
import { refundedUnits } from "../../orders/domain/reported-units";
import type { ShopifyLineItem, ShopifyOrder } from "./payload";

export type LineUnits = Readonly<{
  /** Withdrawn by an edit. A refund lists its own units. */
  removed: number;
  /** Fulfilled, and in no fulfillment that the order lists. */
  fulfilledUnlisted: number;
  /** Not to be sent, and nothing in the order shows why. */
  unexplained: number;
}>;

type Context = Readonly<{
  order: Pick<ShopifyOrder, "fulfillment_status" | "cancelled_at">;
  refunds: readonly NewRefund[];
  /** Units of the line in the fulfillments that the order lists. */
  listed: number;
  isPhysical: boolean;
}>;

type Item = Pick<
  ShopifyLineItem,
  "id" | "quantity" | "current_quantity" | "fulfillable_quantity" | "fulfillment_status"
>;

/** Of goods that are not physical only what was removed: their fulfillment means nothing here. */
export function lineUnits(item: Item, { order, refunds, listed, isPhysical }: Context): LineUnits {
  const removed = removedUnits(item, refunds);
  const none = { removed, fulfilledUnlisted: 0, unexplained: 0 };
  if (!isPhysical) return none;
  const cancelled = cancelledUnits(refunds, item.id);
  const kept = item.quantity - removed - cancelled;
  const uncancelled = refundedUnits(refunds, item.id) - cancelled;
  const isFulfilled = item.fulfillment_status === "fulfilled" || order.fulfillment_status === "fulfilled";
  if (isFulfilled) {
    // A refund without restocking may be of a unit that was sent or not: the fulfillments show it, if there are any.
    const fulfilled = listed > 0 ? kept - uncancelled : kept;
    return { ...none, fulfilledUnlisted: Math.max(0, fulfilled - listed) };
  }

  // A cancelled order has nothing to fulfill, whatever became of its units.
  if (item.fulfillable_quantity === null || order.cancelled_at !== null) return none;
  const open = Math.max(0, item.fulfillable_quantity);
  const rest = Math.max(0, kept - listed - open - uncancelled);
  const isPartlyFulfilled = item.fulfillment_status === "partial" || order.fulfillment_status === "partial";
  return isPartlyFulfilled ? { ...none, fulfilledUnlisted: rest } : { ...none, unexplained: rest };
}

/** Units of the line that an edit withdrew: those that are not current, and that no refund lists. */
export const removedUnits = (
  { id, quantity, current_quantity }: Pick<ShopifyLineItem, "id" | "quantity" | "current_quantity">,
  refunds: readonly NewRefund[],
): number => Math.max(0, quantity - (current_quantity ?? quantity) - refundedUnits(refunds, id));

/** Units of the line in refunds that were never sent. */
export const cancelledUnits = (refunds: readonly NewRefund[], externalLineId: string): number =>
  refundedUnits(
    refunds.map(({ lines }) => ({ lines: lines.filter(({ restock }) => restock === "cancel") })),
    externalLineId,
  );
