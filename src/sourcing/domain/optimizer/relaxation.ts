/**
 * A lower bound for an assignment, and often its best plan. The weight limits of the price levels are relaxed: every
 * gram (or mm³) at a place has a price, its slope, and the slopes are moved to raise the bound (Lagrangian relaxation
 * by subgradients with Polyak's steps).
 */
import type { Incumbent } from "./incumbent";
import type { Place, Start } from "./assignment-start";
import { fillingOf } from "./filling";
import type { Network } from "./network";

export type Relaxed = Readonly<{
  bound: number;
  /** By place: the price of a gram (or mm³) that gives the bound. */
  slopes: readonly number[];
}>;

/** How often the slopes are moved at most. */
export const MAX_ROUNDS = 8;

/** Offers the filling of every round: it is a valid plan, whatever the slopes. */
export function relax(network: Network, start: Start, best: Incumbent): Relaxed {
  const { byVolume } = network;
  const { places, loads } = start;
  const filling = fillingOf(network, start);
  const steps = places.map((place) => stepsOf(place, byVolume[place.site]!));
  let slopes = places.map(({ site }) => network.slopes[site]!);
  let highest: Relaxed = { bound: Number.NEGATIVE_INFINITY, slopes };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
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

/** The cost of a parcel up to a limit, in grams or mm³ as the place's slope measures it. */
type Step = Readonly<{ limit: number; cost: number }>;

const stepsOf = ({ levels, most }: Place, byVolume: boolean): Step[] =>
  levels.map(({ cost, grams, mm3 }) => ({
    cost,
    limit: byVolume ? Math.min(mm3, most.mm3) : Math.min(grams, most.grams),
  }));

/** The step with the least cost when its limit is credited at the slope. */
function cheapestUnder(steps: readonly Step[], slope: number): { base: number; limit: number } {
  let [base, limit] = [Number.POSITIVE_INFINITY, 0];
  for (const step of steps) {
    const under = step.cost - slope * step.limit;
    if (under < base) [base, limit] = [under, step.limit];
  }
  return { base, limit };
}
