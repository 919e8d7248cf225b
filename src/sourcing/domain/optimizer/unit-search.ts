/** Searches all ways to assign the open units, item by item, with bounds that prune the search. */
import type { Incumbent } from "./incumbent";
import type { Part, Start } from "./assignment-start";
import { parcelCost, type Network } from "./network";
import { unitBound } from "./unit-bound";
import type { Work } from "./work";

/** The work of pruning a branch, in steps. */
const PRUNED_STEPS = 0.1;

/** Offers every plan that costs less than the incumbent. */
export function tryUnits(
  network: Network,
  start: Start,
  slopes: readonly number[],
  incumbent: Incumbent,
  work: Work,
): void {
  const { items, sites, tie } = network;
  const { places, open } = start;
  const units = start.units.map((row) => [...row]);
  const laterOf = open.map(({ parts }) =>
    parts.map((_, from) => parts.slice(from + 1).reduce((sum, { most }) => sum + most, 0)),
  );
  const loads = { grams: start.loads.map(({ grams }) => grams), mm3: start.loads.map(({ mm3 }) => mm3) };
  const count = start.loads.map((load) => load.count);
  const { atLeast, mayBeBelow } = unitBound(network, start, slopes);
  let cost = start.cost;

  const assign = ({ place, unitCost }: Part, item: number, quantity: number, ties: number) => {
    units[place]![item]! += quantity;
    loads.grams[place]! += quantity * items[item]!.grams;
    loads.mm3[place]! += quantity * items[item]!.mm3;
    count[place]! += quantity;
    cost += quantity * unitCost + ties;
  };

  /** Assigns the open items from this one on. */
  const assignFrom = (at: number): void => {
    const bound = atLeast(at, loads, cost);
    if (bound >= incumbent.cutoff() || !mayBeBelow(incumbent.cutoff(), at, loads, cost)) {
      return void work.spend(PRUNED_STEPS);
    }
    if (!work.spend(1)) return work.skip(bound);
    if (at < open.length) return share({ at, bound }, 0, open[at]!.left);
    if (count.includes(0)) return;
    let total = cost;
    for (const [place, { site }] of places.entries()) {
      total += parcelCost(sites[site]!, loads.grams[place]!, loads.mm3[place]!);
    }
    const rows = units.map((row) => [...row]);
    incumbent.offer(start.sites, total, rows);
  };

  /**
   * Tries every way to take the item's open units from its parts: first the most from the first part, down to what
   * the later parts cannot provide. Each way costs at least the bound.
   */
  const share = (of: Readonly<{ at: number; bound: number }>, from: number, left: number): void => {
    if (left === 0) return assignFrom(of.at + 1);
    const { item, parts } = open[of.at]!;
    const part = parts[from];
    if (part === undefined) return;
    const later = laterOf[of.at]![from]!;
    const ties = units[part.place]![item] === 0 ? tie : 0;
    for (let quantity = Math.min(part.most, left); quantity >= Math.max(1, left - later); quantity -= 1) {
      if (work.isSpent()) return work.skip(of.bound);
      assign(part, item, quantity, ties);
      share(of, from + 1, left - quantity);
      assign(part, item, -quantity, -ties);
    }
    if (left <= later) share(of, from + 1, left);
  };
  assignFrom(0);
}
