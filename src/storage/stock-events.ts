/** What SKUs' objects decided for orders, and was applied: each once. */
import type { OrderId } from "../domain/ids";

export async function wasStockEventApplied(db: D1Database, id: string): Promise<boolean> {
  const row = await db.prepare("SELECT 1 AS found FROM applied_stock_events WHERE id = ?1").bind(id).first();
  return row !== null;
}

/** A second copy aborts its batch. */
export const stockEventStatement = (db: D1Database, id: string, orderId: OrderId, at: number) =>
  db
    .prepare("INSERT INTO applied_stock_events (id, order_id, applied_at) VALUES (?1, ?2, ?3)")
    .bind(id, orderId, at);
