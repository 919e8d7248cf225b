/**
 * Queue messages. A module defines each message as a contract in its `queue-messages.ts`: its type with a version, its
 * queue, and the schema that is checked on receipt. Delivery is at least once and in any order, so a consumer decides by
 * the stored state and not by the order of messages.
 */
import type { z } from "zod";
import type { OrderId } from "../../kernel/ids";

export const QUEUES = ["intake", "fulfillment", "stock", "notify", "jobs", "directory"] as const;
export type QueueName = (typeof QUEUES)[number];

/** `type` ends with the message's version, such as `order.create.v1`. */
export type QueueMessage = Readonly<{ type: string }>;

/** A message, and its id in the outbox if it is in one. It stays there until it is handled. */
export type SentMessage = Readonly<{ message: QueueMessage; outboxId: string | null }>;

export type MessageContract<Message extends QueueMessage = QueueMessage> = Readonly<{
  type: Message["type"];
  queue: QueueName;
  /** Checks the fields on receipt. Nested data is trusted: only this system sends messages. */
  schema: z.ZodType;
  /** The order whose database has its outbox row; null for a message that is never in an outbox. */
  orderIdOf: (message: QueueMessage) => OrderId | null;
  /** Identifies copies of one message that were sent without an outbox row, so that they are one dead letter. */
  keyOf: (message: QueueMessage) => string | null;
  /**
   * SQL of its order's database: whether `message.value` was handled, from what its consumer has stored. Null if that does not
   * show it. The outbox then keeps no record of its own.
   */
  isRecordedSql: string | null;
  /** Whether a message is of this type. */
  is: (message: QueueMessage) => message is Message;
  /** A message of this type. */
  message: (fields: Omit<Message, "type">) => Message;
}>;

type Definition<Message extends QueueMessage> = Readonly<{
  type: Message["type"];
  queue: QueueName;
  schema: z.ZodType;
  orderIdOf?: (message: Message) => OrderId;
  keyOf?: (message: Message) => string;
  isRecordedSql?: string;
}>;

export function messageContract<Message extends QueueMessage>({
  type,
  queue,
  schema,
  orderIdOf,
  keyOf,
  isRecordedSql,
}: Definition<Message>): MessageContract<Message> {
  const is = (message: QueueMessage): message is Message => message.type === type;
  return {
    type,
    queue,
    schema,
    orderIdOf: (message) => (orderIdOf && is(message) ? orderIdOf(message) : null),
    keyOf: (message) => (keyOf && is(message) ? keyOf(message) : null),
    isRecordedSql: isRecordedSql ?? null,
    is,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript cannot put back what Omit took away.
    message: (fields) => ({ type, ...fields }) as unknown as Message,
  };
}

/** A queue takes messages of 128 KB (https://developers.cloudflare.com/queues/platform/limits/); the rest is its own. */
export const MAX_MESSAGE_BYTES = 120_000;

/** Bytes of the value as a message. */
export const messageBytes = (value: unknown): number =>
  new TextEncoder().encode(JSON.stringify(value)).byteLength;

/** Limits of one call: https://developers.cloudflare.com/queues/platform/limits/. */
const MAX_BATCH_MESSAGES = 100;
const MAX_BATCH_BYTES = 250_000;
/** Upper bounds: bytes of a UTF-16 code unit in UTF-8, and bytes of a message beside its text. */
const MAX_BYTES_PER_UNIT = 3;
const OVERHEAD_BYTES = 100;

export type QueueBatch = Readonly<{ queue: QueueName; messages: readonly SentMessage[] }>;

/**
 * Groups messages into as few batches as their queues allow, in order. A message too large for a batch is one alone.
 * @param queueOf returns the queue of a message.
 */
export function batchesOf(
  messages: readonly SentMessage[],
  queueOf: (message: QueueMessage) => QueueName,
): QueueBatch[] {
  return [...Map.groupBy(messages, ({ message }) => queueOf(message))].flatMap(([queue, ofQueue]) => {
    const batches: SentMessage[][] = [];
    let [batch, bytes]: [SentMessage[], number] = [[], 0];
    for (const message of ofQueue) {
      const weight = JSON.stringify(message).length * MAX_BYTES_PER_UNIT + OVERHEAD_BYTES;
      if (batch.length === 0 || batch.length === MAX_BATCH_MESSAGES || bytes + weight > MAX_BATCH_BYTES) {
        [batch, bytes] = [[], 0];
        batches.push(batch);
      }
      batch.push(message);
      bytes += weight;
    }
    return batches.map((each) => ({ queue, messages: each }));
  });
}
