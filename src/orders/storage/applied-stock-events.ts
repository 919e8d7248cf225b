/** Table applied_stock_events: how many events of a SKU's stock were applied to an order's line. */
import type { LineId, OrderId } from "../../kernel/ids";

/** A line of an order, and the SKU whose object numbers its events, anew in each generation of its history. */
export type EventLine = Readonly<{ orderId: OrderId; lineId: LineId; sku: string; generation: number }>;

/** The number of the last event that was applied; 0 before the first. */
export async function lastStockEvent(
  db: D1Database,
  { orderId, lineId, sku, generation }: EventLine,
): Promise<number> {
  const number = await db
    .prepare(`SELECT number FROM applied_stock_events
       WHERE order_id = ?1 AND line_id = ?2 AND sku = ?3 AND generation = ?4`)
    .bind(orderId, lineId, sku, generation)
    .first<number>("number");
  return number ?? 0;
}

/** Aborts its batch if another event was applied since the one before was the last. */
export const stockEventStatement = (
  db: D1Database,
  { orderId, lineId, sku, generation }: EventLine,
  number: number,
) =>
  db
    .prepare(
      `INSERT INTO applied_stock_events (order_id, line_id, sku, generation, number) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET number = excluded.number`,
    )
    .bind(orderId, lineId, sku, generation, number);

/** Whether a batch was aborted because a copy of its event was applied before. */
export const isAppliedBefore = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("stock_event_applied");

/**
 * Sets how many events were applied, unless more were: for an order whose database has lost that. Events that its stock
 * published and that nobody delivers any more would otherwise hold back all later ones.
 */
export async function advanceStockEvents(db: D1Database, lines: readonly AppliedLine[]): Promise<void> {
  if (lines.length > 0) await db.batch(stockEventsStatements(db, lines));
}

type AppliedLine = EventLine & Readonly<{ number: number }>;

/** The statements of `advanceStockEvents`; none without lines. */
export function stockEventsStatements(db: D1Database, lines: readonly AppliedLine[]): D1PreparedStatement[] {
  if (lines.length === 0) return [];
  const given = JSON.stringify(lines);
  const VALUES = `SELECT value ->> 'orderId' AS order_id, value ->> 'lineId' AS line_id, value ->> 'sku' AS sku,
    value ->> 'generation' AS generation, value ->> 'number' AS number FROM json_each(?1)`;
  // Deleted and inserted: a trigger refuses an update that leaves out a number.
  return [
    db
      .prepare(
        `DELETE FROM applied_stock_events WHERE (order_id, line_id, sku, generation) IN (
           SELECT applied.order_id, applied.line_id, applied.sku, applied.generation
           FROM (${VALUES}) AS given CROSS JOIN applied_stock_events AS applied
             ON applied.order_id = given.order_id AND applied.line_id = given.line_id
               AND applied.sku = given.sku AND applied.generation = given.generation
           WHERE given.number > applied.number)`,
      )
      .bind(given),
    db
      .prepare(
        `INSERT INTO applied_stock_events (order_id, line_id, sku, generation, number)
         SELECT order_id, line_id, sku, generation, number FROM (${VALUES}) WHERE number > 0
         ON CONFLICT DO NOTHING`,
      )
      .bind(given),
  ];
}
