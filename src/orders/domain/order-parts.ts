/**
 * The lines and fulfillments of an order as events change them: units put on a part or taken off it, and how a
 * part ends that has nothing left to send.
 */
import { merged, newlyPlanned } from "./fulfillments/fulfillment-lines";
import type { LineId } from "../../kernel/ids";
import type { PlannedFulfillment } from "./order-events";
import type { Fulfillment, Order, OrderLine } from "./order";

/** The order with its line changed. */
export function withLine(
  order: Order,
  lineId: LineId,
  change: (line: OrderLine) => Partial<OrderLine>,
): Order {
  return {
    ...order,
    lines: order.lines.map((line) => (line.id === lineId ? { ...line, ...change(line) } : line)),
  };
}

/** The order with its fulfillment changed. */
export function withFulfillment(
  order: Order,
  id: Fulfillment["id"],
  change: (part: Fulfillment) => Partial<Fulfillment>,
): Order {
  return {
    ...order,
    fulfillments: order.fulfillments.map((part) => (part.id === id ? { ...part, ...change(part) } : part)),
  };
}

/** Takes units off a fulfillment; it ends where nothing is left to send. */
export function takeFromFulfillment(
  order: Order,
  id: Fulfillment["id"],
  lineId: LineId,
  quantity: number,
): Order {
  return withFulfillment(order, id, (part) => {
    const lines = part.lines
      .map((line) => (line.lineId === lineId ? { ...line, quantity: line.quantity - quantity } : line))
      .filter((line) => line.quantity > 0);
    const left = lines.some((line) => line.shipped < line.quantity);
    return { lines, status: left ? part.status : endOf(order, part, "cancelled") };
  });
}

/** New parts join the order; a part that is there already, still planned, takes the units in. */
export function withFulfillments(order: Order, planned: readonly PlannedFulfillment[]): Order {
  return planned.reduce((rest, part) => {
    const lines = part.lines.map((line) => ({ ...line, shipped: 0 }));
    if (!rest.fulfillments.some(({ id }) => id === part.id)) {
      return { ...rest, fulfillments: [...rest.fulfillments, newlyPlanned(part)] };
    }
    return withFulfillment(rest, part.id, (existing) => ({ lines: merged(existing.lines, lines) }));
  }, order);
}

/** A fulfillment that has nothing left to send ended as what went out of it did, if anything went out. */
export function endOf(
  order: Order,
  part: Fulfillment,
  otherwise: "cancelled" | "rejected",
): "cancelled" | "rejected" | "shipped" | "delivered" {
  const parcels = order.shipments.filter(({ fulfillmentId }) => fulfillmentId === part.id);
  if (parcels.length === 0) return otherwise;
  return parcels.every(({ deliveredAt }) => deliveredAt !== null) ? "delivered" : "shipped";
}
