/**
 * Fills backorders from free units, before these are available to others. The earliest placed holder is filled first.
 * A holder whose fill is `whole` is filled completely or not at all.
 */
import { invariant } from "../../kernel/invariant";
import type { AllocatedAt, Holder } from "./allocation-request";
import { reportUnits } from "./line-events";
import { freeAmong, place, type FreeUnits } from "./placement";
import { isPositiveInteger, unitsIn } from "./quantity";
import { allocateUnits, freeUnits, holdingOf, withHolding, type Stock } from "./sku-stock";

export type Backorder = Readonly<{
  holder: Holder;
  quantity: number;
  placedAt: number;
  fill: "partial" | "whole";
  /** Where it may be filled from, best location first. */
  locations: readonly string[];
}>;

export type BackorderFilled = Readonly<{ holder: Holder; allocated: readonly AllocatedAt[] }>;

/** Fills the backorders of the loaded holdings, and reports the filled units. */
export function fillBackorders(stock: Stock, at: number): Stock {
  const backorders = [...stock.holdings.values()]
    .filter(({ backordered }) => backordered > 0)
    .map((holding) => ({ ...holding, quantity: holding.backordered }));

  let next = stock;
  for (const { holder, allocated } of planFills(freeUnits(stock), backorders)) {
    for (const { locationId, quantity } of allocated) {
      next = allocateUnits(next, holder, locationId, quantity);
      const holding = holdingOf(next, holder);
      next = withHolding(next, { ...holding, backordered: holding.backordered - quantity });
      next = reportUnits(next, holder, { locationId, units: quantity, at });
    }
  }
  return next;
}

/** Which backorder gets which units, in the order of filling. */
export function planFills(free: FreeUnits, backorders: readonly Backorder[]): BackorderFilled[] {
  const left = new Map(free);
  const filled: BackorderFilled[] = [];
  for (const backorder of earliestFirst(backorders)) {
    const quantity = fillable(freeAmong(backorder.locations, left), backorder);
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
 * A `whole` backorder that does not fit is passed over: keeping units back for it would delay other paid orders. It
 * keeps its place in the queue.
 */
function fillable(free: number, { quantity, fill }: Backorder): number {
  invariant(isPositiveInteger(quantity), "a backorder has at least one unit");
  if (fill === "whole" && quantity > free) return 0;
  return Math.min(quantity, free);
}

/** Ties break on the holder's id, so that a replay has the same result. */
const earliestFirst = (backorders: readonly Backorder[]): Backorder[] =>
  backorders.toSorted((a, b) => a.placedAt - b.placedAt || (a.holder < b.holder ? -1 : 1));

const sum = (units: FreeUnits): number =>
  [...units.values()].reduce((total, quantity) => total + quantity, 0);
