/** Tables order_lines and fulfillments: promises to recheck, and how they ended; and the history of an order's promises. */
import type { OrderId } from "../../kernel/ids";
import { eventsOfTypes, type HistoryEntry } from "./order-history";

export type PromiseEntry = HistoryEntry<"promise.made" | "promise.moved" | "promise.settled">;

/** The events of an order's promises, oldest first. */
export const promiseHistory = (db: D1Database, orderId: OrderId): Promise<PromiseEntry[]> =>
  eventsOfTypes(db, orderId, ["promise.made", "promise.moved", "promise.settled"]);

export type EndedPromises = Readonly<{
  on: string;
  locationId: string | null;
  carrier: string | null;
  ended: number;
  kept: number;
  daysLate: number;
  moves: number;
}>;

/** Counts of lines whose promise ended on the days, by day, location and carrier. */
export async function endedPromises(
  db: D1Database,
  { from, to }: Readonly<{ from: string; to: string }>,
): Promise<EndedPromises[]> {
  const { results } = await db
    .prepare(
      `SELECT settled_on AS "on", promise ->> '$.outcome.locationId' AS locationId,
         promise ->> '$.outcome.carrier' AS carrier, count(*) AS ended,
         sum(promise ->> '$.outcome.daysLate' = 0) AS kept, sum(promise ->> '$.outcome.daysLate') AS daysLate,
         sum(promise ->> 'moves') AS moves
       FROM order_lines INDEXED BY order_lines_settled
       WHERE settled_on IS NOT NULL AND settled_on BETWEEN ?1 AND ?2
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    )
    .bind(from, to)
    .all<EndedPromises>();
  return results;
}

/** Orders with a fulfillment that has not left by its day, or a line whose promise had to be rechecked before today. */
export async function ordersToRecheck(
  db: D1Database,
  { now, today, limit }: Readonly<{ now: number; today: string; limit: number }>,
): Promise<OrderId[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT order_id AS orderId FROM (
         SELECT * FROM (
           SELECT order_id FROM fulfillments INDEXED BY fulfillments_late
           WHERE due_at IS NULL AND late_at IS NOT NULL
             AND status IN ('planned', 'released', 'picked', 'packed') AND late_at <= ?1
           ORDER BY late_at LIMIT ?3)
         UNION ALL SELECT * FROM (
           SELECT order_id FROM order_lines INDEXED BY order_lines_recheck
           WHERE recheck_on IS NOT NULL AND recheck_on < ?2 ORDER BY recheck_on LIMIT ?3))`,
    )
    .bind(now, today, limit)
    .all<{ orderId: OrderId }>();
  return results.map(({ orderId }) => orderId);
}
