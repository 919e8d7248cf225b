/**
 * What is to be done by way of a queue. A row is written in the batch that caused it and sent right after. It
 * stays until its consumer is done: a message that was never sent, or got lost, is sent again by the sweep.
 */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { QueueMessage } from "../queues/queue-message";
import { anyRowStatement } from "../d1/any-row-exists";
import { insertRows } from "../d1/rows";

export type OutboxRow = Readonly<{ id: string; createdAt: number; message: QueueMessage }>;
export type DueOutboxRow = OutboxRow & Readonly<{ attempts: number }>;

/** How long the writer of the batch and the queue have for themselves before the sweep takes a row up. */
export const OUTBOX_HEAD_START_MS = 60_000;
const FIRST_PAUSE_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** When to send again what was sent so many times and is still not done. A queue tries for an hour or so itself. */
export const pauseAfter = (attempts: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);

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
          rows.map((row) => ({ ...row, dueAt: row.createdAt + OUTBOX_HEAD_START_MS })),
        ),
      ];

/** A row by itself, where no change of an order brings it along. One that is there stays as it is. */
export async function keepToSend(db: D1Database, { id, createdAt, message }: OutboxRow): Promise<void> {
  await db
    .prepare(
      "INSERT INTO outbox (id, created_at, due_at, message) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )
    .bind(id, createdAt, createdAt + OUTBOX_HEAD_START_MS, JSON.stringify(message))
    .run();
}

/** What was done. Rows that are gone already are done already. */
export async function deleteOutboxRows(db: D1Database, ids: readonly string[]): Promise<void> {
  await db
    .prepare("DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(ids))
    .run();
}

const DUE = "FROM outbox WHERE due_at <= ?1";

export const anyOutboxDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** Rows due by `now`, the longest overdue first. */
export async function dueOutboxRows(db: D1Database, now: number, limit: number): Promise<DueOutboxRow[]> {
  const { results } = await db
    .prepare(`SELECT id, created_at AS createdAt, attempts, message ${DUE} ORDER BY due_at, id LIMIT ?2`)
    .bind(now, limit)
    .all<Omit<DueOutboxRow, "message"> & { message: string }>();
  return results.map((row) => ({ ...row, message: JSON.parse(row.message) as QueueMessage }));
}

/** Sent again: not due until its consumer has had its time. */
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
