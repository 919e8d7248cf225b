/** Stores a message that no retry could handle, for staff to see and replay. */
import { derivedId } from "../../kernel/ids";
import type { PlatformContext } from "../context";
import type { Consumers } from "../queues/consumers";
import type { QueueName, SentMessage } from "../queues/queue-message";
import { storeDeadLetter as store } from "./dead-letter-rows";

type Died = Readonly<{
  /** The queue's own id for this copy of the message. */
  id: string;
  queue: QueueName;
  body: unknown;
  /** The message, or null if it cannot be parsed: the body is stored even so. */
  sent: SentMessage | null;
}>;

export const storeDeadLetter = <Context extends PlatformContext>(
  context: Context,
  consumers: Consumers<Context>,
  { id, queue, body, sent }: Died,
): Promise<void> =>
  store(context.databases.primary, {
    id: letterIdOf(consumers, id, sent),
    queue,
    message: sent?.message ?? body,
    problem: "gave up after its queue's retries",
    diedAt: context.now(),
  });

/** Copies of one message are one dead letter. */
function letterIdOf<Context extends PlatformContext>(
  consumers: Consumers<Context>,
  id: string,
  sent: SentMessage | null,
): string {
  if (sent === null) return id;
  const key = consumers.of(sent.message).contract.keyOf(sent.message) ?? sent.outboxId;
  return key === null ? id : derivedId("dead", key);
}
