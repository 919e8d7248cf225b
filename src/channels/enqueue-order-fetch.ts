/**
 * A storefront said that an order changed, and not how. That it is to be fetched is kept before the storefront is
 * answered, in the database or else in the queue itself; fetching takes longer than the sender waits.
 */
import type { ChannelsContext } from "./context";
import { orderIdOf, type OrderId } from "../kernel/ids";
import type { OrderFetchMessage } from "./queue-messages";
import { DatabaseUnavailable, withDatabaseDeadline } from "../platform/d1/errors";
import { keepToSend, type OutboxRow } from "../platform/outbox/outbox-rows";
import { sendOutboxSoon } from "../platform/outbox/send-outbox";

/** @throws DatabaseUnavailable when neither takes it: the sender is to come again. */
export async function enqueueOrderFetch(
  context: ChannelsContext,
  message: OrderFetchMessage,
): Promise<OrderId> {
  const orderId = orderIdOf(message.channelId, message.externalOrderId);
  const row: OutboxRow = { id: `${orderId}/${message.eventId}`, createdAt: context.now(), message };
  const db = context.databases.orders(orderId);
  try {
    await withDatabaseDeadline(context.config.databaseDeadlineMs, () => keepToSend(db, row));
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    await context.send(message).catch((cause: unknown) => {
      throw new DatabaseUnavailable("neither the database nor the intake queue takes it", { cause });
    });
    return orderId;
  }
  sendOutboxSoon(context, [row]);
  return orderId;
}
