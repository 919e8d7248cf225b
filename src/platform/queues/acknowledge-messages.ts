/** Takes messages that were handled or stored as dead letters out of the outbox, so that they are not sent again. */
import type { PlatformContext } from "../context";
import { acknowledgeOutbox } from "../outbox/outbox-rows";
import type { Consumers } from "./consumers";
import type { SentMessage } from "./queue-message";

/** Runs one statement for each database. If it fails, the messages are sent again and handled without effect. */
export async function acknowledgeMessages<Context extends PlatformContext>(
  context: Context,
  consumers: Consumers<Context>,
  done: readonly SentMessage[],
): Promise<void> {
  const rows = done.flatMap(({ message, outboxId: id }) => {
    const orderId = consumers.of(message).contract.orderIdOf(message);
    return id === null || orderId === null ? [] : [{ id, db: context.databases.orders(orderId) }];
  });
  const deleted = [...Map.groupBy(rows, ({ db }) => db)].map(([db, ofDatabase]) =>
    acknowledgeOutbox(
      db,
      ofDatabase.map(({ id }) => id),
      consumers.isRecordedSql,
    ),
  );
  const byConsumer = Map.groupBy(
    done.map(({ message }) => message),
    (message) => consumers.of(message),
  );
  const after = [...byConsumer].map(([{ afterDone }, messages]) => afterDone?.(context, messages));
  await Promise.all([...deleted, ...after]);
}
