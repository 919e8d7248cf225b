/**
 * Filling backorders from units that became free.
 *
 * Units that arrive are owed before they are available. The line that has waited longest is filled
 * first, and a line whose customer asked for a single shipment is filled whole or not at all.
 */
import { invariant } from "../../kernel/invariant";
import type { Holder, AllocatedAt } from "./stock";
import { freeAmong, place, unitsIn, type FreeUnits } from "./stock-placement";

export type Backorder = Readonly<{
  holder: Holder;
  quantity: number;
  placedAt: number;
  fill: "partial" | "whole";
  /** Where it may be filled from, best first. */
  locations: readonly string[];
}>;

export type BackorderFilled = Readonly<{ holder: Holder; allocated: readonly AllocatedAt[] }>;

export function fillBackorders(free: FreeUnits, backorders: readonly Backorder[]): BackorderFilled[] {
  const left = new Map(free);
  const filled: BackorderFilled[] = [];
  for (const backorder of longestWaitingFirst(backorders)) {
    const quantity = fillableFrom(freeAmong(backorder.locations, left), backorder);
    if (quantity === 0) continue;
    const allocated = place(quantity, backorder.locations, left);
    for (const { locationId, quantity } of allocated) left.set(locationId, left.get(locationId)! - quantity);
    filled.push({ holder: backorder.holder, allocated });
  }

  const given = unitsIn(filled.flatMap(({ allocated }) => allocated));
  invariant(sum(free) === given + sum(left), "every free unit is given to a backorder or stays free");
  return filled;
}

/**
 * A whole line that does not fit is passed over, not waited for: holding units back for it would
 * leave other paid orders unshipped. It keeps its place, and is first in line when more come.
 */
function fillableFrom(unallocated: number, backorder: Backorder): number {
  invariant(isUnitCount(backorder.quantity), "a backorder owes at least one unit");
  const fits = backorder.quantity <= unallocated;
  if (backorder.fill === "whole" && !fits) return 0;
  return Math.min(backorder.quantity, unallocated);
}

/** Ties break on the holder's id, so that a replay fills exactly as the first run did. */
function longestWaitingFirst(backorders: readonly Backorder[]): Backorder[] {
  return backorders.toSorted((a, b) => a.placedAt - b.placedAt || (a.holder < b.holder ? -1 : 1));
}

const sum = (units: FreeUnits): number =>
  [...units.values()].reduce((total, quantity) => total + quantity, 0);

const isUnitCount = (quantity: number) => Number.isSafeInteger(quantity) && quantity > 0;
