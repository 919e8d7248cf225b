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
