/** Table order_events: which commits are stored, to find those that the database has lost. */
import type { OrderId } from "../../kernel/ids";
import { commitKey, type Commit } from "../domain/commit-key";

export type CommitOfOrder = Commit & Readonly<{ orderId: OrderId }>;

/** The keys of those of the commits that are stored. One query. */
export async function storedCommits(
  db: D1Database,
  commits: readonly CommitOfOrder[],
): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  const wanted = commits.map(({ orderId, version }) => [orderId, version]);
  const { results } = await db
    .prepare(
      `SELECT order_id AS orderId, version, at FROM order_events
       WHERE (order_id, version) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))`,
    )
    .bind(JSON.stringify(wanted))
    .all<CommitOfOrder>();
  return new Set(results.map(({ orderId, version, at }) => commitKey(orderId, version, at)));
}
