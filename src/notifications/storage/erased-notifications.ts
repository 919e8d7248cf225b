/** Table notifications: erases and reads personal data. Which notifications were sent when stays, and so does what they list. */
import type { DataOfOrder } from "../../platform/personal-data";

export const notificationsData: DataOfOrder = {
  name: "notifications",
  erase: (db, orderId) => [
    // A provider's text may name the recipient. None is pending when an order is erased.
    db
      .prepare(
        `UPDATE notifications SET recipient = NULL, problem = NULL,
           facts = json_remove(facts, '$.name', '$.trackingNumber', '$.trackingUrl') WHERE order_id = ?1`,
      )
      .bind(orderId),
  ],
  read: async (db, orderId) =>
    (
      await db
        .prepare(
          `SELECT kind, recipient, status, facts, created_at AS createdAt, sent_at AS sentAt
           FROM notifications WHERE order_id = ?1 ORDER BY created_at`,
        )
        .bind(orderId)
        .all<{ facts: string }>()
    ).results.map((row) => ({ ...row, facts: JSON.parse(row.facts) as unknown })),
};
