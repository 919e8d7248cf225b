/** Keeps a message that no retry could deliver, for staff to see and replay. */
import type { Context } from "../context";
import type { QueueName } from "../domain/messages";
import { storeDeadLetter as store } from "../storage/dead-letters";

export const storeDeadLetter = (
  context: Context,
  letter: Readonly<{ id: string; queue: QueueName; message: unknown }>,
): Promise<void> =>
  store(context.databases.primary, {
    ...letter,
    problem: "gave up after its queue's retries",
    diedAt: context.now(),
  });
