/**
 * Stores that an order must be fetched, before the callback that reported its change is answered: in the database, or
 * else in the queue. The fetch itself takes longer than the sender waits.
 */
import type { ChannelsContext } from "./context";
import { compositeKey, orderIdOf, type OrderId } from "../kernel/ids";
import { enqueueIntake } from "./enqueue-intake";
import type { OrderFetchMessage } from "./queue-messages";
import { insertOutboxRows, type OutboxRow } from "../platform/outbox/outbox-rows";
import { sendOutboxSoon } from "../platform/outbox/send-outbox";

/** @throws DatabaseUnavailable if neither the database nor the queue stores it: the sender must repeat the callback. */
export async function enqueueOrderFetch(
  context: ChannelsContext,
  message: OrderFetchMessage,
): Promise<OrderId> {
  const { orderId, row } = outboxRowOf(message, context.now());
  await enqueueIntake(context, orderId, row);
  return orderId;
}

/** Stores many in one statement for each database. A message that is stored already stays as it is. */
export async function enqueueOrderFetches(
  context: ChannelsContext,
  messages: readonly OrderFetchMessage[],
): Promise<void> {
  const rows = messages.map((message) => outboxRowOf(message, context.now()));
  const byDatabase = Map.groupBy(rows, ({ orderId }) => context.databases.orders(orderId));
  for (const [db, ofDatabase] of byDatabase) {
    await insertOutboxRows(
      db,
      ofDatabase.map(({ row }) => row),
    );
  }
  sendOutboxSoon(
    context,
    rows.map(({ row }) => row),
  );
}

function outboxRowOf(
  message: OrderFetchMessage,
  createdAt: number,
): Readonly<{ orderId: OrderId; row: OutboxRow }> {
  const orderId = orderIdOf(message.channelId, message.externalOrderId);
  // The event's id is the storefront's: it must not be the id of a message that the order sends itself.
  const id = compositeKey(orderId, "fetch", message.eventId);
  return { orderId, row: { id, createdAt, messages: [message] } };
}
