/** The sourcing decisions in the history of an order, and the quote that it was placed on. */
import type { OrderId } from "../../kernel/ids";
import type { SourcingDecision } from "../../sourcing/domain/decision";
import type { EventOf } from "../domain/order-events";
import { eventsOfTypes } from "./order-history";

export type StoredDecision = Readonly<{ version: number; at: number; decision: SourcingDecision }>;

export type OrderSourcing = Readonly<{
  /** Newest first. */
  decisions: readonly StoredDecision[];
  /** Null if it was placed on none. */
  quote: EventOf<"order.quoted"> | null;
}>;

export async function orderSourcing(db: D1Database, orderId: OrderId): Promise<OrderSourcing> {
  const history = await eventsOfTypes(db, orderId, ["order.sourced", "order.quoted"]);
  const newestFirst = history.toReversed();
  return {
    decisions: newestFirst.flatMap(({ version, at, event }) =>
      event.type === "order.sourced" ? [{ version, at, decision: event.decision }] : [],
    ),
    quote: newestFirst.map(({ event }) => event).find((event) => event.type === "order.quoted") ?? null,
  };
}
