/** Table order_lines, and orders: backordered lines, in the order in which stock fills them. */
import type { LineId, OrderId } from "../../kernel/ids";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import type { NoDate } from "../../promises/domain/promise";

export type LineInQueue = Readonly<{ lineId: LineId; orderId: OrderId; sku: string; placedAt: number }>;

/** By line, the backordered units of its SKU in other orders' lines that are filled before it. */
export async function unitsAhead(
  db: D1Database,
  lines: readonly LineInQueue[],
): Promise<ReadonlyMap<LineId, number>> {
  const { results } = await db
    .prepare(
      `SELECT line.value ->> 'lineId' AS lineId, (
         SELECT coalesce(sum(ahead.backordered), 0) FROM order_lines AS ahead INDEXED BY order_lines_waiting
         WHERE ahead.sku = line.value ->> 'sku' AND ahead.backordered > 0
           AND (ahead.placed_at, ahead.id) < (line.value ->> 'placedAt', line.value ->> 'lineId')
           AND ahead.order_id <> line.value ->> 'orderId' AND ${isHereSql("ahead.order_id")}
       ) AS units FROM json_each(?1) AS line`,
    )
    .bind(JSON.stringify(lines))
    .all<{ lineId: LineId; units: number }>();
  return new Map(results.map(({ lineId, units }) => [lineId, units]));
}

export type BackorderedLine = Readonly<{
  lineId: LineId;
  orderId: OrderId;
  channelId: string;
  /** Where it is sent to; null if that is not known. */
  countryCode: string | null;
  pickupLocationId: string | null;
  placedAt: number;
  backordered: number;
  /** From its promise: the day of the inbound it relies on, and why it has no date. */
  inboundOn: string | null;
  noDate: NoDate | null;
}>;

/** Lines that wait for the SKU, longest wait first. */
export async function backorderedLines(
  db: D1Database,
  sku: string,
  limit: number,
): Promise<BackorderedLine[]> {
  const { results } = await db
    .prepare(
      `SELECT line.id AS lineId, line.order_id AS orderId, o.channel_id AS channelId,
         o.shipping_address ->> 'countryCode' AS countryCode, o.pickup_location_id AS pickupLocationId,
         line.placed_at AS placedAt, line.backordered,
         line.promise ->> 'inboundOn' AS inboundOn, line.promise ->> 'noDate' AS noDate
       FROM order_lines AS line INDEXED BY order_lines_waiting CROSS JOIN orders AS o ON o.id = line.order_id
       WHERE line.sku = ?1 AND line.backordered > 0 AND ${isHereSql("line.order_id")}
       ORDER BY line.placed_at, line.id LIMIT ?2`,
    )
    .bind(sku, limit)
    .all<BackorderedLine>();
  return results;
}
