/**
 * The input of stock prices: expected orders, units at hand, and the costs of shipping from each location to each
 * region. Orders are kept whole, because a location that has all of an order saves a parcel. Pricing each SKU by
 * itself would lose most of the gain.
 */
import { invariant } from "../../kernel/invariant";

/** Expected orders of the same SKUs to the same region. */
export type ExpectedOrders = Readonly<{
  region: string;
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
  /** How many of them are expected while the stock has to last. It may be a fraction. */
  expected: number;
}>;

export type StockAtHand = Readonly<{ sku: string; locationId: string; available: number }>;

/** In minor units of the books' currency. */
export type ServingCosts = Readonly<{
  /** The cost of a parcel without its units; null if the location does not ship to the region. */
  parcelMinor: (locationId: string, region: string) => number | null;
  /** The cost of a unit in the parcel. */
  unitMinor: (sku: string, locationId: string, region: string) => number;
}>;

export type PricingInput = Readonly<{
  orders: readonly ExpectedOrders[];
  stock: readonly StockAtHand[];
  costs: ServingCosts;
}>;

/** Orders of one kind, and their costs by origin. The first origin is none: its lines are not shipped. */
export type Kind = Readonly<{
  expected: number;
  quantities: readonly number[];
  /** By origin. */
  parcels: Float64Array;
  /** By origin and line: the cost of the line's units; infinite if the origin has none. */
  lines: Float64Array;
  /** By origin and line: the index in `slots` of its units; −1 if there are none. */
  slots: Int32Array;
}>;

export type PricingProblem = Readonly<{
  kinds: readonly Kind[];
  /** The units at hand, by SKU and location. */
  slots: readonly StockAtHand[];
  /** By slot: the units of its SKU that are expected to be ordered. */
  demand: Float64Array;
  /** The scale of the prices. */
  dearestParcelMinor: number;
}>;

/** An order with more lines counts as several orders. */
export const MAX_LINES = 8;

/** A line that is not shipped costs so many times the dearest parcel and unit, as in Jasin & Sinha (2015). */
const NOT_SENT = 2;

export function pricingProblem({ orders, stock, costs }: PricingInput): PricingProblem {
  const slots = stock
    .filter(({ available }) => available > 0)
    .toSorted((a, b) => compare(a.sku, b.sku) || compare(a.locationId, b.locationId));
  const bySku = Map.groupBy(slots.keys(), (slot) => slots[slot]!.sku);
  const merged = mergeSame(orders.flatMap(splitLargeOrder));
  const demand = new Float64Array(slots.length);
  for (const { expected, lines } of merged) {
    for (const { sku, quantity } of lines) {
      for (const slot of bySku.get(sku) ?? []) demand[slot]! += expected * quantity;
    }
  }
  const kinds = merged.map((order) => {
    const offers = order.lines.map(({ sku }) => bySku.get(sku) ?? []);
    return kindOf(order, originsOf(order, offers, slots, costs));
  });
  const dearestParcelMinor = kinds.reduce((most, { parcels }) => Math.max(most, parcels[0]! / NOT_SENT), 0);
  return { kinds, slots, demand, dearestParcelMinor };
}

/** Merges lines of one SKU, and splits an order of more than `MAX_LINES` lines. */
function splitLargeOrder(order: ExpectedOrders): ExpectedOrders[] {
  invariant(
    order.expected > 0 && order.lines.length > 0,
    "an expected order has lines, and a positive frequency",
  );
  const units = (lines: ExpectedOrders["lines"]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const lines = [...Map.groupBy(order.lines, ({ sku }) => sku)]
    .map(([sku, of]) => ({ sku, quantity: units(of) }))
    .toSorted((a, b) => compare(a.sku, b.sku));
  const parts = Math.ceil(lines.length / MAX_LINES);
  return Array.from({ length: parts }, (_, part) => ({
    ...order,
    lines: lines.slice(part * MAX_LINES, (part + 1) * MAX_LINES),
  }));
}

/** Sorted, so that prices do not depend on the sequence of the orders. */
function mergeSame(orders: readonly ExpectedOrders[]): ExpectedOrders[] {
  const key = ({ region, lines }: ExpectedOrders) =>
    JSON.stringify([region, ...lines.map(({ sku, quantity }) => [sku, quantity])]);
  return [...Map.groupBy(orders, key)]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([, same]) => ({
      ...same[0]!,
      expected: same.reduce((sum, { expected }) => sum + expected, 0),
    }));
}

type Origin = Readonly<{
  parcel: number;
  /** By line: the cost of a unit, and its slot; −1 if the origin has none. */
  units: readonly number[];
  slots: readonly number[];
}>;

function originsOf(
  { region, lines }: ExpectedOrders,
  offers: readonly (readonly number[])[],
  slots: readonly StockAtHand[],
  { parcelMinor, unitMinor }: ServingCosts,
): Origin[] {
  const locationIds = new Set(offers.flatMap((of) => of.map((slot) => slots[slot]!.locationId)));
  return [...locationIds].toSorted(compare).flatMap((locationId) => {
    const parcel = parcelMinor(locationId, region);
    if (parcel === null) return [];
    const units = lines.map(({ sku }) => unitMinor(sku, locationId, region));
    const own = offers.map((of) => of.find((slot) => slots[slot]!.locationId === locationId) ?? -1);
    return [{ parcel, units, slots: own }];
  });
}

function kindOf({ lines, expected }: ExpectedOrders, origins: readonly Origin[]): Kind {
  const notSent = (costs: readonly number[]) => NOT_SENT * Math.max(0, ...costs);
  const nowhere: Origin = {
    parcel: notSent(origins.map(({ parcel }) => parcel)),
    units: lines.map((_, line) => notSent(origins.map(({ units }) => units[line]!))),
    slots: lines.map(() => -1),
  };
  const all = [nowhere, ...origins];
  const cost = (origin: Origin, line: number) =>
    origin === nowhere || origin.slots[line]! >= 0
      ? lines[line]!.quantity * origin.units[line]!
      : Number.POSITIVE_INFINITY;
  return {
    expected,
    quantities: lines.map(({ quantity }) => quantity),
    parcels: Float64Array.from(all, ({ parcel }) => parcel),
    lines: Float64Array.from(all.flatMap((origin) => lines.map((_, line) => cost(origin, line)))),
    slots: Int32Array.from(all.flatMap((origin) => origin.slots)),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
