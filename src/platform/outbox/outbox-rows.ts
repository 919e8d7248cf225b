/**
 * The outbox table: queue messages, each written in the batch that causes it and sent right after. A row stays until its
 * message was handled; the sweep sends again what was lost.
 */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { QueueMessage } from "../queues/queue-message";
import { anyRowStatement } from "../d1/any-row-exists";
import { insertRows } from "../d1/rows";

export type OutboxRow = Readonly<{ id: string; createdAt: number; message: QueueMessage }>;
export type DueOutboxRow = OutboxRow & Readonly<{ attempts: number }>;

/** Time for the sender and the queue before the sweep sends a row again. */
export const HEAD_START_MS = 60_000;
const FIRST_PAUSE_MS = 15 * 60_000;
const MAX_PAUSE_MS = 6 * 3_600_000;

/** Milliseconds until a message is sent again after so many attempts. Queues themselves retry for about an hour. */
export const pauseAfter = (attempts: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** attempts, MAX_PAUSE_MS);

const outbox = sqliteTable("outbox", {
  id: text("id").primaryKey(),
  createdAt: integer("created_at").notNull(),
  dueAt: integer("due_at").notNull(),
  message: text("message", { mode: "json" }).notNull().$type<QueueMessage>(),
});

export const outboxStatements = (db: D1Database, rows: readonly OutboxRow[]): D1PreparedStatement[] =>
  rows.length === 0
    ? []
    : [
        insertRows(
          db,
          outbox,
          rows.map((row) => ({ ...row, dueAt: row.createdAt + HEAD_START_MS })),
        ),
      ];

/** Writes a row outside of a batch. A row with the same id stays as it is. */
export async function insertOutboxRow(db: D1Database, { id, createdAt, message }: OutboxRow): Promise<void> {
  await db
    .prepare(
      "INSERT INTO outbox (id, created_at, due_at, message) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )
    .bind(id, createdAt, createdAt + HEAD_START_MS, JSON.stringify(message))
    .run();
}

/** Writes many rows outside of a batch. Rows with the same ids stay as they are. */
export async function insertOutboxRows(db: D1Database, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .prepare(
      `INSERT INTO outbox (id, created_at, due_at, message)
       SELECT value ->> 'id', value ->> 'createdAt', (value ->> 'createdAt') + ?2, value -> 'message'
       FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(rows), HEAD_START_MS)
    .run();
}

/** Deletes the rows of messages that were handled. Idempotent. */
export async function deleteOutboxRows(db: D1Database, ids: readonly string[]): Promise<void> {
  await db
    .prepare("DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(ids))
    .run();
}

const DUE = "FROM outbox WHERE due_at <= ?1";

export const anyOutboxDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** Rows due by `now`, longest overdue first. */
export async function dueOutboxRows(db: D1Database, now: number, limit: number): Promise<DueOutboxRow[]> {
  const { results } = await db
    .prepare(`SELECT id, created_at AS createdAt, attempts, message ${DUE} ORDER BY due_at, id LIMIT ?2`)
    .bind(now, limit)
    .all<Omit<DueOutboxRow, "message"> & { message: string }>();
  return results.map((row) => ({ ...row, message: JSON.parse(row.message) as QueueMessage }));
}

/** Postpones rows that were sent again, so that their consumer has time. */
export async function postponeOutboxRows(
  db: D1Database,
  rows: readonly DueOutboxRow[],
  now: number,
): Promise<void> {
  const postponed = rows.map(({ id, attempts }) => ({ id, dueAt: now + pauseAfter(attempts) }));
  await db
    .prepare(
      `UPDATE outbox SET attempts = attempts + 1, due_at = again.due_at
       FROM (SELECT value ->> 'id' AS id, value ->> 'dueAt' AS due_at FROM json_each(?1)) AS again
       WHERE outbox.id = again.id`,
    )
    .bind(JSON.stringify(postponed))
    .run();
}
