/** The compared rules: published ones, and Aftercart's sourcing with and without stock prices. */
import { priceStock } from "../../src/planning/domain/price-stock.ts";
import type { Bound } from "./bound.ts";
import { ARRIVALS, ITEMS, type Arrival, type Random, type Instance } from "./instance.ts";
import { CENTRES, PARCEL, UNIT_COSTS } from "./network.ts";
import { MILLS, sourced, type Prices } from "./sourced.ts";

export type Stock = readonly (readonly number[])[];

/** Returns the centre of each item; null if none ships it. `at`: the number of earlier arrivals. */
export type Rule = (
  order: Readonly<{ type: number; city: number; items: readonly number[]; at: number }>,
  stock: Stock,
) => readonly (number | null)[];

/** What a rule may use. */
export type Setting = Readonly<{
  instance: Instance;
  bound: Bound;
  /** An earlier sequence of arrivals, and the played one, of which a rule may read only the part so far. */
  past: readonly Arrival[];
  arrivals: readonly Arrival[];
  random: Random;
}>;

export const RULES: readonly Readonly<{ name: string; of: (setting: Setting) => Rule }>[] = [
  { name: "nearest centre", of: nearestCentre },
  { name: "rounding of the linear program (Ma)", of: rounding },
  { name: "exact for each order, no prices", of: (setting) => exact(setting, 0) },
  { name: "exact, prices computed once", of: (setting) => exact(setting, 1) },
  { name: "exact, prices computed ten times", of: (setting) => exact(setting, 10) },
];

/** Each item from the nearest centre that carries it, even if it has none left. */
function nearestCentre({ instance }: Setting): Rule {
  return ({ items, city }) => items.map((item) => instance.nearest[item]![city]!);
}

/**
 * The forced-opening scheme of Ma (2023): centres open at random times, earlier if the linear program ships more from
 * them, and each item ships from the first centre that it sees open.
 */
function rounding({ bound, random }: Setting): Rule {
  const NONE = CENTRES.length;
  return ({ type, city, items }) => {
    const opening = Array.from({ length: NONE + 1 }, () => -Math.log(1 - random()));
    return items.map((_, i) => {
      const shares = bound.shares[type]![city]![i]!;
      const most = shares.indexOf(Math.max(...shares));
      const seen = shares.map((share, place) => opening[place]! / share);
      seen[most] = forced(shares[most]!, random)
        ? 1 / shares[most]!
        : Math.min(opening[most]!, 1) / shares[most]!;
      const first = seen.indexOf(Math.min(...seen));
      return first === NONE ? null : first;
    });
  };
}

const forced = (share: number, random: Random): boolean =>
  random() < (1 - share) / (1 - share + share * Math.exp(1 / share) - Math.E);

/** The cheapest plan for each order, with the stock prices computed last. */
function exact({ instance, past, arrivals }: Setting, times: number): Rule {
  let prices: Prices = CENTRES.map(() => Array.from({ length: ITEMS }, () => 0));
  let found = 0;
  return ({ items, city, at }, stock) => {
    while (found < times && at >= (found * ARRIVALS) / times) {
      const known = [...past.slice(at), ...arrivals.slice(0, at)];
      prices = pricesFor(instance, known, stock, 1 - at / ARRIVALS);
      found += 1;
    }
    return sourced(items, city, stock, prices);
  };
}

/** Stock prices as Aftercart computes them: from past arrivals, without the true rates. */
function pricesFor({ types }: Instance, known: readonly Arrival[], stock: Stock, expected: number): Prices {
  const found = priceStock({
    orders: known.flatMap((arrival) =>
      arrival === null
        ? []
        : [
            {
              region: String(arrival.city),
              lines: types[arrival.type]!.map((item) => ({ sku: String(item), quantity: 1 })),
              expected,
            },
          ],
    ),
    stock: stock.flatMap((row, centre) =>
      row.map((available, item) => ({ sku: String(item), locationId: String(centre), available })),
    ),
    costs: {
      parcelMinor: () => PARCEL * MILLS,
      unitMinor: (_item, centre, city) => UNIT_COSTS[Number(centre)]![Number(city)]! * MILLS,
    },
  });
  const prices = CENTRES.map(() => Array.from({ length: ITEMS }, () => 0));
  for (const { sku, locationId, priceMinor } of found) {
    prices[Number(locationId)]![Number(sku)] = priceMinor / MILLS;
  }
  return prices;
}
