/**
 * Table deleted_orders: deletions of orders that are not known here. The creation of such an order may be under way, or
 * arrive later. A state that is not newer than the deletion is then not stored as it is: the database aborts its batch.
 */
import type { OrderId } from "../../kernel/ids";

/** @param at when it was deleted, in epoch milliseconds. */
export const rememberDeletion = async (db: D1Database, orderId: OrderId, at: number): Promise<void> => {
  await db
    .prepare(
      `INSERT INTO deleted_orders (order_id, at) VALUES (?1, ?2)
       ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`,
    )
    .bind(orderId, at)
    .run();
};

/** When the order was deleted, in epoch milliseconds; null if it was not, or was known then. */
export const deletionOf = (db: D1Database, orderId: OrderId): Promise<number | null> =>
  db.prepare("SELECT at FROM deleted_orders WHERE order_id = ?1").bind(orderId).first<number>("at");

/** Whether a batch was aborted because its order was deleted after the state that it stores. */
export const isDeletedBefore = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("order_was_deleted");

/** Deletes at most `limit` deletions older than the time. Returns how many. */
export const forgetDeletions = async (db: D1Database, before: number, limit: number): Promise<number> =>
  (
    await db
      .prepare(
        `DELETE FROM deleted_orders WHERE order_id IN
           (SELECT order_id FROM deleted_orders WHERE at < ?1 ORDER BY at LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;
