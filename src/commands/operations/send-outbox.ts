/** Sends outbox rows to their queues. A row sent twice is harmless; a row lost is not, so none goes before it is done. */
import type { Context } from "../../context";
import type { OutboxRow } from "../../storage/operations/outbox";

/** Answers the rows that their queues have taken. */
export async function sendOutbox<Row extends OutboxRow>(
  context: Context,
  rows: readonly Row[],
): Promise<Row[]> {
  const outcomes = await Promise.allSettled(rows.map(({ id, message }) => context.send(message, id)));
  return rows.filter((_, i) => outcomes[i]?.status === "fulfilled");
}
