import type { Databases } from "../d1/databases";
import type { QueueMessage } from "../queues/queue-message";

/** Messages that may not have taken effect: those of outbox rows, then dead letters, each oldest first. */
export async function waitingMessages(
  { allOrders, primary }: Pick<Databases, "allOrders" | "primary">,
  limit: number,
): Promise<QueueMessage[]> {
  const answers = await Promise.all(
    [
      ...allOrders.map((db) => db.prepare("SELECT messages FROM outbox ORDER BY due_at, id LIMIT ?1")),
      primary.prepare(
        "SELECT json_array(json(message)) AS messages FROM dead_letters WHERE replayed_at IS NULL ORDER BY died_at, id LIMIT ?1",
      ),
    ].map((statement) => statement.bind(limit).all<{ messages: string }>()),
  );
  return answers.flatMap(({ results }) =>
    results.flatMap((row) =>
      (JSON.parse(row.messages) as (QueueMessage | null)[]).filter((message) => message !== null),
    ),
  );
}
