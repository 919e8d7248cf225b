/**
 * A straight line under a site's stepped parcel prices: a base and a price for each unit that together never exceed
 * the parcel's price. It gives lower bounds for plans.
 */
import type { Item, Site } from "./input";
import { cheapestRate, lastPrice, timeMinor, type ParcelRate } from "../parcel-price";

export type SupportingLine = Readonly<{
  base: number;
  perUnit: readonly number[];
  /** The price of a gram, or of a mm³ if `byVolume`. */
  slope: number;
  byVolume: boolean;
}>;

type Point = Readonly<{ at: number; price: number }>;

/**
 * Weight is measured in grams, or for bulky goods in the least dimensional weight of the services: the billable
 * weight is never less than either. The line touches the lower hull of the prices at about half of what the site
 * could ship, since the parcels of a split order are about that heavy.
 */
export function supportingLine(site: Site, items: readonly Item[], need: readonly number[]): SupportingLine {
  const sendable = need.map((quantity, i) => Math.min(quantity, site.units[i]!));
  const divisor = Math.max(1, ...site.rates.map(({ volumeDivisor }) => volumeDivisor));
  const total = (weights: readonly number[]) => weights.reduce((sum, w, i) => sum + w * sendable[i]!, 0);
  const grams = items.map((item) => item.grams);
  const dimensional = items.map((item) => item.mm3 / divisor);
  const byVolume = total(dimensional) > total(grams);
  const weights = byVolume ? dimensional : grams;

  const most = total(weights);
  const least = Math.min(...weights.filter((_, i) => sendable[i]! > 0));
  if (!(most > 0)) return { base: priceAt(site.rates, 0), perUnit: weights.map(() => 0), slope: 0, byVolume };
  const { base, slope } = lineAt(lowerHull(pricePoints(site.rates, least, most)), (least + most) / 2);
  const perUnit = weights.map((weight) => slope * weight);
  return { base, perUnit, slope: byVolume ? slope / divisor : slope, byVolume };
}

const priceAt = (rates: readonly ParcelRate[], weight: number): number =>
  cheapestRate(rates, { grams: weight, mm3: 0 })?.costMinor ?? 0;

/**
 * The ends of the steps, where a parcel is cheapest for its weight. Beyond the last step the prices are a line under
 * them.
 */
function pricePoints(rates: readonly ParcelRate[], least: number, most: number): Point[] {
  const ends = rates.flatMap(({ prices }) => prices.map(({ upToGrams }) => upToGrams));
  const weights = [least, ...ends.filter((end) => end > least && end < most), most];
  return weights
    .toSorted((a, b) => a - b)
    .map((at) => ({ at, price: Math.min(...rates.map((rate) => flattened(rate, at))) }));
}

function flattened(rate: ParcelRate, weight: number): number {
  const { upToGrams: heaviest, priceMinor: dearest } = lastPrice(rate);
  if (weight <= heaviest) return priceAt([rate], weight);
  const leastPerGram = Math.min(...rate.prices.map(({ upToGrams, priceMinor }) => priceMinor / upToGrams));
  const perGram = rate.perExtraKgMinor === null ? leastPerGram : rate.perExtraKgMinor / 1_000;
  return dearest + timeMinor(rate) + perGram * (weight - heaviest);
}

function lowerHull(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of points) {
    if (hull.at(-1)?.at === point.at) continue;
    while (hull.length > 1 && isAbove(hull.at(-1)!, hull.at(-2)!, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

const isAbove = (middle: Point, from: Point, to: Point): boolean =>
  (middle.price - from.price) * (to.at - from.at) >= (to.price - from.price) * (middle.at - from.at);

/** The line of the hull at the weight. If its base were negative: the steepest line from zero under the hull. */
function lineAt(hull: readonly Point[], weight: number): { base: number; slope: number } {
  const end = Math.max(
    1,
    hull.findIndex(({ at }) => at >= weight),
  );
  const [from, to] = [hull[end - 1]!, hull[end]];
  const slope = to ? (to.price - from.price) / (to.at - from.at) : 0;
  const base = from.price - slope * from.at;
  if (base >= 0) return { base, slope };
  return { base: 0, slope: Math.min(...hull.filter(({ at }) => at > 0).map(({ at, price }) => price / at)) };
}
