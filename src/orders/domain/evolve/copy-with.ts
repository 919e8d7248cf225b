/** Copies of an order with one line or fulfillment changed. */
import type { FulfillmentId, LineId } from "../../../kernel/ids";
import type { Fulfillment, PlannedFulfillment } from "../fulfillments/fulfillment";
import type { Order } from "../order";
import type { OrderLine } from "../order-line";

export const withLine = (
  order: Order,
  lineId: LineId,
  change: (line: OrderLine) => Partial<OrderLine>,
): Order => ({
  ...order,
  lines: order.lines.map((line) => (line.id === lineId ? { ...line, ...change(line) } : line)),
});

export const withFulfillment = (
  order: Order,
  id: FulfillmentId,
  change: (fulfillment: Fulfillment) => Partial<Fulfillment>,
): Order => ({
  ...order,
  fulfillments: order.fulfillments.map((fulfillment) =>
    fulfillment.id === id ? { ...fulfillment, ...change(fulfillment) } : fulfillment,
  ),
});

/** Adds planned fulfillments; the units of one whose id the order has join that fulfillment. */
export const withPlanned = (order: Order, planned: readonly PlannedFulfillment[]): Order =>
  planned.reduce((before, added) => {
    const known = before.fulfillments.some(({ id }) => id === added.id);
    if (!known) return { ...before, fulfillments: [...before.fulfillments, newlyPlanned(added)] };
    const { lines } = newlyPlanned(added);
    return withFulfillment(before, added.id, (existing) => ({ lines: mergeLines(existing.lines, lines) }));
  }, order);

/** Takes units out of a fulfillment, which ends if it has nothing left to ship. */
export const withoutUnits = (order: Order, id: FulfillmentId, lineId: LineId, quantity: number): Order =>
  withFulfillment(order, id, (fulfillment) => {
    const lines = fulfillment.lines
      .map((line) => (line.lineId === lineId ? { ...line, quantity: line.quantity - quantity } : line))
      .filter((line) => line.quantity > 0);
    const hasUnits = lines.some((line) => line.shipped < line.quantity);
    return { lines, status: hasUnits ? fulfillment.status : endStatus(order, fulfillment, "cancelled") };
  });

/** The last status of a fulfillment with nothing left to ship: that of its shipments, if it has any. */
export function endStatus(
  order: Order,
  { id }: Fulfillment,
  withoutShipments: "cancelled" | "rejected",
): "cancelled" | "rejected" | "shipped" | "delivered" {
  const shipments = order.shipments.filter(({ fulfillmentId }) => fulfillmentId === id);
  if (shipments.length === 0) return withoutShipments;
  return shipments.every(({ deliveredAt }) => deliveredAt !== null) ? "delivered" : "shipped";
}

/** The fulfillment before anything has happened to it. */
export const newlyPlanned = (planned: PlannedFulfillment): Fulfillment => ({
  ...planned,
  serviceId: planned.serviceId ?? null,
  lines: planned.lines.map((line) => ({ ...line, shipped: 0 })),
  status: "planned",
  releasedAt: null,
  reason: null,
  stopReason: null,
  shipByOn: null,
  lateAt: null,
  pendingMoves: 0,
});

function mergeLines(lines: Fulfillment["lines"], added: Fulfillment["lines"]): Fulfillment["lines"] {
  const kept = lines.map((line) => {
    const more = added.find(({ lineId }) => lineId === line.lineId);
    return more ? { ...line, quantity: line.quantity + more.quantity } : line;
  });
  return [...kept, ...added.filter(({ lineId }) => !lines.some((line) => line.lineId === lineId))];
}
