/** The random instances of the published experiment: order types, their rates, and the stock of each centre. */
import { CENTRES, CITIES, NEAREST } from "./network.ts";

export const ITEMS = 20;
export const ARRIVALS = 10_000;
const SIZES = 5;
const TYPES_OF_A_SIZE = 5;
const CARRIED = 0.75;
/** Safety stock, in standard deviations of the demand. */
const SAFETY = 0.5;

/** A set of items ordered together. */
export type OrderType = readonly number[];

export type Instance = Readonly<{
  types: readonly OrderType[];
  /** By type and city: the share of arrivals. The rest to one are visitors who order nothing. */
  rates: readonly (readonly number[])[];
  /** Units at the start, by centre and item. */
  stock: readonly (readonly number[])[];
  /** By item and city: the nearest centre that carries it; null if none does. */
  nearest: readonly (readonly (number | null)[])[];
}>;

/** Null: the visitor orders nothing. */
export type Arrival = Readonly<{ type: number; city: number }> | null;

/** A random number from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** The Mulberry32 generator. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function instanceOf(random: Random): Instance {
  const sizes = Array.from({ length: SIZES }, (_, i) => i + 1);
  const types = sizes.flatMap((size) =>
    Array.from({ length: TYPES_OF_A_SIZE }, () => someItems(size, random)),
  );
  const [, ...ofSizes] = shares(1 + SIZES, random);
  const ofTypes = ofSizes.flatMap((ofSize) =>
    shares(TYPES_OF_A_SIZE, random).map((ofType) => ofSize * ofType),
  );
  const people = CITIES.reduce((sum, { population }) => sum + population, 0);
  const rates = ofTypes.map((share) => CITIES.map(({ population }) => (share * population) / people));
  const carried = Array.from({ length: ITEMS }, () => CENTRES.map(() => random() < CARRIED));
  const nearest = carried.map((at) =>
    CITIES.map((_, city) => NEAREST[city]!.find((centre) => at[centre]) ?? null),
  );
  return { types, rates, stock: stockFor(types, rates, nearest), nearest };
}

function stockFor(
  types: Instance["types"],
  rates: Instance["rates"],
  nearest: Instance["nearest"],
): number[][] {
  const served = CENTRES.map(() => Array.from({ length: ITEMS }, () => 0));
  for (const [type, items] of types.entries()) {
    for (const item of items) {
      for (const city of CITIES.keys()) {
        const centre = nearest[item]![city];
        if (centre !== null) served[centre!]![item]! += rates[type]![city]!;
      }
    }
  }
  return served.map((row) =>
    row.map((rate) => Math.round(ARRIVALS * rate + SAFETY * Math.sqrt(ARRIVALS * rate * (1 - rate)))),
  );
}

function someItems(size: number, random: Random): number[] {
  const items = Array.from({ length: ITEMS }, (_, i) => i);
  return Array.from({ length: size }, () => items.splice(Math.floor(random() * items.length), 1)[0]!);
}

/** Random shares that add up to one. */
function shares(count: number, random: Random): number[] {
  const drawn = Array.from({ length: count }, random);
  const sum = drawn.reduce((total, share) => total + share, 0);
  return drawn.map((share) => share / sum);
}

export function arrivalsOf({ rates }: Instance, random: Random): Arrival[] {
  const kinds = rates.flatMap((row, type) => row.map((rate, city) => ({ rate, arrival: { type, city } })));
  const upTo: number[] = [];
  for (const { rate } of kinds) upTo.push((upTo.at(-1) ?? 0) + rate);
  return Array.from({ length: ARRIVALS }, () => {
    const drawn = random();
    const at = upTo.findIndex((bound) => drawn < bound);
    return kinds[at]?.arrival ?? null;
  });
}
