/** Applies the events that change where the units of a line are. */
import type { LineId } from "../../../kernel/ids";
import { plannedUnits } from "../fulfillments/fulfillment";
import type { EventOf } from "../order-events";
import type { Order } from "../order";
import type { UnitsCancelled } from "../events/unit-events";
import { withFulfillment, withLine, withPlanned, withoutUnits } from "./copy-with";

export function unitsSourced(event: EventOf<"units.sourced">, order: Order): Order {
  const { lineId, unitCostMinor, backordered, fulfillments } = event;
  const allocated = plannedUnits(fulfillments, lineId);
  return withLine(withPlanned(order, fulfillments), lineId, (line) => ({
    unitCostMinor,
    unsourced: line.unsourced - allocated - backordered,
    backordered: line.backordered + backordered,
    allocated: line.allocated + allocated,
  }));
}

export function unitsSentElsewhere(event: EventOf<"units.sent_elsewhere">, order: Order): Order {
  const { lineId, unsourced, backordered, from, to, at } = event;
  const taken = from.reduce((sum, { quantity }) => sum + quantity, 0);
  const without = from.reduce(
    (before, { fulfillmentId, quantity }) => withoutUnits(before, fulfillmentId, lineId, quantity),
    order,
  );
  const lines = [{ lineId, quantity: unsourced + backordered + taken }];
  const planned = { id: to.fulfillmentId, locationId: to.locationId, releaseAt: at, lines };
  return withLine(withPlanned(without, [planned]), lineId, (line) => ({
    unsourced: line.unsourced - unsourced,
    backordered: line.backordered - backordered,
    allocated: line.allocated + unsourced + backordered,
  }));
}

export function backorderFilled(event: EventOf<"backorder.filled">, order: Order): Order {
  const { lineId, locationId, quantity, fulfillmentId: id, releaseAt } = event;
  const planned = { id, locationId, releaseAt, lines: [{ lineId, quantity }] };
  return withBackordered(withPlanned(order, [planned]), lineId, -quantity);
}

export function allocationCut(event: EventOf<"allocation.cut">, order: Order): Order {
  const { fulfillmentId, lineId, quantity } = event;
  return withBackordered(withoutUnits(order, fulfillmentId, lineId, quantity), lineId, quantity);
}

export function unitsReplanned(event: EventOf<"units.replanned">, order: Order): Order {
  const { requestedBy, lineId, from, backordered, to } = event;
  const answered = withFulfillment(order, requestedBy, ({ pendingMoves }) => ({
    pendingMoves: pendingMoves - 1,
  }));
  const wasPlanned = from.reduce((sum, { quantity }) => sum + quantity, 0);
  const without = from.reduce(
    (before, { fulfillmentId, quantity }) => withoutUnits(before, fulfillmentId, lineId, quantity),
    answered,
  );
  if (to === null) return withBackordered(without, lineId, wasPlanned);
  const { fulfillmentId: id, locationId, releaseAt } = to;
  const lines = [{ lineId, quantity: wasPlanned + backordered }];
  return withBackordered(withPlanned(without, [{ id, locationId, releaseAt, lines }]), lineId, -backordered);
}

export function unitsCancelled(event: EventOf<"units.cancelled">, order: Order): Order {
  return event.units.reduce(
    (before, units) => withUnitsCancelled(before, units, event.removed ?? false),
    order,
  );
}

/** Turns allocated units of the line into backordered ones; back, if the quantity is negative. */
export const withBackordered = (order: Order, lineId: LineId, quantity: number): Order =>
  withLine(order, lineId, (line) => ({
    allocated: line.allocated - quantity,
    backordered: line.backordered + quantity,
  }));

function withUnitsCancelled(
  order: Order,
  { lineId, unsourced, backordered, allocated: taken, fees = 0 }: UnitsCancelled,
  isRemoved: boolean,
): Order {
  const allocated = taken.reduce((sum, { quantity }) => sum + quantity, 0);
  const cancelled = unsourced + backordered + allocated + fees;
  const without = taken.reduce(
    (before, { fulfillmentId, quantity }) => withoutUnits(before, fulfillmentId, lineId, quantity),
    order,
  );
  return withLine(without, lineId, (line) => ({
    unsourced: line.unsourced - unsourced,
    backordered: line.backordered - backordered,
    allocated: line.allocated - allocated - Math.min(fees, line.allocated),
    // Fees count as shipped once they are earned, and are cancelled all the same.
    shipped: line.shipped - Math.max(0, fees - line.allocated),
    cancelled: line.cancelled + cancelled,
    removed: line.removed + (isRemoved ? cancelled : 0),
  }));
}
