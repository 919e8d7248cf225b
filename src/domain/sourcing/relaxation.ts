/**
 * A lower bound for an assignment whose parcels keep to ranges of price levels, and a plan that is often the
 * best: the limits of the parcels are not kept but priced, each with a cost for every gram (or mm³), and these
 * are moved to where the bound is highest (Lagrangian relaxation, by subgradients with Polyak's steps).
 */
import type { Incumbent } from "./assignment";
import type { Start } from "./assignment-start";
import { parcelCost, type Network } from "./network";

export type Relaxed = Readonly<{
  bound: number;
  /** For each place, the cost of a gram (or mm³) that the bound was made with. */
  slopes: readonly number[];
}>;

const ROUNDS = 8;

/** Every plan met on the way is offered: one that keeps no limits is a plan all the same. */
export function relax(network: Network, start: Start, incumbent: Incumbent): Relaxed {
  const { items, byVolume, tie } = network;
  const { places, open } = start;
  const taken = open.map(({ parts }) => parts.map(() => 0));
  const weight = places.map(({ site }) => items.map(({ grams, mm3 }) => (byVolume[site]! ? mm3 : grams)));
  const limits = places.map(({ site, levels, most }) =>
    levels.map(({ grams, mm3 }) => (byVolume[site]! ? Math.min(mm3, most.mm3) : Math.min(grams, most.grams))),
  );
  const grams = places.map(() => 0);
  const mm3 = places.map(() => 0);
  const count = places.map(() => 0);
  const base = places.map(() => 0);
  const limit = places.map(() => 0);
  // An item of which some is given may join that part.
  const tieOfOpen = open.filter(({ item }) => start.units.every((row) => row[item] === 0)).length * tie;

  /** Fills `base` and `limit`: the level that is cheapest under the slope. */
  const level = (place: number, slope: number): void => {
    let least = Number.POSITIVE_INFINITY;
    for (const [i, { cost }] of places[place]!.levels.entries()) {
      const under = cost - slope * limits[place]![i]!;
      if (under >= least) continue;
      least = under;
      limit[place] = limits[place]![i]!;
    }
    base[place] = least;
  };

  /** Gives every open unit to the place where it is cheapest under the slopes. */
  const fill = (slopes: readonly number[]): { relaxed: number; unitCost: number } => {
    for (let place = 0; place < places.length; place += 1) {
      ({ grams: grams[place], mm3: mm3[place], count: count[place] } = start.loads[place]!);
    }
    let relaxed = tieOfOpen;
    let unitCost = 0;
    for (let k = 0; k < open.length; k += 1) {
      const { item, parts } = open[k]!;
      const row = taken[k]!.fill(0);
      let { left } = open[k]!;
      while (left > 0) {
        let best = -1;
        let least = Number.POSITIVE_INFINITY;
        for (let p = 0; p < parts.length; p += 1) {
          if (row[p]! > 0) continue;
          const { place, unitCost: cost } = parts[p]!;
          const priced = cost + slopes[place]! * weight[place]![item]!;
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

  /** The plan of the bound, with only the sites that send something in it. */
  const offer = (unitCost: number): number => {
    const used = places.flatMap((_, place) => (count[place]! > 0 ? [place] : []));
    let cost = start.cost + unitCost;
    for (const [place, { site }] of places.entries()) {
      if (count[place]! > 0) cost += parcelCost(network.sites[site]!, grams[place]!, mm3[place]!);
      else cost -= network.fixed[site]!;
    }
    if (cost >= incumbent.cutoff()) return cost;
    const units = start.units.map((row) => [...row]);
    for (const [k, { item, parts }] of open.entries()) {
      for (const [p, { place }] of parts.entries()) units[place]![item]! += taken[k]![p]!;
    }
    const sites = used.map((place) => places[place]!.site);
    incumbent.offer(
      sites,
      cost,
      used.map((place) => units[place]!),
    );
    return cost;
  };

  let slopes = places.map(({ site }) => network.slopes[site]!);
  let best: Relaxed = { bound: Number.NEGATIVE_INFINITY, slopes };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { relaxed, unitCost } = fill(slopes);
    let bound = start.cost + relaxed;
    for (let place = 0; place < places.length; place += 1) {
      const { site } = places[place]!;
      level(place, slopes[place]!);
      const given = start.loads[place]!;
      bound += base[place]! + slopes[place]! * (byVolume[site]! ? given.mm3 : given.grams);
    }
    const cost = offer(unitCost);
    if (bound > best.bound) best = { bound, slopes };
    const target = Math.min(incumbent.cutoff(), cost);
    if (bound >= target) break;
    const over = places.map(
      ({ site }, place) => (byVolume[site]! ? mm3[place]! : grams[place]!) - limit[place]!,
    );
    const steepness = over.reduce((sum, by, place) => sum + (by > 0 || slopes[place]! > 0 ? by ** 2 : 0), 0);
    if (steepness === 0) break;
    const step = (target - bound) / steepness;
    slopes = slopes.map((slope, place) => Math.max(0, slope + step * over[place]!));
  }
  return best;
}
