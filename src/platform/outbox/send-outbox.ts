/** Sends outbox rows to their queues. A row sent twice is harmless; a row lost is not, so none goes before it is done. */
import type { Context } from "../context";
import type { SentMessage } from "../queues/queue-message";
import type { OutboxRow } from "./outbox-rows";

/** Answers the rows that their queues have taken. */
export async function sendOutbox<Row extends OutboxRow>(
  context: Context,
  rows: readonly Row[],
): Promise<Row[]> {
  const taken = new Set((await context.sendAll(rows.map(sentRow))).map(({ outboxId }) => outboxId));
  return rows.filter(({ id }) => taken.has(id));
}

/** Rows that were written just now, after the answer. */
export const sendOutboxSoon = (context: Context, rows: readonly OutboxRow[]): void =>
  context.sendSoon(rows.map(sentRow));

const sentRow = ({ id, message }: OutboxRow): SentMessage => ({ message, outboxId: id });
