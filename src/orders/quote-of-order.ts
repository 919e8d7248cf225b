/** The quote that a new order was placed on. */
import type { Channel } from "../catalog/domain/channel";
import type { OrdersContext } from "./context";
import type { NewOrder } from "./domain/new-order";
import type { OrderEvent } from "./domain/order-events";
import { needsStock } from "./domain/order-line";
import type { PlacedOrder } from "../promises/domain/quoted-order";
import { quoteByContent, quoteById, type FoundQuote } from "../promises/find-quote";

/**
 * Known at once if the order names its quote. Otherwise it is read, beside the allocation; and not at all for a channel
 * to which a late day costs nothing, as it would change nothing. Null if the order was placed on no quote.
 */
export function quoteOfOrder(
  context: OrdersContext,
  { sourcing }: Channel,
  order: NewOrder,
): FoundQuote | null | Promise<FoundQuote | null> {
  const placed = placedOrder(order);
  // Orders that were queued by an older version do not have the field.
  const quoteId = order.quoteId ?? null;
  if (quoteId !== null) return quoteById(quoteId, placed, context.config.linkSigningKey);
  return sourcing.latenessPerDayMinor > 0 ? quoteByContent(context, placed) : null;
}

/** A line without a SKU is of goods that were not quoted. */
export const placedOrder = ({
  channelId,
  shippingAddress,
  pickupLocationId,
  shippingMethod,
  lines,
  placedAt,
}: NewOrder): PlacedOrder => ({
  channelId,
  destination: (pickupLocationId ?? null) === null ? shippingAddress : null,
  shippingMethod,
  lines: lines
    .filter((line) => needsStock(line) && line.quantity > line.removed)
    .map(({ sku, quantity, removed }) => ({ sku: sku ?? "", quantity: quantity - removed })),
  placedAt,
});

/** None if the order was placed on no quote. */
export const quotedEvents = (quote: FoundQuote | null): OrderEvent[] =>
  quote === null ? [] : [{ type: "order.quoted", ...quote }];
