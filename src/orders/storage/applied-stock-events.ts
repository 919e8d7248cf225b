/** Table applied_stock_events: events of SKUs' stock that were applied to their orders, each once. */
import type { OrderId } from "../../kernel/ids";

/** Returns the ids that were applied. */
export async function appliedStockEvents(db: D1Database, ids: readonly string[]): Promise<Set<string>> {
  const { results } = await db
    .prepare("SELECT id FROM applied_stock_events WHERE id IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

/** Aborts its batch if the event was applied already. */
export const stockEventStatement = (db: D1Database, id: string, orderId: OrderId, at: number) =>
  db
    .prepare("INSERT INTO applied_stock_events (id, order_id, applied_at) VALUES (?1, ?2, ?3)")
    .bind(id, orderId, at);
