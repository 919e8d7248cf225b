/** What the plain model is asked, in the words of the inventory. */
import type { LineId, OrderId, ReservationId } from "../../../src/kernel/ids";
import type { AllocationRequest, Holder } from "../../../src/inventory/domain/allocation-request";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import type { StockOperation } from "../../../src/inventory/domain/stock-operations";
import type { StockCall } from "./stock-model";

const ORDER: OrderId = "ord_1";
const A_WHILE_MS = 900_000;

export function requestOf(call: Extract<StockCall, { type: "allocate" }>, now: number): AllocationRequest {
  const { type: _type, who, takesOver, ...asked } = call;
  return {
    ...asked,
    holder: who as Holder,
    orderId: who.startsWith("line_") ? ORDER : null,
    takesOver: takesOver as ReservationId[],
    expiresAt: now + A_WHILE_MS,
    now,
  };
}

type Operate = Extract<StockCall, { type: "receive" | "adjust" | "count" }>;
type Affect = Extract<StockCall, { who: string; ref: string }>;

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
    const { type: _type, who, ...asked } = call;
    return { type: "move", orderId: ORDER, lineId: who as LineId, fulfillmentId: "ful_1", ...asked };
  }
  const common = { ref: call.ref, orderId: ORDER, lineId: call.who as LineId, quantity: call.quantity, at };
  if (call.type === "releaseOwed") return { type: "release", locationId: null, ...common };
  const here = { ...common, locationId: call.where };
  // Another cost than the standard one: its value is still on hand times cost.
  if (call.type === "ship" || call.type === "restock")
    return { type: call.type, unitCostMinor: 240, ...here };
  return call.type === "reject"
    ? { type: call.type, shortfall: call.found ?? null, ...here }
    : { type: call.type, ...here };
}
