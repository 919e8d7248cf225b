/**
 * A site's rates as one list of price levels: a parcel of at most these grams and this volume costs this much. Levels
 * that cost more and allow no more are left out.
 */
import type { Load } from "../../../catalog/domain/sku";
import { billableGrams, lastPrice, parcelPriceMinor, timeMinor, type ParcelRate } from "../parcel-price";

/** `cost` includes lateness. A level that groups several steps has the cost of the first. */
export type Level = Readonly<{ cost: number; grams: number; mm3: number }>;

/** More steps beyond the last bracket than this are grouped: the bound is lower, but still valid. */
const MAX_EXTRA = 48;

/** The levels for a parcel of at most this load, by ascending cost. */
export function priceLevels(rates: readonly ParcelRate[], most: Load): Level[] {
  const levels = rates
    .flatMap((rate) => levelsOf(rate, most))
    .toSorted((a, b) => a.cost - b.cost || b.grams - a.grams || b.mm3 - a.mm3);
  const kept: Level[] = [];
  for (const level of levels) {
    if (kept.some(({ grams, mm3 }) => grams >= level.grams && mm3 >= level.mm3)) continue;
    kept.push(level);
    if (level.grams >= most.grams && level.mm3 >= most.mm3) break;
  }
  return kept;
}

function levelsOf(rate: ParcelRate, most: Load): Level[] {
  const heaviest = lastPrice(rate).upToGrams;
  const ends = rate.prices.length === 0 ? [0] : rate.prices.map(({ upToGrams }) => upToGrams);
  const steps = ends.map((end) => levelAt(rate, end, end));
  const beyond = billableGrams(rate, most) - heaviest;
  if (beyond <= 0) return steps;
  const extra =
    rate.perExtraKgMinor === null ? ends.length * Math.ceil(beyond / heaviest) : Math.ceil(beyond / 1_000);
  if (extra > MAX_EXTRA || rate.perExtraKgMinor === 0) return [...steps, ...inGroups(rate, heaviest, beyond)];
  const further =
    rate.perExtraKgMinor === null
      ? times(Math.ceil(beyond / heaviest), (parcel) =>
          ends.map((end) => heaviest * (parcel + 1) + end),
        ).flat()
      : times(extra, (kilogram) => heaviest + 1_000 * (kilogram + 1));
  return [...steps, ...further.map((end) => levelAt(rate, end, end))];
}

/** Each group has the price of its lightest load. */
const inGroups = (rate: ParcelRate, heaviest: number, beyond: number): Level[] =>
  times(MAX_EXTRA, (group) => {
    const width = beyond / MAX_EXTRA;
    const end = group === MAX_EXTRA - 1 ? Number.POSITIVE_INFINITY : heaviest + width * (group + 1);
    return levelAt(rate, heaviest + width * group, end);
  });

const levelAt = (rate: ParcelRate, priced: number, grams: number): Level => ({
  cost: parcelPriceMinor(rate, { grams: priced, mm3: 0 }) + timeMinor(rate),
  grams,
  mm3: rate.volumeDivisor === Number.POSITIVE_INFINITY ? rate.volumeDivisor : grams * rate.volumeDivisor,
});

const times = <Each>(count: number, make: (i: number) => Each): Each[] =>
  Array.from({ length: count }, (_, i) => make(i));
