/** Replies of the inventory in the form of the stock model. */
import type { AllocationResult } from "../../../src/inventory/domain/allocation-request";
import type { StockReading } from "../../../src/inventory/domain/stock-reading";
import { EVERYWHERE, type StockReply, type Where } from "./stock-calls";

export function replyOfAllocation({ allocated, backordered, free, repeated }: AllocationResult): StockReply {
  const units = { east: 0, west: 0, far: 0 };
  for (const { locationId, quantity } of allocated) units[locationId as Where] += quantity;
  return { allocated: units, backordered, free, repeated };
}

export function replyOfReading({ levels, backordered, valueMinor: value }: StockReading): StockReply {
  const units = (of: "onHand" | "allocated" | "available") => {
    const at = (where: Where) => levels.find(({ locationId }) => locationId === where)?.[of] ?? 0;
    return { east: at("east"), west: at("west"), far: at("far") };
  };
  return {
    onHand: units("onHand"),
    allocated: units("allocated"),
    available: units("available"),
    backordered,
    value,
  };
}

/** Whether two replies are equal, in any order of their properties. */
export function isSameReply(one: StockReply, other: StockReply): boolean {
  if (one === other) return true;
  if (one === "done" || other === "done") return false;
  if ("refused" in one || "refused" in other) {
    return "refused" in one && "refused" in other && one.refused === other.refused;
  }
  if (one.backordered !== other.backordered) return false;
  if (EVERYWHERE.some((where) => one.allocated[where] !== other.allocated[where])) return false;
  if ("free" in one) {
    if (!("free" in other) || one.repeated !== other.repeated) return false;
    return EVERYWHERE.every((where) => one.free[where] === other.free[where]);
  }
  if ("free" in other || one.value !== other.value) return false;
  return EVERYWHERE.every(
    (where) => one.onHand[where] === other.onHand[where] && one.available[where] === other.available[where],
  );
}
