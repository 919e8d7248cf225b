/**
 * An order follows its stock. Where the two have spoken at once, each about what the other did not know yet, they
 * may come to differ: then the order takes over what its allocations are, and gives back what it does not need.
 */
import { decideCut, decideFill, partAt, unitsAt } from "./fulfillments/fulfillment";
import { decideInTurn } from "./order-lifecycle";
import { lineOf } from "./payments/order-money";
import type { OrderEvent } from "./order-events";
import type { Order } from "./order";
import type { StockEvent } from "../../inventory/domain/stock";
import type { AllocationDifference } from "./allocation-differences";

type Moved = Pick<
  Extract<StockEvent, { type: "allocation.moved" }>,
  "lineId" | "from" | "to" | "quantity" | "fulfillmentId"
>;

/**
 * Stock has moved units as it was asked: they are those planned there, or released there as for a cut. If the
 * order has shipped, cancelled or rejected units there meanwhile, their effect found them gone and took them off
 * what the line is owed; so they are those. What is left, nobody needs.
 */
export function decideAllocationMoved(order: Order, moved: Moved, now: number): OrderEvent[] {
  const { lineId, from: locationId, to, quantity, fulfillmentId: asked } = moved;
  const from = unitsAt(order, lineId, locationId, quantity);
  const left = quantity - from.reduce((sum, part) => sum + part.quantity, 0);
  if (to === null) return [{ type: "units.replanned", asked, lineId, from, backordered: 0, to }];

  const backordered = Math.min(left, lineOf(order, lineId).backordered);
  const part = order.fulfillments.find(({ id }) => id === asked);
  // What was put off there is due at once elsewhere.
  const { id, releaseAt } = partAt(order, to, part && part.reason === null ? part.releaseAt : now);
  const target = { fulfillmentId: id, locationId: to, releaseAt };
  const place = left - backordered < quantity ? target : null;
  const events: OrderEvent[] = [{ type: "units.replanned", asked, lineId, from, backordered, to: place }];
  if (left > backordered) {
    events.push({ type: "allocation.released", lineId, locationId: to, quantity: left - backordered });
  }
  return events;
}

/**
 * The line's units are where its object holds them, whatever the order said: first what is not there is owed
 * again, then what is there is planned, or given back where nothing is owed; last what is owed too much.
 */
export const decideAsAllocated = (
  order: Order,
  differences: readonly AllocationDifference[],
  now: number,
): OrderEvent[] =>
  decideInTurn(order, [
    ...differences.map((difference) => (before: Order) => {
      const { locationId, expected, actual } = difference;
      if (locationId === null || actual >= expected) return [];
      return decideCut(before, { ...difference, locationId, quantity: expected - actual });
    }),
    ...differences.map((difference) => (before: Order) => {
      const { locationId, expected, actual } = difference;
      if (locationId === null || actual <= expected) return [];
      return decideFill(before, { ...difference, locationId, quantity: actual - expected }, now);
    }),
  ]);

/** As allocated, where nothing is under way between the two: units that stock owes beyond the order's are given back. */
export const decideRepair = (
  order: Order,
  line: Readonly<{ lineId: OrderLineId; owed: number; differences: readonly AllocationDifference[] }>,
  now: number,
): OrderEvent[] =>
  decideInTurn(order, [
    (before) => decideAsAllocated(before, line.differences, now),
    (before) => {
      const quantity = line.owed - lineOf(before, line.lineId).backordered;
      if (quantity <= 0) return [];
      return [{ type: "allocation.released", lineId: line.lineId, locationId: null, quantity }];
    },
  ]);

type OrderLineId = AllocationDifference["lineId"];
