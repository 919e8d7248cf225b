import type { Databases } from "../d1/databases";
import type { QueueMessage } from "../queues/queue-message";

/** Messages that may not have taken effect: those in the outbox, then dead letters, each oldest first. */
export async function waitingMessages(
  { allOrders, primary }: Pick<Databases, "allOrders" | "primary">,
  limit: number,
): Promise<QueueMessage[]> {
  const answers = await Promise.all(
    [
      ...allOrders.map((db) => db.prepare("SELECT message FROM outbox ORDER BY due_at, id LIMIT ?1")),
      primary.prepare(
        "SELECT message FROM dead_letters WHERE replayed_at IS NULL ORDER BY died_at, id LIMIT ?1",
      ),
    ].map((statement) => statement.bind(limit).all<{ message: string }>()),
  );
  return answers.flatMap(({ results }) => results.map((row) => JSON.parse(row.message) as QueueMessage));
}
