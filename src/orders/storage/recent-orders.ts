/** Tables orders and order_lines: recent demand, newest first, for the forecast of stock prices. */
import type { Place } from "../../kernel/geography";

/** The last order of a page. */
export type RecentOrderCursor = Readonly<{ placedAt: number; id: string }>;
export type RecentOrder = Readonly<{
  id: string;
  channelId: string;
  placedAt: number;
  destination: Place;
  /** Units to send, without those that were cancelled since. */
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
}>;

type Row = Omit<RecentOrder, "destination" | "lines"> & RecentOrder["destination"] & { lines: string };

/** Cancelled orders are no demand. Orders for pickup need no parcel, so they have no lines here. */
const STATUSES = ["open", "on_hold", "closed"];

const NEWEST = STATUSES.map(
  (status) =>
    `SELECT * FROM (SELECT placed_at, id FROM orders INDEXED BY orders_by_status WHERE status = '${status}'
     AND placed_at >= ?1 AND (placed_at, id) < (?2, ?3) ORDER BY placed_at DESC, id DESC LIMIT ?4)`,
).join(" UNION ALL ");

const LINES = `SELECT json_group_array(json_object('sku', l.sku, 'quantity', l.ordered - l.cancelled))
  FROM order_lines AS l WHERE l.order_id = o.id AND l.kind = 'physical' AND l.sku IS NOT NULL
    AND l.ordered > l.cancelled AND o.pickup_location_id IS NULL`;

const RECENT = `SELECT o.id, o.channel_id AS channelId, o.placed_at AS placedAt,
    o.shipping_address ->> 'countryCode' AS countryCode, o.shipping_address ->> 'region' AS region,
    o.shipping_address ->> 'latitude' AS latitude, o.shipping_address ->> 'longitude' AS longitude,
    (${LINES}) AS lines
  FROM (SELECT placed_at, id FROM (${NEWEST}) ORDER BY placed_at DESC, id DESC LIMIT ?4) AS newest
  CROSS JOIN orders AS o ON o.id = newest.id
  ORDER BY placedAt DESC, o.id DESC`;

/** A page of the orders placed since a time, after the cursor. */
export async function recentOrders(
  db: D1Database,
  since: number,
  before: RecentOrderCursor | null,
  limit: number,
): Promise<RecentOrder[]> {
  const { placedAt, id } = before ?? { placedAt: Number.MAX_SAFE_INTEGER, id: "" };
  const { results } = await db.prepare(RECENT).bind(since, placedAt, id, limit).all<Row>();
  return results.map(({ id: orderId, channelId, placedAt: at, lines, ...destination }) => ({
    id: orderId,
    channelId,
    placedAt: at,
    destination,
    lines: JSON.parse(lines) as RecentOrder["lines"],
  }));
}
