/** An order that was deleted at its storefront: cancelled, with everything else as it is here. */
import type { NewOrder } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import { needsStock } from "../order-line";
import { recordedFulfillments } from "./fulfilled-there";

const REASON = "Deleted at the storefront";

/**
 * The state of an order that was deleted after it, before it was known here. Of two states of one millisecond, the
 * deletion is the later one.
 */
export const asDeleted = (state: NewOrder, at: number): NewOrder => ({
  ...state,
  storefrontUpdatedAt: at + 1,
  cancelledAt: at,
  cancelReason: REASON,
});

/**
 * The state to apply for a deletion.
 * @param at when it was reported, in epoch milliseconds.
 */
export const deletedState = (order: Order, at: number): NewOrder => ({
  ...order,
  storefrontUpdatedAt: Math.max(order.storefrontUpdatedAt, at),
  cancelledAt: at,
  cancelReason: REASON,
  lines: [],
  refunds: order.refunds.map((refund) => ({
    ...refund,
    reason: null,
    lines: refund.lines.map(({ externalLineId, quantity }) => ({
      externalLineId,
      quantity,
      restock: "none",
    })),
  })),
  fulfilled: recordedFulfillments(order),
  reservationTokens: [],
  quoteId: null,
  problems: [],
});

/** A note of what was shipped before the order was deleted; none if nothing was. */
export function noteShippedBeforeDeletion(order: Order, by: string): OrderEvent[] {
  const shipped = order.lines.filter((line) => needsStock(line) && line.shipped > 0);
  if (shipped.length === 0) return [];
  const units = shipped.map(({ shipped: quantity, title }) => `${quantity} of ${title}`).join(", ");
  return [{ type: "order.note_added", text: `Deleted at the storefront after ${units} were shipped.`, by }];
}
