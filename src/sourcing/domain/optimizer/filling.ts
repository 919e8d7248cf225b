/**
 * Fills a plan greedily: each open unit goes to the place where it is cheapest if every gram (or mm³) has a price
 * there. It is the inner step of the relaxation.
 */
import type { Incumbent } from "./incumbent";
import type { Start } from "./assignment-start";
import { parcelCost, type Network } from "./network";

export type Filling = Readonly<{
  /** @returns the cost of the open units with their weight at the slopes (`relaxed`), and without it (`unitCost`). */
  fill: (slopes: readonly number[]) => Readonly<{ relaxed: number; unitCost: number }>;
  /** Offers the last filling, with only the sites that ship something. @returns its cost. */
  offer: (unitCost: number, incumbent: Incumbent) => number;
  /** The load of a place after the last filling, in grams or mm³ as its slope measures it. */
  loadOf: (place: number) => number;
}>;

export function fillingOf(network: Network, start: Start): Filling {
  const { items, byVolume, fixed, sites, tie } = network;
  const { places, open } = start;
  const taken = open.map(({ parts }) => parts.map(() => 0));
  const grams = places.map(() => 0);
  const mm3 = places.map(() => 0);
  const count = places.map(() => 0);
  const weigh = (place: number, item: number) =>
    byVolume[places[place]!.site]! ? items[item]!.mm3 : items[item]!.grams;
  // Each open item has at least one tie, unless a part of it is assigned already.
  const tieOfOpen = open.filter(({ item }) => start.units.every((row) => row[item] === 0)).length * tie;

  const fill = (slopes: readonly number[]) => {
    for (let place = 0; place < places.length; place += 1) {
      ({ grams: grams[place], mm3: mm3[place], count: count[place] } = start.loads[place]!);
    }
    let [relaxed, unitCost] = [tieOfOpen, 0];
    for (let k = 0; k < open.length; k += 1) {
      const { item, parts } = open[k]!;
      const row = taken[k]!.fill(0);
      for (let { left } = open[k]!; left > 0;) {
        let best = -1;
        let least = Number.POSITIVE_INFINITY;
        for (let p = 0; p < parts.length; p += 1) {
          if (row[p]! > 0) continue;
          const { place, unitCost: cost } = parts[p]!;
          const priced = cost + slopes[place]! * weigh(place, item);
          if (priced < least) [best, least] = [p, priced];
        }
        const { place, most, unitCost: cost } = parts[best]!;
        const quantity = Math.min(left, most);
        row[best] = quantity;
        left -= quantity;
        relaxed += quantity * least;
        unitCost += quantity * cost + (start.units[place]![item] === 0 ? tie : 0);
        grams[place]! += quantity * items[item]!.grams;
        mm3[place]! += quantity * items[item]!.mm3;
        count[place]! += quantity;
      }
    }
    return { relaxed, unitCost };
  };

  const offer = (unitCost: number, incumbent: Incumbent): number => {
    let cost = start.cost + unitCost;
    for (const [place, { site }] of places.entries()) {
      if (count[place]! > 0) cost += parcelCost(sites[site]!, grams[place]!, mm3[place]!);
      else cost -= fixed[site]!;
    }
    if (cost >= incumbent.cutoff()) return cost;
    const units = start.units.map((row) => [...row]);
    for (const [k, { item, parts }] of open.entries()) {
      for (const [p, { place }] of parts.entries()) units[place]![item]! += taken[k]![p]!;
    }
    const used = [...places.keys()].filter((place) => count[place]! > 0);
    incumbent.offer(
      used.map((place) => places[place]!.site),
      cost,
      used.map((place) => units[place]!),
    );
    return cost;
  };

  return {
    fill,
    offer,
    loadOf: (place) => (byVolume[places[place]!.site]! ? mm3[place]! : grams[place]!),
  };
}
