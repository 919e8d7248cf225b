/** Tables orders and order_events: orders of a past time and their first sourcing decision, for simulations. */
import type { Address } from "../../kernel/address";
import type { OrderStatus } from "../domain/order";

export type PastOrderRow = Readonly<{
  id: string;
  channelId: string;
  placedAt: number;
  currency: string;
  totalMinor: number;
  shippingAddress: Address | null;
  pickupLocationId: string | null;
  /** The first `order.sourced` event, as JSON; null if there is none. */
  sourced: string | null;
}>;

export type PastOrdersQuery = Readonly<{
  status: OrderStatus;
  after: Readonly<{ placedAt: number; id: string }>;
  before: number;
  limit: number;
}>;

/** A page of orders in a status, oldest first, with their sourcing decision at creation. */
export async function pastOrders(
  db: D1Database,
  { status, after, before, limit }: PastOrdersQuery,
): Promise<PastOrderRow[]> {
  const { results } = await db
    .prepare(
      `SELECT o.id, o.channel_id AS channelId, o.placed_at AS placedAt, o.currency, o.total_minor AS totalMinor,
         o.shipping_address AS address, o.pickup_location_id AS pickupLocationId,
         (SELECT event.value FROM order_events AS e, json_each(e.events) AS event
           WHERE e.order_id = o.id AND e.version = 1 AND event.value ->> 'type' = 'order.sourced') AS sourced
       FROM orders AS o
       WHERE o.status = ?1 AND (o.placed_at, o.id) > (?2, ?3) AND o.placed_at < ?4
       ORDER BY o.placed_at, o.id LIMIT ?5`,
    )
    .bind(status, after.placedAt, after.id, before, limit)
    .all<Omit<PastOrderRow, "shippingAddress"> & { address: string | null }>();
  return results.map(({ address, ...row }) => ({
    ...row,
    shippingAddress: address === null ? null : (JSON.parse(address) as Address),
  }));
}
