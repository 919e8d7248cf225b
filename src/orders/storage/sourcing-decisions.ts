/** Table order_events: the sourcing decisions in the history of an order. */
import type { OrderId } from "../../kernel/ids";
import type { OrderEvent } from "../domain/order-events";
import type { SourcingDecision } from "../../sourcing/domain/decision";

export type StoredDecision = Readonly<{ version: number; at: number; decision: SourcingDecision }>;

type SourcedEvent = Extract<OrderEvent, { type: "order.sourced" }>;

/** The order's sourcing decisions, newest first. */
export async function sourcingDecisions(db: D1Database, orderId: OrderId): Promise<StoredDecision[]> {
  const { results } = await db
    .prepare(
      `SELECT version, at, event.value AS sourced FROM order_events, json_each(order_events.events) AS event
       WHERE order_id = ?1 AND event.value ->> 'type' = 'order.sourced' ORDER BY version DESC`,
    )
    .bind(orderId)
    .all<{ version: number; at: number; sourced: string }>();
  return results.map(({ version, at, sourced }) => ({
    version,
    at,
    decision: (JSON.parse(sourced) as SourcedEvent).decision,
  }));
}
