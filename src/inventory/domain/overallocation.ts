/** Cuts allocations where fewer units are on hand than allocated. */
import { invariant } from "../../kernel/invariant";
import { allocationAt, type Holding } from "./holding";
import { reportUnits } from "./line-events";
import { holdingOf, returnToBackorder, type Stock } from "./sku-stock";

/** Locations with more units allocated than on hand, and by how many. */
export const overallocated = (stock: Stock): { locationId: string; units: number }[] =>
  [...stock.levels.values()]
    .filter(({ allocated, onHand }) => allocated > onHand)
    .map(({ locationId, allocated, onHand }) => ({ locationId, units: allocated - onHand }));

/**
 * Cuts `units` at the location, the latest placed holding first. Cut units are backordered again, and reported.
 * @throws InvariantViolation if the loaded holdings have fewer units at the location.
 */
export function cutLatest(stock: Stock, locationId: string, units: number, at: number): Stock {
  let next = stock;
  let left = units;
  for (const { holder } of latestFirst(stock.holdings.values())) {
    const cut = Math.min(left, allocationAt(holdingOf(next, holder), locationId).live);
    if (cut === 0) continue;
    next = returnToBackorder(next, holder, locationId, cut);
    next = reportUnits(next, holder, { locationId, units: -cut, at });
    left -= cut;
  }
  invariant(left === 0, "the holdings to cut are loaded");
  return next;
}

/** The reverse of the order in which backorders are filled. */
const latestFirst = (holdings: Iterable<Holding>): Holding[] =>
  [...holdings].toSorted((a, b) => b.placedAt - a.placedAt || (a.holder < b.holder ? 1 : -1));
