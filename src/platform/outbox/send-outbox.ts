/** Sends outbox rows to their queues. A row sent twice is harmless; a lost row is not, so it stays until it is handled. */
import type { PlatformContext } from "../context";
import type { SentMessage } from "../queues/queue-message";
import { dueOutboxRows, postponeOutboxRows, type OutboxRow } from "./outbox-rows";

const BATCH = 500;

/** Sends rows that were just written, after the answer. */
export const sendOutboxSoon = (context: PlatformContext, rows: readonly OutboxRow[]): void =>
  context.sendSoon(rows.map(sentRow));

/** Sends rows again that are not handled in time. Returns how many their queues accepted. */
export async function sendOutboxAgain(context: PlatformContext, db: D1Database): Promise<number> {
  const due = await dueOutboxRows(db, context.now(), BATCH);
  const accepted = new Set((await context.sendAll(due.map(sentRow))).map(({ outboxId }) => outboxId));
  const sent = due.filter(({ id }) => accepted.has(id));
  if (sent.length > 0) await postponeOutboxRows(db, sent, context.now());
  return sent.length;
}

const sentRow = ({ id, message }: OutboxRow): SentMessage => ({ message, outboxId: id });
