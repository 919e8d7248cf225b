/** A message has been dealt with, done or dead: whoever keeps it to send it again may forget it. */
import type { Context } from "../context";
import { orderIdOf, type OrderId } from "../../kernel/ids";
import type { QueueMessage, SentMessage } from "./queue-message";
import { deleteOutboxRows } from "../outbox/outbox-rows";

/** One statement for each database, one call for each SKU. What fails is sent again, and done again to no effect. */
export async function forgetDone(context: Context, done: readonly SentMessage[]): Promise<void> {
  const rows = done.flatMap(({ message, outboxId: id }) => {
    const orderId = orderOf(message);
    return id === null || orderId === null ? [] : [{ id, db: context.databases.orders(orderId) }];
  });
  const events = done.flatMap(({ message }) => (message.type === "stock.event.v1" ? [message] : []));
  const deleted = [...Map.groupBy(rows, ({ db }) => db)].map(([db, ofDatabase]) =>
    deleteOutboxRows(
      db,
      ofDatabase.map(({ id }) => id),
    ),
  );
  const forgotten = [...Map.groupBy(events, ({ sku }) => sku)].map(([sku, ofSku]) =>
    context.inventory.forgetEvents(
      sku,
      ofSku.map(({ event }) => event.id),
    ),
  );
  await Promise.all([...deleted, ...forgotten]);
}

/** Whose database its outbox row is in. */
function orderOf(message: QueueMessage): OrderId | null {
  switch (message.type) {
    case "stock.effect.v1":
      return message.effect.orderId;
    case "notification.send.v1":
    case "fulfillment.release.v1":
      return message.orderId;
    case "order.fetch.v1":
      return orderIdOf(message.channelId, message.externalOrderId);
    case "order.create.v1":
    case "stock.event.v1":
    case "stock.snapshot.v1":
    case "stock.prices.v1":
    case "stock.feed.v1":
    case "sourcing.simulate.v1":
      return null;
  }
}
