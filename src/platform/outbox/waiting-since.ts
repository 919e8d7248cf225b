/** Table outbox: since when a message of a type waits. */

/** When the oldest message of the type that waits was written. Null if none waits. Reads every row that waits. */
export const waitingSince = (db: D1Database, type: string): Promise<number | null> =>
  db
    .prepare(
      `SELECT min(created_at) AS at FROM outbox, json_each(outbox.messages) AS message
       WHERE message.value ->> 'type' = ?1`,
    )
    .bind(type)
    .first<number>("at");
