/**
 * The outbox table: queue messages, written in the batch that causes them and sent right after. A row has all messages of
 * one commit, each known by its place. It stays until all were handled; the sweep sends again what was lost.
 *
 * The table has no index by time: a row of it would cost more than reading the few rows that wait.
 */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { QueueMessage, SentMessage } from "../queues/queue-message";
import { isHereSql } from "../buckets/closed-buckets";
import { anyRowStatement } from "../d1/any-row-exists";
import { insertRows } from "../d1/rows";

/** `id` begins with the order's id and a slash. */
export type OutboxRow = Readonly<{ id: string; createdAt: number; messages: readonly QueueMessage[] }>;

/** A row as it is stored: a message that was handled is null. */
export type DueOutboxRow = Readonly<{
  id: string;
  attempts: number;
  messages: readonly (QueueMessage | null)[];
}>;

/** Time for the sender and the queue before the sweep sends a row again. */
const HEAD_START_MS = 60_000;
const FIRST_PAUSE_MS = 15 * 60_000;
const MAX_PAUSE_MS = 6 * 3_600_000;

/** Milliseconds until a message is sent again after so many attempts. Queues themselves retry for about an hour. */
export const pauseAfter = (attempts: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** attempts, MAX_PAUSE_MS);

const outbox = sqliteTable("outbox", {
  id: text("id").primaryKey(),
  createdAt: integer("created_at").notNull(),
  dueAt: integer("due_at").notNull(),
  messages: text("messages", { mode: "json" }).notNull().$type<readonly QueueMessage[]>(),
});

/** The messages of a row that were not handled yet, each with the id by which its consumer reports it. */
export const messagesOf = ({ id, messages }: Pick<DueOutboxRow, "id" | "messages">): SentMessage[] =>
  messages.flatMap((message, place) => (message === null ? [] : [{ message, outboxId: `${id}/${place}` }]));

/** The row of a message's id. */
const rowIdOf = (outboxId: string): string => outboxId.slice(0, outboxId.lastIndexOf("/"));

/** None for a row without messages. */
export const outboxStatements = (db: D1Database, row: OutboxRow): D1PreparedStatement[] =>
  row.messages.length === 0
    ? []
    : [insertRows(db, outbox, [{ ...row, dueAt: row.createdAt + HEAD_START_MS }])];

/** Writes a row outside of a batch. A row with the same id stays as it is. */
export const insertOutboxRow = (db: D1Database, row: OutboxRow): Promise<void> => insertOutboxRows(db, [row]);

/** Writes many rows outside of a batch. Rows with the same ids stay as they are. */
export async function insertOutboxRows(db: D1Database, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .prepare(
      `INSERT INTO outbox (id, created_at, due_at, messages)
       SELECT value ->> 'id', value ->> 'createdAt', (value ->> 'createdAt') + ?2, value -> 'messages'
       FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(rows), HEAD_START_MS)
    .run();
}

const HANDLED = "outbox.id || '/' || message.key IN (SELECT value FROM json_each(?1))";
const ROWS = "id IN (SELECT value FROM json_each(?2))";

/**
 * Takes messages that were handled out of their rows, and deletes the rows of which all were handled. A row of one message,
 * as most are, is deleted at once. Idempotent.
 * @param outboxIds as `messagesOf` gives them.
 * @param isRecorded SQL: whether the stored effect of `message.value` shows that it was handled. Such a message stays in
 * its row, which saves a write, until the last one of the row is handled or the row was sent again.
 */
export async function acknowledgeOutbox(
  db: D1Database,
  outboxIds: readonly string[],
  isRecorded = "FALSE",
): Promise<void> {
  const rowIds = [...new Set(outboxIds.map(rowIdOf))];
  const [handled, rows] = [JSON.stringify(outboxIds), JSON.stringify(rowIds)];
  const messages = "json_each(outbox.messages) AS message";
  const taken = `${HANDLED} AND (outbox.attempts > 0 OR NOT (${isRecorded}))`;
  await db.batch([
    db
      .prepare(
        `DELETE FROM outbox WHERE ${ROWS} AND NOT EXISTS (
           SELECT 1 FROM ${messages} WHERE message.type <> 'null' AND NOT (${HANDLED}) AND NOT (${isRecorded}))`,
      )
      .bind(handled, rows),
    db
      .prepare(
        `UPDATE outbox SET messages = (
           SELECT json_group_array(json(CASE WHEN taken THEN 'null' ELSE json END))
           FROM (SELECT CASE type WHEN 'null' THEN 'null' ELSE value END AS json, ${taken} AS taken FROM ${messages}))
         WHERE ${ROWS} AND EXISTS (SELECT 1 FROM ${messages} WHERE message.type <> 'null' AND ${taken})`,
      )
      .bind(handled, rows),
  ]);
}

const DUE = `FROM outbox WHERE due_at <= ?1 AND ${isHereSql("id")}`;

export const anyOutboxDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** Rows due by `now`, longest overdue first. */
export async function dueOutboxRows(db: D1Database, now: number, limit: number): Promise<DueOutboxRow[]> {
  const { results } = await db
    .prepare(`SELECT id, attempts, messages ${DUE} ORDER BY due_at, id LIMIT ?2`)
    .bind(now, limit)
    .all<Omit<DueOutboxRow, "messages"> & { messages: string }>();
  return results.map((row) => ({ ...row, messages: JSON.parse(row.messages) as DueOutboxRow["messages"] }));
}

/** Postpones rows that were sent again, so that their consumers have time. */
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

/** Rows in the sequence of their ids, whenever they are due. */
export async function outboxRowsAfter(
  db: D1Database,
  after: string,
  limit: number,
): Promise<Pick<DueOutboxRow, "id" | "messages">[]> {
  const { results } = await db
    .prepare(`SELECT id, messages FROM outbox WHERE id > ?1 AND ${isHereSql("id")} ORDER BY id LIMIT ?2`)
    .bind(after, limit)
    .all<{ id: string; messages: string }>();
  return results.map(({ id, messages }) => ({
    id,
    messages: JSON.parse(messages) as DueOutboxRow["messages"],
  }));
}

/** Whether a message of the type is in the outbox. Reads every row that waits. */
export async function hasWaitingMessage(db: D1Database, type: string): Promise<boolean> {
  const found = await db
    .prepare(
      `SELECT 1 FROM outbox, json_each(outbox.messages) AS message WHERE message.value ->> 'type' = ?1 LIMIT 1`,
    )
    .bind(type)
    .first();
  return found !== null;
}
