/**
 * Consumes a batch of a queue. Delivery is at least once, and consumers are idempotent. A message is acknowledged when it
 * was handled, and retried otherwise. After its queue's retries it arrives from the dead-letter queue and is stored as a
 * dead letter.
 */
import { logLine } from "../../kernel/log-line";
import type { PlatformContext } from "../context";
import { storeDeadLetter } from "../dead-letters/store-dead-letter";
import { acknowledgeMessages } from "./acknowledge-messages";
import type { Consumer, Consumers, Handle } from "./consumers";
import { QUEUES, type QueueName, type SentMessage } from "./queue-message";
import { RetryLater } from "./retry-later";

export async function consume<Context extends PlatformContext>(
  context: Context,
  consumers: Consumers<Context>,
  batch: MessageBatch,
): Promise<void> {
  const { queue, isDead } = queueNamed(batch.queue);
  const together = isDead ? [] : await handledTogether(context, consumers, batch.messages);
  const done: SentMessage[] = together.map(({ sent }) => sent);
  const isDone = new Set(together.map(({ message }) => message));
  const handlerOf = handlersOf(context);
  for (const message of batch.messages) {
    if (isDone.has(message)) continue;
    try {
      if (isDead) {
        const sent = consumers.read(message.body);
        await storeDeadLetter(context, consumers, { id: message.id, queue, body: message.body, sent });
        if (sent) done.push(sent);
      } else {
        const sent = consumers.parse(message.body);
        await handlerOf(consumers.of(sent.message))(sent.message);
        done.push(sent);
      }
      message.ack();
    } catch (error) {
      const at = { queue: batch.queue, id: message.id };
      console.error(logLine("error", "a message failed and is delivered again", { ...at, error }));
      message.retry({ delaySeconds: Math.max(pauseAfter(message.attempts), pauseOf(error)) });
    }
  }
  await acknowledgeMessages(context, consumers, done).catch((error: unknown) => {
    console.error(logLine("error", "handled messages stay in their outbox", { queue: batch.queue, error }));
  });
}

/** One handler for each consumer of the batch. */
function handlersOf<Context extends PlatformContext>(
  context: Context,
): (consumer: Consumer<Context>) => Handle {
  const handlers = new Map<Consumer<Context>, Handle>();
  return (consumer) => {
    const handler = handlers.get(consumer) ?? consumer.handler(context);
    handlers.set(consumer, handler);
    return handler;
  };
}

type Handled = Readonly<{ message: Message; sent: SentMessage }>;

/** Handles the messages whose consumer takes many in one step. Returns those that were handled. */
async function handledTogether<Context extends PlatformContext>(
  context: Context,
  consumers: Consumers<Context>,
  messages: readonly Message[],
): Promise<Handled[]> {
  const read = messages.flatMap((message) => {
    const sent = consumers.read(message.body);
    return sent ? [{ message, sent, consumer: consumers.of(sent.message) }] : [];
  });
  const handled: Handled[] = [];
  for (const [{ handleTogether, contract }, group] of Map.groupBy(read, ({ consumer }) => consumer)) {
    if (!handleTogether) continue;
    try {
      await handleTogether(
        context,
        group.map(({ sent }) => sent.message),
      );
    } catch (error) {
      const what = { type: contract.type, messages: group.length };
      console.error(
        logLine("error", "a step for many messages failed; they are handled one by one", { ...what, error }),
      );
      continue;
    }
    for (const { message, sent } of group) {
      message.ack();
      handled.push({ message, sent });
    }
  }
  return handled;
}

/** Seconds until the next delivery: 15, doubled with each attempt, at most 15 minutes. */
const pauseAfter = (attempts: number): number => Math.min(15 * 2 ** Math.max(0, attempts - 1), 900);

/** Seconds that the rejection requests. */
const pauseOf = (error: unknown): number =>
  error instanceof RetryLater ? Math.ceil(error.afterMs / 1_000) : 0;

/** `aftercart-stock-dead` is the dead-letter queue of `stock`. @throws for an unknown queue. */
function queueNamed(name: string): { queue: QueueName; isDead: boolean } {
  for (const queue of QUEUES) {
    if (name === `aftercart-${queue}`) return { queue, isDead: false };
    if (name === `aftercart-${queue}-dead`) return { queue, isDead: true };
  }
  throw new Error(`unknown queue "${name}"`);
}
