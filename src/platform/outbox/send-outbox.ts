/** Sends outbox rows to their queues. A row sent twice is harmless; a lost row is not, so it stays until it is handled. */
import type { PlatformContext } from "../context";
import { dueOutboxRows, messagesOf, postponeOutboxRows, type OutboxRow } from "./outbox-rows";

const BATCH = 500;

/** Sends rows that were just written, after the answer. */
export const sendOutboxSoon = (context: PlatformContext, rows: readonly OutboxRow[]): void =>
  context.sendSoon(rows.flatMap(messagesOf));

/**
 * Sends the messages again that are not handled in time. A row of which a queue did not accept all stays due.
 * @returns how many messages their queues accepted.
 */
export async function sendOutboxAgain(context: PlatformContext, db: D1Database): Promise<number> {
  const due = await dueOutboxRows(db, context.now(), BATCH);
  const accepted = await context.sendAll(due.flatMap(messagesOf));
  const ids = new Set(accepted.map(({ outboxId }) => outboxId));
  const sent = due.filter((row) => messagesOf(row).every(({ outboxId }) => ids.has(outboxId)));
  if (sent.length > 0) await postponeOutboxRows(db, sent, context.now());
  return accepted.length;
}
