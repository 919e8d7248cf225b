/** Compares what an order's open lines should hold with what the objects of their SKUs hold for them. */
import type { LineId, OrderId } from "../../kernel/ids";
import { isLive } from "./fulfillments/fulfillment";
import type { Order } from "./order";
import type { Holder } from "../../inventory/domain/allocation-request";
import type { OpenAllocation } from "../../inventory/domain/stock-reading";

/** Units that an open order line must hold at a location, or as a backorder if the location is null. */
export type ExpectedAllocation = Readonly<{
  orderId: OrderId;
  lineId: LineId;
  sku: string;
  locationId: string | null;
  quantity: number;
}>;

/** What the order's open lines must hold: units of live fulfillments that have not shipped, and backordered units. */
export function expectedAllocations(order: Order): ExpectedAllocation[] {
  const allocations: ExpectedAllocation[] = [];
  for (const { id: lineId, sku, kind, backordered } of order.lines) {
    if (sku === null || kind !== "physical") continue;
    const at = new Map<string | null, number>();
    if (backordered > 0) at.set(null, backordered);
    for (const fulfillment of order.fulfillments.filter(isLive)) {
      const { locationId, lines } = fulfillment;
      const open = lines
        .filter((line) => line.lineId === lineId)
        .reduce((sum, line) => sum + line.quantity - line.shipped, 0);
      if (locationId === null || open === 0) continue;
      at.set(locationId, (at.get(locationId) ?? 0) + open);
    }
    for (const [locationId, quantity] of at) {
      allocations.push({ orderId: order.id, lineId, sku, locationId, quantity });
    }
  }
  return allocations;
}

/** A line and location where the SKU's object holds another quantity (`actual`) than the order needs (`expected`). */
export type AllocationDifference = Readonly<{
  orderId: OrderId;
  lineId: LineId;
  locationId: string | null;
  expected: number;
  actual: number;
}>;

/** Where the allocations differ from the expected ones. Allocations of checkouts are left out: they belong to no order line. */
export function allocationDifferences(
  expected: readonly ExpectedAllocation[],
  allocations: readonly OpenAllocation[],
): AllocationDifference[] {
  const found = new Map<string, AllocationDifference>();
  const add = ({ orderId, lineId, locationId, expected: due, actual }: AllocationDifference) => {
    const key = `${lineId} ${locationId ?? ""}`;
    const before = found.get(key) ?? { expected: 0, actual: 0 };
    const quantities = { expected: before.expected + due, actual: before.actual + actual };
    found.set(key, { orderId, lineId, locationId, ...quantities });
  };
  for (const { orderId, lineId, locationId, quantity } of expected) {
    add({ orderId, lineId, locationId, expected: quantity, actual: 0 });
  }
  for (const { orderId, holder, locationId, quantity } of allocations) {
    if (orderId === null || !isLine(holder)) continue;
    add({ orderId, lineId: holder, locationId, expected: 0, actual: quantity });
  }
  return [...found.values()].filter((difference) => difference.expected !== difference.actual);
}

const isLine = (holder: Holder): holder is LineId => holder.startsWith("line_");
