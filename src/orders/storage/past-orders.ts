/** Tables orders and order_events: past orders and their first decision, for simulations. */
import type { Address } from "../../kernel/address";
import type { OrderId } from "../../kernel/ids";
import type { SourcingDecision } from "../../sourcing/domain/decision";
import { decodeDecisions } from "./event-codec/stored-events";

export type PastOrderRow = Readonly<{
  id: string;
  channelId: string;
  placedAt: number;
  currency: string;
  totalMinor: number;
  shippingAddress: Address | null;
  pickupLocationId: string | null;
  /** Its sourcing decision at creation; null if there is none. */
  decision: SourcingDecision | null;
}>;

/** The orders of the ids, with their sourcing decision at creation. Orders that do not exist are left out. */
export async function pastOrders(db: D1Database, orderIds: readonly OrderId[]): Promise<PastOrderRow[]> {
  const { results } = await db
    .prepare(
      `SELECT o.id, o.channel_id AS channelId, o.placed_at AS placedAt, o.currency, o.total_minor AS totalMinor,
         o.shipping_address AS address, o.pickup_location_id AS pickupLocationId,
         e.events, e.supply
       FROM json_each(?1) AS asked
         CROSS JOIN orders AS o ON o.id = asked.value
         CROSS JOIN order_events AS e ON e.order_id = o.id AND e.version = 1`,
    )
    .bind(JSON.stringify(orderIds))
    .all<Row>();
  return results.map(({ address, events, supply, ...row }) => ({
    ...row,
    shippingAddress: address === null ? null : (JSON.parse(address) as Address),
    decision: firstDecision(events, supply),
  }));
}

type Row = Omit<PastOrderRow, "shippingAddress" | "decision"> &
  Readonly<{ address: string | null; events: string; supply: string | null }>;

const firstDecision = (events: string, supply: string | null): SourcingDecision | null =>
  decodeDecisions({
    events: JSON.parse(events) as unknown[],
    supply: supply === null ? null : (JSON.parse(supply) as unknown[]),
  })[0] ?? null;
