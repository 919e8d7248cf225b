/** Lines that wait for stock, in the order in which it serves them; and those whose promise must be looked at again. */
import type { LineId, OrderId } from "../../kernel/ids";
import type { NoDate } from "../../promises/domain/promise";

export type WaitingLine = Readonly<{ lineId: LineId; orderId: OrderId; sku: string; placedAt: number }>;

/** Units of the SKU owed to other orders' lines that are served before the line, by line. */
export async function unitsAhead(
  db: D1Database,
  lines: readonly WaitingLine[],
): Promise<ReadonlyMap<LineId, number>> {
  const { results } = await db
    .prepare(
      `SELECT line.value ->> 'lineId' AS lineId, (
         SELECT coalesce(sum(ahead.backordered), 0) FROM order_lines AS ahead INDEXED BY order_lines_waiting
         WHERE ahead.sku = line.value ->> 'sku' AND ahead.backordered > 0
           AND (ahead.placed_at, ahead.id) < (line.value ->> 'placedAt', line.value ->> 'lineId')
           AND ahead.order_id <> line.value ->> 'orderId'
       ) AS units FROM json_each(?1) AS line`,
    )
    .bind(JSON.stringify(lines))
    .all<{ lineId: LineId; units: number }>();
  return new Map(results.map(({ lineId, units }) => [lineId, units]));
}

export type QueuedLine = Readonly<{
  lineId: LineId;
  orderId: OrderId;
  channelId: string;
  /** Where it is sent to; null if that is not known. */
  countryCode: string | null;
  pickupLocationId: string | null;
  placedAt: number;
  backordered: number;
  /** Of its promise: the inbound it relies on, and why it has no date. */
  inboundOn: string | null;
  noDate: NoDate | null;
}>;

/** Who waits for the SKU, the longest wait first. */
export async function linesWaitingFor(db: D1Database, sku: string, limit: number): Promise<QueuedLine[]> {
  const { results } = await db
    .prepare(
      `SELECT line.id AS lineId, line.order_id AS orderId, o.channel_id AS channelId,
         o.shipping_address ->> 'countryCode' AS countryCode, o.pickup_location_id AS pickupLocationId, line.placed_at AS placedAt, line.backordered,
         line.promise ->> 'inboundOn' AS inboundOn, line.promise ->> 'noDate' AS noDate
       FROM order_lines AS line INDEXED BY order_lines_waiting CROSS JOIN orders AS o ON o.id = line.order_id
       WHERE line.sku = ?1 AND line.backordered > 0 ORDER BY line.placed_at, line.id LIMIT ?2`,
    )
    .bind(sku, limit)
    .all<QueuedLine>();
  return results;
}

/** Orders with a part that is still there after its day, or a line that waits after its own. */
export async function ordersToRecheck(
  db: D1Database,
  { now, today, limit }: Readonly<{ now: number; today: string; limit: number }>,
): Promise<OrderId[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT order_id AS orderId FROM (
         SELECT * FROM (
           SELECT order_id FROM fulfillments INDEXED BY fulfillments_late
           WHERE due_at IS NULL AND late_at IS NOT NULL
             AND status IN ('planned', 'released', 'picked', 'packed') AND late_at <= ?1
           ORDER BY late_at LIMIT ?3)
         UNION ALL SELECT * FROM (
           SELECT order_id FROM order_lines INDEXED BY order_lines_recheck
           WHERE recheck_on IS NOT NULL AND recheck_on < ?2 ORDER BY recheck_on LIMIT ?3))`,
    )
    .bind(now, today, limit)
    .all<{ orderId: OrderId }>();
  return results.map(({ orderId }) => orderId);
}
