/**
 * What an order does about the events of its stock: a backorder filled, an allocation cut, units moved. They count only
 * as far as the order still needs the units.
 */
import type { StockEvent } from "../../inventory/domain/stock-messages";
import type { AllocationReleaseReason } from "./events/unit-events";
import { fulfillmentToJoin, unshippedUnitsAt } from "./fulfillments/units-at";
import type { OrderEvent } from "./order-events";
import { lineOf, type Order } from "./order";

type EventOfStock<Type extends StockEvent["type"]> = Extract<StockEvent, { type: Type }>;
type AtLocation = "lineId" | "locationId" | "quantity";

/** Plans the units as far as the line's backorder goes, and releases the rest. */
export function decideFill(
  order: Order,
  { lineId, locationId, quantity }: Pick<EventOfStock<"backorder.filled">, AtLocation>,
  now: number,
  reason: AllocationReleaseReason = "backorder_ended",
): OrderEvent[] {
  const planned = Math.min(quantity, lineOf(order, lineId).backordered);
  const events: OrderEvent[] = [];
  if (planned > 0) {
    const { id: fulfillmentId, releaseAt } = fulfillmentToJoin(order, locationId, now);
    const filled = { lineId, locationId, quantity: planned, fulfillmentId, releaseAt };
    events.push({ type: "backorder.filled", ...filled });
  }
  if (planned < quantity) {
    events.push({ type: "allocation.released", lineId, locationId, quantity: quantity - planned, reason });
  }
  return events;
}

/**
 * Backorders allocated units that turned out to be missing. Units that were shipped, cancelled or rejected at the
 * location meanwhile are not cut again: their own effect has taken them off the line's backorder in stock.
 */
export const decideCut = (
  order: Order,
  { lineId, locationId, quantity }: Pick<EventOfStock<"allocation.cut">, AtLocation>,
): OrderEvent[] =>
  unshippedUnitsAt(order, lineId, locationId, quantity).map((units) => ({
    type: "allocation.cut",
    lineId,
    ...units,
  }));

/**
 * Stock has moved units as requested. They are those planned at the location, or else those released there, as for a
 * cut. If the order has shipped, cancelled or rejected units there meanwhile, their effect found no units and took
 * them off the line's backorder in stock: so backordered units are planned instead. The rest is released.
 */
export function decideAllocationMoved(
  order: Order,
  moved: Pick<EventOfStock<"allocation.moved">, "lineId" | "from" | "to" | "quantity" | "fulfillmentId">,
  now: number,
): OrderEvent[] {
  const { lineId, to, quantity, fulfillmentId: requestedBy } = moved;
  const from = unshippedUnitsAt(order, lineId, moved.from, quantity);
  if (to === null) return [{ type: "units.replanned", requestedBy, lineId, from, backordered: 0, to }];

  const notPlanned = quantity - from.reduce((sum, units) => sum + units.quantity, 0);
  const backordered = Math.min(notPlanned, lineOf(order, lineId).backordered);
  const surplus = notPlanned - backordered;
  const requester = order.fulfillments.find(({ id }) => id === requestedBy);
  // A postponed fulfillment has a later time for its own location: at another one its units are due at once.
  const releaseAt = requester && requester.reason === null ? requester.releaseAt : now;
  const { id: fulfillmentId, ...target } = fulfillmentToJoin(order, to, releaseAt);
  const replanned: OrderEvent = {
    type: "units.replanned",
    requestedBy,
    lineId,
    from,
    backordered,
    to: surplus < quantity ? { fulfillmentId, ...target } : null,
  };
  if (surplus === 0) return [replanned];
  const reason = "move_surplus";
  return [replanned, { type: "allocation.released", lineId, locationId: to, quantity: surplus, reason }];
}
