/** Calls of the stock model in the form of the inventory. */
import type { LineId, OrderId, ReservationId } from "../../../src/kernel/ids";
import type { AllocationRequest, Holder } from "../../../src/inventory/domain/allocation-request";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import type { StockOperation } from "../../../src/inventory/domain/stock-operations";
import type { StockCall } from "./stock-calls";

const ORDER: OrderId = "ord_1";
const LIFETIME_MS = 900_000;

export function requestOf(call: Extract<StockCall, { type: "allocate" }>, now: number): AllocationRequest {
  const { type: _type, holder, takesOver, ...request } = call;
  return {
    ...request,
    holder: holder as Holder,
    orderId: holder.startsWith("line_") ? ORDER : null,
    takesOver: takesOver as ReservationId[],
    expiresAt: now + LIFETIME_MS,
    now,
  };
}

type Operate = Extract<StockCall, { type: "receive" | "adjust" | "count" }>;
type Affect = Extract<StockCall, { holder: string; ref: string }>;

export function operationOf({ type, ref, where: locationId, quantity }: Operate, at: number): StockOperation {
  const common = { ref, locationId, at, by: "test" };
  if (type === "count") return { type, counted: quantity, ...common };
  return type === "adjust"
    ? { type, quantity, reason: "correction", ...common }
    : { type, quantity, ...common };
}

export function effectOf(call: Affect): StockEffect {
  const { at } = call;
  if (call.type === "replan") {
    const { type: _type, holder, ...request } = call;
    return { type: "move", orderId: ORDER, lineId: holder as LineId, fulfillmentId: "ful_1", ...request };
  }
  const common = {
    ref: call.ref,
    orderId: ORDER,
    lineId: call.holder as LineId,
    quantity: call.quantity,
    at,
  };
  if (call.type === "releaseBackordered") return { type: "release", locationId: null, ...common };
  const here = { ...common, locationId: call.where };
  // Another cost than the SKU's: the stock's value must still be on hand times the SKU's cost.
  if (call.type === "ship" || call.type === "restock")
    return { type: call.type, unitCostMinor: 240, ...here };
  return call.type === "reject"
    ? { type: call.type, shortfall: call.found ?? null, ...here }
    : { type: call.type, ...here };
}
