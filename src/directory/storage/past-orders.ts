/** Table listed_orders: orders of a time, by their key, for planning. */
import type { OrderId } from "../../kernel/ids";
import type { Place } from "../../kernel/geography";
import type { ListedLine } from "../domain/listed-order";
import { firstKeyOf } from "./listed-orders";

export type RecentOrder = Readonly<{
  id: OrderId;
  channelId: string;
  placedAt: number;
  destination: Place;
  /** Units to send, without those that were cancelled since. */
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
}>;

type Row = Readonly<{
  key: string;
  id: OrderId;
  channelId: string;
  placedAt: number;
  destination: string | null;
  isPickup: 0 | 1;
  lines: string;
}>;

/** The SQL of each list. Exported so that a test can check its query plan. */
export const PAST = {
  recent: `SELECT CAST(key AS TEXT) AS key, id, channel_id AS channelId, placed_at AS placedAt, destination,
      is_pickup AS isPickup, lines FROM listed_orders
    WHERE key >= ${firstKeyOf("?1")} AND key < CAST(?2 AS INTEGER) AND status <> 'cancelled' ORDER BY key DESC LIMIT ?3`,
  placed: `SELECT CAST(key AS TEXT) AS key, id FROM listed_orders
    WHERE key > CAST(?1 AS INTEGER) AND key >= ${firstKeyOf("?2")} AND key < ${firstKeyOf("?3")} ORDER BY key LIMIT ?4`,
} as const;

const [OLDEST, NEWEST] = ["-9223372036854775808", "9223372036854775807"];

const NOWHERE: Place = { countryCode: null, region: null, latitude: null, longitude: null };

/**
 * A page of the orders placed since a time, newest first. Cancelled orders are no demand. Orders for pickup need no
 * parcel, so they have no lines here.
 * @param before the key of the last order of the previous page; null for the first page.
 */
export async function recentOrders(
  db: D1Database,
  since: number,
  before: string | null,
  limit: number,
): Promise<Readonly<{ orders: readonly RecentOrder[]; last: string | null }>> {
  const { results } = await db
    .prepare(PAST.recent)
    .bind(since, before ?? NEWEST, limit)
    .all<Row>();
  const orders = results.map(({ id, channelId, placedAt, destination, isPickup, lines }) => ({
    id,
    channelId,
    placedAt,
    destination: destination === null ? NOWHERE : placeOf(JSON.parse(destination) as Place),
    lines: isPickup === 1 ? [] : (JSON.parse(lines) as ListedLine[]).flatMap(unitsToSend),
  }));
  return { orders, last: results.at(-1)?.key ?? null };
}

const placeOf = ({ countryCode, region, latitude, longitude }: Place): Place => ({
  countryCode,
  region,
  latitude,
  longitude,
});

const unitsToSend = ([sku, needsStock, ordered, , , , , cancelled]: ListedLine) =>
  sku !== null && needsStock === 1 && ordered > cancelled ? [{ sku, quantity: ordered - cancelled }] : [];

export type PlacedOrder = Readonly<{ key: string; id: OrderId }>;

/** A page of the orders placed from `start` (included) to `end` (excluded), oldest first, after the key. */
export async function ordersPlaced(
  db: D1Database,
  { start, end, after, limit }: Readonly<{ start: number; end: number; after: string | null; limit: number }>,
): Promise<PlacedOrder[]> {
  const { results } = await db
    .prepare(PAST.placed)
    .bind(after ?? OLDEST, start, end, limit)
    .all<PlacedOrder>();
  return results;
}
