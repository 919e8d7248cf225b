/** Keeps a message that no retry could deliver, for staff to see and replay. */
import type { Context } from "../context";
import { derivedId } from "../../kernel/ids";
import type { QueueName, SentMessage } from "../queues/queue-message";
import { storeDeadLetter as store } from "./dead-letter-rows";

type Died = Readonly<{
  /** The queue's own id for this copy of the message. */
  id: string;
  queue: QueueName;
  body: unknown;
  /** What it says; null where nobody knows. */
  sent: SentMessage | null;
}>;

export const storeDeadLetter = (context: Context, { id, queue, body, sent }: Died): Promise<void> =>
  store(context.databases.primary, {
    id: letterIdOf(id, sent),
    queue,
    message: sent?.message ?? body,
    problem: "gave up after its queue's retries",
    diedAt: context.now(),
  });

/** Copies of one message that died are one letter. */
function letterIdOf(id: string, sent: SentMessage | null): string {
  if (sent?.message.type === "stock.event.v1") return derivedId("dead", sent.message.event.id);
  return sent?.outboxId ? derivedId("dead", sent.outboxId) : id;
}
