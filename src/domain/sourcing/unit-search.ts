/** Tries the open units of an assignment, one item after the other, where bounds on the parcels are not enough. */
import type { Incumbent } from "./assignment";
import type { Part, Start } from "./assignment-start";
import { parcelCost, type Network } from "./network";
import { unitBound } from "./unit-bound";
import type { Work } from "./work";

/** Offers every plan it meets that is better than those before. */
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
  const loads = { grams: start.loads.map(({ grams }) => grams), mm3: start.loads.map(({ mm3 }) => mm3) };
  const count = start.loads.map((load) => load.count);
  const { atLeast, mayBeBelow } = unitBound(network, start, slopes);
  let cost = start.cost;

  const give = ({ place, unitCost }: Part, item: number, quantity: number, ties: number) => {
    units[place]![item]! += quantity;
    loads.grams[place]! += quantity * items[item]!.grams;
    loads.mm3[place]! += quantity * items[item]!.mm3;
    count[place]! += quantity;
    cost += quantity * unitCost + ties;
  };

  const settle = (at: number): void => {
    const bound = atLeast(at, loads, cost);
    if (bound >= incumbent.cutoff() || !mayBeBelow(incumbent.cutoff(), at, loads, cost)) return;
    if (!work.spend(1)) return work.leave(bound);
    if (at < open.length) return share(at, 0, open[at]!.left);
    if (count.includes(0)) return;
    let whole = cost;
    for (const [place, { site }] of places.entries()) {
      whole += parcelCost(sites[site]!, loads.grams[place]!, loads.mm3[place]!);
    }
    const rows = units.map((row) => [...row]);
    incumbent.offer(start.sites, whole, rows);
  };

  /** Every way to take the rest of the item from its parts, the most from the first of them first. */
  const share = (at: number, from: number, left: number): void => {
    if (left === 0) return settle(at + 1);
    const { item, parts } = open[at]!;
    const part = parts[from];
    if (part === undefined) return;
    const ties = units[part.place]![item] === 0 ? tie : 0;
    for (let quantity = Math.min(part.most, left); quantity > 0; quantity -= 1) {
      give(part, item, quantity, ties);
      share(at, from + 1, left - quantity);
      give(part, item, -quantity, -ties);
    }
    share(at, from + 1, left);
  };
  settle(0);
}
