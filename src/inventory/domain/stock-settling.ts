/**
 * What follows from a change of stock, before anyone else sees it.
 *
 * A location with fewer units than are claimed there cuts its newest claims, which are then owed. Units that
 * are free go to those who are owed some, the longest wait first.
 */
import { fillBackorders } from "./backorders";
import { invariant } from "../../kernel/invariant";
import {
  claimAt,
  claimUnits,
  freeUnits,
  holdingOf,
  tell,
  withHolding,
  type Holding,
  type Stock,
} from "./sku-stock";
import type { Claimant } from "./stock";

/** Locations where more is claimed than on hand, and by how many units. */
export const overclaimed = (stock: Stock): { locationId: string; units: number }[] =>
  [...stock.levels.values()]
    .filter(({ claimed, onHand }) => claimed > onHand)
    .map(({ locationId, claimed, onHand }) => ({ locationId, units: claimed - onHand }));

/** Needs the newest holdings at the location, as many as cover the units. */
export function cutNewest(stock: Stock, locationId: string, units: number, at: number): Stock {
  let next = stock;
  let left = units;
  for (const { claimant } of newestFirst(stock.holdings.values())) {
    const cut = Math.min(left, claimAt(holdingOf(next, claimant), locationId).live);
    if (cut === 0) continue;
    next = oweAgain(next, claimant, locationId, cut);
    next = tell(next, claimant, { locationId, units: -cut, at });
    left -= cut;
  }
  invariant(left === 0, "claims beyond what is on hand are found and cut");
  return next;
}

/** The claimant's units at the location become part of its backorder, which keeps its place in the queue. */
export function oweAgain(stock: Stock, claimant: Claimant, locationId: string, units: number): Stock {
  const next = claimUnits(stock, claimant, locationId, -units);
  const holding = holdingOf(next, claimant);
  return withHolding(next, { ...holding, backordered: holding.backordered + units });
}

/** Fills the backorders among the holdings given. */
export function fillWaiting(stock: Stock, at: number): Stock {
  const waiting = [...stock.holdings.values()]
    .filter(({ backordered }) => backordered > 0)
    .map((holding) => ({ ...holding, quantity: holding.backordered }));

  let next = stock;
  for (const { claimant, claimed } of fillBackorders(freeUnits(stock), waiting)) {
    for (const { locationId, quantity } of claimed) {
      next = claimUnits(next, claimant, locationId, quantity);
      const holding = holdingOf(next, claimant);
      next = withHolding(next, { ...holding, backordered: holding.backordered - quantity });
      next = tell(next, claimant, { locationId, units: quantity, at });
    }
  }
  return next;
}

/** The reverse of the order in which backorders are filled, so that nobody is cut for a later claim. */
const newestFirst = (holdings: Iterable<Holding>): Holding[] =>
  [...holdings].toSorted((a, b) => b.placedAt - a.placedAt || (a.claimant < b.claimant ? 1 : -1));
