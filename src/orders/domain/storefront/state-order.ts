/** Which of two states of an order is newer. Storefronts send states late, repeatedly and in any order. */
import type { NewOrder } from "../new-order";
import type { Order } from "../order";

/** How far a storefront's clock may be ahead. */
const MAX_AHEAD_MS = 5 * 60_000;

/** The state with a time that its clock may have. A time further ahead is now: it would make later states stale. */
export const clampUpdateTime = (incoming: NewOrder, now: number): NewOrder =>
  incoming.storefrontUpdatedAt > now + MAX_AHEAD_MS ? { ...incoming, storefrontUpdatedAt: now } : incoming;

/** The order has a newer state. Of two states of the same time, the one that arrives last applies. */
export const isStale = (order: Order, incoming: NewOrder): boolean =>
  incoming.storefrontUpdatedAt < order.storefrontUpdatedAt;

/**
 * Whether the message that the order was created has a newer state. A state of the same time is not newer here: that
 * message was sent before any message of a change.
 */
export const isNewer = (order: Order, incoming: NewOrder): boolean =>
  incoming.storefrontUpdatedAt > order.storefrontUpdatedAt;
