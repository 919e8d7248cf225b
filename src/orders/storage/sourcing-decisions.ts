/** Table order_events: the sourcing decisions in the history of an order, and the quote that it was placed on. */
import type { OrderId } from "../../kernel/ids";
import type { EventOf } from "../domain/order-events";
import type { SourcingDecision } from "../../sourcing/domain/decision";

export type StoredDecision = Readonly<{ version: number; at: number; decision: SourcingDecision }>;

type StoredEvent = EventOf<"order.sourced"> | EventOf<"order.quoted">;

export type OrderSourcing = Readonly<{
  /** Newest first. */
  decisions: readonly StoredDecision[];
  /** Null if it was placed on none. */
  quote: EventOf<"order.quoted"> | null;
}>;

export async function orderSourcing(db: D1Database, orderId: OrderId): Promise<OrderSourcing> {
  const { results } = await db
    .prepare(
      `SELECT version, at, event.value AS event FROM order_events, json_each(order_events.events) AS event
       WHERE order_id = ?1 AND event.value ->> 'type' IN ('order.sourced', 'order.quoted') ORDER BY version DESC`,
    )
    .bind(orderId)
    .all<{ version: number; at: number; event: string }>();
  const events = results.map(({ event, ...stored }) => ({
    ...stored,
    event: JSON.parse(event) as StoredEvent,
  }));
  return {
    decisions: events.flatMap(({ version, at, event }) =>
      event.type === "order.sourced" ? [{ version, at, decision: event.decision }] : [],
    ),
    quote: events.map(({ event }) => event).find((event) => event.type === "order.quoted") ?? null,
  };
}
