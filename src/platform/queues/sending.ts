/** Sends messages to the queues: one at once, or many in as few calls as the queues allow. */
import { logLine } from "../../kernel/log-line";
import type { PlatformContext } from "../context";
import { batchesOf, type QueueMessage, type QueueName, type SentMessage } from "./queue-message";
import type { SendBatcher } from "./send-batcher";

type Sending = Pick<PlatformContext, "send" | "sendAll" | "sendSoon">;

export type Outlets = Readonly<{
  queues: Readonly<Record<QueueName, Queue>>;
  queueOf: (message: QueueMessage) => QueueName;
  /** Shared by all requests of the isolate. */
  batcher: SendBatcher<SentMessage>;
}>;

export function createSending(
  { queues, queueOf, batcher }: Outlets,
  { waitUntil, now }: Pick<PlatformContext, "waitUntil" | "now">,
): Sending {
  const sendAll = async (messages: readonly SentMessage[]): Promise<readonly SentMessage[]> => {
    const accepted = await Promise.all(
      batchesOf(messages, queueOf).map(async ({ queue, messages: inBatch }) => {
        try {
          await queues[queue].sendBatch(inBatch.map((message) => ({ body: bodyOf(message) })));
          return inBatch;
        } catch (error) {
          const what = { queue, messages: inBatch.length };
          console.error(logLine("error", "a batch was not sent", { ...what, error }));
          return [];
        }
      }),
    );
    return accepted.flat();
  };
  return {
    send: async (message, outboxId) => {
      await queues[queueOf(message)].send(bodyOf({ message, outboxId: outboxId ?? null }));
    },
    sendAll,
    sendSoon: (messages) => {
      const batch = messages.length === 0 ? null : batcher.add(messages, now());
      if (batch !== null) waitUntil(batch.then(sendAll));
    },
  };
}

const bodyOf = ({ message, outboxId }: SentMessage) =>
  outboxId === null ? message : { ...message, outboxId };
