/** What was promised: an order's history of it, and how promises ended, day by day. */
import type { OrderId } from "../../kernel/ids";
import type { OrderEvent } from "../domain/order-events";

export type PromiseEvent = Extract<
  OrderEvent,
  { type: "promise.made" | "promise.moved" | "promise.settled" }
>;
export type PromiseEntry = Readonly<{ version: number; at: number; event: PromiseEvent }>;

/** What was said of an order's promises, oldest first. */
export async function promiseHistory(
  db: D1Database,
  orderId: OrderId,
  limit: number,
): Promise<PromiseEntry[]> {
  const { results } = await db
    .prepare(
      `SELECT made.version, made.at, event.value AS event
       FROM order_events AS made, json_each(made.events) AS event
       WHERE made.order_id = ?1
         AND event.value ->> 'type' IN ('promise.made', 'promise.moved', 'promise.settled')
       ORDER BY made.version, event.key LIMIT ?2`,
    )
    .bind(orderId, limit)
    .all<Omit<PromiseEntry, "event"> & { event: string }>();
  return results.map(({ event, ...entry }) => ({ ...entry, event: JSON.parse(event) as PromiseEvent }));
}

export type EndedPromises = Readonly<{
  on: string;
  locationId: string | null;
  carrier: string | null;
  ended: number;
  kept: number;
  daysLate: number;
  moves: number;
}>;

/** Lines whose promise ended on the days, by day, location and carrier. */
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
