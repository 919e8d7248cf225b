import type { Databases } from "../d1/databases";
import type { QueueMessage } from "../queues/queue-message";

/** For deadlines in SQL: each message that waits is `message.value`, of the row `outbox.id`. Few rows wait, and all are read. */
export const WAITING_MESSAGES = "outbox, json_each(outbox.messages) AS message";

/** Messages of one type whose SKU is after one, up to and including another. */
type Wanted = Readonly<{ type: QueueMessage["type"]; afterSku: string; upToSku: string; limit: number }>;

/** Each message that is not handled yet is in a row of an outbox, or is a dead letter. */
const OF_TYPE = `message.value ->> 'type' = ?1 AND message.value ->> 'sku' > ?2 AND message.value ->> 'sku' <= ?3`;
const FROM_OUTBOX = `SELECT message.value AS message FROM outbox, json_each(outbox.messages) AS message
  WHERE ${OF_TYPE} LIMIT ?4`;
const FROM_DEAD_LETTERS = `SELECT message.value AS message
  FROM dead_letters, json_each(json_array(json(dead_letters.message))) AS message
  WHERE replayed_at IS NULL AND ${OF_TYPE} LIMIT ?4`;

/** Messages that may not have taken effect, at most `limit` of each database. Reads every row of the outboxes. */
export async function waitingMessages(
  { allOrders, primary }: Pick<Databases, "allOrders" | "primary">,
  { type, afterSku, upToSku, limit }: Wanted,
): Promise<QueueMessage[]> {
  const statements = [...allOrders.map((db) => db.prepare(FROM_OUTBOX)), primary.prepare(FROM_DEAD_LETTERS)];
  const answers = await Promise.all(
    statements.map((statement) => statement.bind(type, afterSku, upToSku, limit).all<{ message: string }>()),
  );
  return answers.flatMap(({ results }) => results.map(({ message }) => JSON.parse(message) as QueueMessage));
}
