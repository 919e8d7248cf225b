/**
 * How fresh the directory is. A change is missing only while its message waits: in an outbox, or as a dead letter. So no
 * change that is older than the oldest of them is missing.
 */
import type { OrdersContext } from "../orders/context";
import { logLine } from "../kernel/log-line";
import { oldestDeadLetter } from "../platform/dead-letters/oldest-dead-letter";
import { waitingSince } from "../platform/outbox/waiting-since";
import { orderChanged } from "./queue-messages";

/**
 * The time of the oldest change that is missing, or now. It must be read before the directory: a change may be projected
 * between two reads. Null if a database does not answer: it may have changes that are missing.
 */
export async function directoryAsOf({ databases, now }: OrdersContext): Promise<number | null> {
  const at = now();
  const { primary, allOrders } = databases;
  try {
    const waiting = await Promise.all([
      oldestDeadLetter(primary, orderChanged.queue),
      ...allOrders.map((db) => waitingSince(db, orderChanged.type)),
    ]);
    return Math.min(at, ...waiting.filter((since) => since !== null));
  } catch (error) {
    console.error(logLine("error", "a database does not say which changes the directory misses", { error }));
    return null;
  }
}
