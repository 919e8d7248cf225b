/** Sends outbox rows to their queues and takes them away. A row sent twice is harmless; a row lost is not. */
import type { Context } from "../context";
import { deleteOutboxRows, type OutboxRow } from "../storage/outbox";

export async function sendOutbox(
  context: Context,
  db: D1Database,
  rows: readonly OutboxRow[],
): Promise<{ sent: number; left: number }> {
  const outcomes = await Promise.allSettled(rows.map((row) => context.send(row.message)));
  const sent = rows.filter((_, i) => outcomes[i]?.status === "fulfilled");
  if (sent.length > 0) await deleteOutboxRows(db, sent);
  return { sent: sent.length, left: rows.length - sent.length };
}
