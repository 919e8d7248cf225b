/**
 * What follows from a change of stock, before anyone else sees it.
 *
 * A location with fewer units than are allocated there cuts its newest allocations, which are then owed. Units that
 * are free go to those who are owed some, the longest wait first.
 */
import { fillBackorders } from "./backorders";
import { invariant } from "../../kernel/invariant";
import {
  allocationAt,
  allocateUnits,
  freeUnits,
  holdingOf,
  tell,
  withHolding,
  type Holding,
  type Stock,
} from "./sku-stock";
import type { Holder } from "./stock";

/** Locations where more is allocated than on hand, and by how many units. */
export const overallocated = (stock: Stock): { locationId: string; units: number }[] =>
  [...stock.levels.values()]
    .filter(({ allocated, onHand }) => allocated > onHand)
    .map(({ locationId, allocated, onHand }) => ({ locationId, units: allocated - onHand }));

/** Needs the newest holdings at the location, as many as cover the units. */
export function cutNewest(stock: Stock, locationId: string, units: number, at: number): Stock {
  let next = stock;
  let left = units;
  for (const { holder } of newestFirst(stock.holdings.values())) {
    const cut = Math.min(left, allocationAt(holdingOf(next, holder), locationId).live);
    if (cut === 0) continue;
    next = oweAgain(next, holder, locationId, cut);
    next = tell(next, holder, { locationId, units: -cut, at });
    left -= cut;
  }
  invariant(left === 0, "allocations beyond what is on hand are found and cut");
  return next;
}

/** The holder's units at the location become part of its backorder, which keeps its place in the queue. */
export function oweAgain(stock: Stock, holder: Holder, locationId: string, units: number): Stock {
  const next = allocateUnits(stock, holder, locationId, -units);
  const holding = holdingOf(next, holder);
  return withHolding(next, { ...holding, backordered: holding.backordered + units });
}

/** Fills the backorders among the holdings given. */
export function fillWaiting(stock: Stock, at: number): Stock {
  const waiting = [...stock.holdings.values()]
    .filter(({ backordered }) => backordered > 0)
    .map((holding) => ({ ...holding, quantity: holding.backordered }));

  let next = stock;
  for (const { holder, allocated } of fillBackorders(freeUnits(stock), waiting)) {
    for (const { locationId, quantity } of allocated) {
      next = allocateUnits(next, holder, locationId, quantity);
      const holding = holdingOf(next, holder);
      next = withHolding(next, { ...holding, backordered: holding.backordered - quantity });
      next = tell(next, holder, { locationId, units: quantity, at });
    }
  }
  return next;
}

/** The reverse of the order in which backorders are filled, so that nobody is cut for a later allocation. */
const newestFirst = (holdings: Iterable<Holding>): Holding[] =>
  [...holdings].toSorted((a, b) => b.placedAt - a.placedAt || (a.holder < b.holder ? 1 : -1));
