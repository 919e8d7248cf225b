/**
 * What is yet to be sent to a queue. A row is written in the batch that caused it, sent right after, and
 * taken away when sent; the sweep sends what that missed.
 */
import type { QueueMessage } from "../domain/messages";

export type OutboxRow = Readonly<{ id: string; dueAt: number; message: QueueMessage }>;

/** How long the sender of the batch has for itself before the sweep takes a row up. */
export const OUTBOX_HEAD_START_MS = 30_000;

export const outboxStatements = (db: D1Database, rows: readonly OutboxRow[]): D1PreparedStatement[] =>
  rows.length === 0
    ? []
    : [
        db
          .prepare(
            `INSERT INTO outbox (due_at, id, message)
             SELECT value ->> 'dueAt', value ->> 'id', value ->> 'message' FROM json_each(?1)`,
          )
          .bind(JSON.stringify(rows)),
      ];

export async function deleteOutboxRows(db: D1Database, rows: readonly OutboxRow[]): Promise<void> {
  await db
    .prepare(
      `DELETE FROM outbox WHERE (due_at, id) IN (SELECT value ->> 'dueAt', value ->> 'id' FROM json_each(?1))`,
    )
    .bind(JSON.stringify(rows.map(({ dueAt, id }) => ({ dueAt, id }))))
    .run();
}

/** Rows due by `now`, the longest overdue first. */
export async function dueOutboxRows(db: D1Database, now: number, limit: number): Promise<OutboxRow[]> {
  const { results } = await db
    .prepare("SELECT due_at, id, message FROM outbox WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2")
    .bind(now, limit)
    .all<{ due_at: number; id: string; message: string }>();
  return results.map((row) => ({
    id: row.id,
    dueAt: row.due_at,
    message: JSON.parse(row.message) as QueueMessage,
  }));
}
