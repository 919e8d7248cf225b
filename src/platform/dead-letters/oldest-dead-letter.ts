/** Table dead_letters: since when messages of a queue are not handled. */
import type { QueueName } from "../queues/queue-message";

/** The time in the oldest message of the queue that no retry could handle, if its messages have a time; else null. */
export const oldestDeadLetter = (db: D1Database, queue: QueueName): Promise<number | null> =>
  db
    .prepare(
      `SELECT message ->> 'at' AS at FROM dead_letters INDEXED BY dead_letters_unhandled
       WHERE queue = ?1 AND replayed_at IS NULL ORDER BY message ->> 'at' LIMIT 1`,
    )
    .bind(queue)
    .first<number>("at");
