/**
 * A lower bound for an assignment, and a plan that is often the best: the limits of the parcels are not kept but
 * priced, each with a cost for every gram (or mm³), and these are moved to where the bound is highest
 * (Lagrangian relaxation, by subgradients with Polyak's steps).
 */
import type { Incumbent } from "./incumbent";
import type { Place, Start } from "./assignment-start";
import { fillingOf } from "./filling";
import type { Network } from "./network";

export type Relaxed = Readonly<{
  bound: number;
  /** For each place, the cost of a gram (or mm³) that the bound was made with. */
  slopes: readonly number[];
}>;

/** As often the costs are moved, at most. */
export const ROUNDS = 8;

/** Every plan met on the way is offered: one that keeps no limits is a plan all the same. */
export function relax(network: Network, start: Start, best: Incumbent): Relaxed {
  const { byVolume } = network;
  const { places, loads } = start;
  const filling = fillingOf(network, start);
  const steps = places.map((place) => stepsOf(place, byVolume[place.site]!));
  let slopes = places.map(({ site }) => network.slopes[site]!);
  let highest: Relaxed = { bound: Number.NEGATIVE_INFINITY, slopes };
  for (let round = 0; round < ROUNDS; round += 1) {
    const { relaxed, unitCost } = filling.fill(slopes);
    let bound = start.cost + relaxed;
    let steepness = 0;
    const over: number[] = [];
    for (const [place, { site }] of places.entries()) {
      const slope = slopes[place]!;
      const { base, limit } = cheapestUnder(steps[place]!, slope);
      const { grams, mm3 } = loads[place]!;
      bound += base + slope * (byVolume[site]! ? mm3 : grams);
      over.push(filling.loadOf(place) - limit);
      if (over[place]! > 0 || slope > 0) steepness += over[place]! ** 2;
    }
    const target = Math.min(filling.offer(unitCost, best), best.cutoff());
    if (bound > highest.bound) highest = { bound, slopes };
    if (bound >= target || steepness === 0) break;
    const step = (target - bound) / steepness;
    slopes = slopes.map((slope, place) => Math.max(0, slope + step * over[place]!));
  }
  return highest;
}

/** Up to so much, measured as the place's slope measures it, a parcel costs so much. */
type Step = Readonly<{ limit: number; cost: number }>;

const stepsOf = ({ levels, most }: Place, byVolume: boolean): Step[] =>
  levels.map(({ cost, grams, mm3 }) => ({
    cost,
    limit: byVolume ? Math.min(mm3, most.mm3) : Math.min(grams, most.grams),
  }));

/** The step that is cheapest when its limit is paid back at the slope. */
function cheapestUnder(steps: readonly Step[], slope: number): { base: number; limit: number } {
  let [base, limit] = [Number.POSITIVE_INFINITY, 0];
  for (const step of steps) {
    const under = step.cost - slope * step.limit;
    if (under < base) [base, limit] = [under, step.limit];
  }
  return { base, limit };
}
