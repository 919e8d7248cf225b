/**
 * Stores that an order must be fetched, before the callback that reported its change is answered: in the database, or
 * else in the queue. The fetch itself takes longer than the sender waits.
 */
import type { ChannelsContext } from "./context";
import { compositeKey, orderIdOf, type OrderId } from "../kernel/ids";
import type { OrderFetchMessage } from "./queue-messages";
import { DatabaseUnavailable, withDatabaseDeadline } from "../platform/d1/errors";
import { insertOutboxRow, type OutboxRow } from "../platform/outbox/outbox-rows";
import { sendOutboxSoon } from "../platform/outbox/send-outbox";

/** @throws DatabaseUnavailable if neither the database nor the queue stores it: the sender must repeat the callback. */
export async function enqueueOrderFetch(
  context: ChannelsContext,
  message: OrderFetchMessage,
): Promise<OrderId> {
  const orderId = orderIdOf(message.channelId, message.externalOrderId);
  // The event's id is the storefront's: it must not be the id of a message that the order sends itself.
  const id = compositeKey("fetch", orderId, message.eventId);
  const row: OutboxRow = { id, createdAt: context.now(), message };
  const db = context.databases.orders(orderId);
  try {
    await withDatabaseDeadline(context.config.databaseDeadlineMs, () => insertOutboxRow(db, row));
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    await context.send(message).catch((cause: unknown) => {
      throw new DatabaseUnavailable("neither the database nor the intake queue accepts the message", {
        cause,
      });
    });
    return orderId;
  }
  sendOutboxSoon(context, [row]);
  return orderId;
}
