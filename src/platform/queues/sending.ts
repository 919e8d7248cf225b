/** Onto the queues: one message now, or many in as few calls as their queues take them in. */
import { logLine } from "../../kernel/log-line";
import type { Context } from "../context";
import { batchesOf, queueOf, type QueueName, type SentMessage } from "./queue-message";
import type { SendBatcher } from "./send-batcher";

/** @param batcher shared by all that the isolate serves. */
export function createSending(
  queues: Readonly<Record<QueueName, Queue>>,
  batcher: SendBatcher<SentMessage>,
  { waitUntil, now }: Pick<Context, "waitUntil" | "now">,
): Pick<Context, "send" | "sendAll" | "sendSoon"> {
  const sendAll = async (messages: readonly SentMessage[]): Promise<readonly SentMessage[]> => {
    const batches = batchesOf(messages);
    const taken = await Promise.all(
      batches.map(async ({ queue, messages: inBatch }) => {
        try {
          await queues[queue].sendBatch(inBatch.map((message) => ({ body: asSent(message) })));
          return inBatch;
        } catch (error) {
          const detail = "a queue took none of what was sent";
          console.error(logLine("error", detail, { queue, messages: inBatch.length, error }));
          return [];
        }
      }),
    );
    return taken.flat();
  };
  return {
    send: async (message, outboxId) => {
      await queues[queueOf(message)].send(asSent({ message, outboxId: outboxId ?? null }));
    },
    sendAll,
    sendSoon: (messages) => {
      const gathered = messages.length === 0 ? null : batcher.add(messages, now());
      if (gathered !== null) waitUntil(gathered.then(sendAll));
    },
  };
}

const asSent = ({ message, outboxId }: SentMessage) =>
  outboxId === null ? message : { ...message, outboxId };
