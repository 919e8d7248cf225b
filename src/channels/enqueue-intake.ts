/**
 * Stores a message of the intake queue before the callback that caused it is answered: in the database, or else in the
 * queue itself.
 */
import type { OrderId } from "../kernel/ids";
import { DatabaseUnavailable, withDatabaseDeadline } from "../platform/d1/errors";
import { insertOutboxRow, type OutboxRow } from "../platform/outbox/outbox-rows";
import { sendOutboxSoon } from "../platform/outbox/send-outbox";
import type { ChannelsContext } from "./context";

/** @throws DatabaseUnavailable if neither the database nor the queue stores it: the sender must repeat the callback. */
export async function enqueueIntake(
  context: ChannelsContext,
  orderId: OrderId,
  row: OutboxRow,
): Promise<void> {
  const db = context.databases.orders(orderId);
  try {
    await withDatabaseDeadline(context.config.databaseDeadlineMs, () => insertOutboxRow(db, row));
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    const sent = Promise.all(row.messages.map((message) => context.send(message)));
    await sent.catch((cause: unknown) => {
      throw new DatabaseUnavailable("neither the database nor the intake queue accepts the message", {
        cause,
      });
    });
    return;
  }
  sendOutboxSoon(context, [row]);
}
