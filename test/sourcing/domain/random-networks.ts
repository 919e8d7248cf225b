/** Random small networks for the optimizer, the same for the same seed. */
import type { NetworkInput } from "../../../src/sourcing/domain/optimizer/input";
import type { ParcelRate } from "../../../src/sourcing/domain/parcel-price";

export type Random = () => number;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const times = <Each>(count: number, make: (i: number) => Each): Each[] =>
  Array.from({ length: count }, (_, i) => make(i));

export const SIZE = { sites: 6, items: 6, units: 4 };

/** Up to six sites, six items and four units of each, with steps in weight and volume; some limit the parcels. */
export function randomNetwork(random: Random): NetworkInput {
  const items = times(1 + below(random, SIZE.items), () => ({
    quantity: 1 + below(random, SIZE.units),
    grams: below(random, 8) * 250,
    mm3: below(random, 6) * 1_000_000,
  }));
  const carried = 0.2 + random() * 0.7;
  const dear = random() < 0.5 ? 0 : 200;
  return {
    items,
    splitPenalty: random() < 0.5 ? 0 : below(random, 300),
    maxParcels: random() < 0.3 ? 1 + below(random, 3) : null,
    sites: times(1 + below(random, SIZE.sites), () => ({
      units: items.map(() => (random() < carried ? below(random, 4) : 0)),
      unitCosts: items.map(() => below(random, 60) + below(random, dear + 1)),
      perParcel: below(random, 200),
      rates: times(1 + below(random, 2), () => randomRate(random)),
    })),
  };
}

function randomRate(random: Random): ParcelRate {
  let [upToGrams, priceMinor] = [0, below(random, 800)];
  const prices = times(below(random, 5), () => {
    upToGrams += 250 * (1 + below(random, 8));
    // Sometimes a heavier parcel is cheaper, as in price lists of real carriers.
    priceMinor = Math.max(0, priceMinor + below(random, 500) - 50);
    return { upToGrams, priceMinor };
  });
  const lateDays = random() < 0.3 ? 1 + below(random, 3) : 0;
  return {
    serviceId: "any",
    prices,
    perExtraKgMinor: prices.length > 0 && random() < 0.2 ? null : below(random, 300),
    volumeDivisor: random() < 0.2 ? Number.POSITIVE_INFINITY : 4_000 + below(random, 3) * 1_000,
    lateDays,
    latenessMinor: lateDays * 150,
    speedMinor: random() < 0.3 ? below(random, 10) * 40 : 0,
  };
}
