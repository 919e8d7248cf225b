/**
 * What stock prices are found from: the orders that are expected, the units at hand, and what it costs to
 * send from each location to each region. Orders are looked at whole, since a location that has the rest of
 * an order saves a parcel; SKU by SKU, most of what prices are worth would be lost.
 */
import { invariant } from "../../kernel/invariant";

/** Orders of one kind: the same SKUs to the same region. */
export type ExpectedOrders = Readonly<{
  region: string;
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
  /** How many of them come while the stock has to last; a fraction of one as well. */
  expected: number;
}>;

export type StockAtHand = Readonly<{ sku: string; locationId: string; available: number }>;

/** In minor units of the books' currency. */
export type ServingCosts = Readonly<{
  /** Of a parcel, whatever is in it; null where the location does not send to the region. */
  parcelMinor: (locationId: string, region: string) => number | null;
  /** Of a unit in it. */
  unitMinor: (sku: string, locationId: string, region: string) => number;
}>;

export type PricingInput = Readonly<{
  orders: readonly ExpectedOrders[];
  stock: readonly StockAtHand[];
  costs: ServingCosts;
}>;

/** A kind of orders, and what each place costs it. The first place is none at all: lines that are not sent. */
export type Kind = Readonly<{
  expected: number;
  quantities: readonly number[];
  /** By place. */
  parcels: Float64Array;
  /** By place and line: the cost of the line's units; infinite where the place has none. */
  lines: Float64Array;
  /** By place and line: whose units they are, an index of `slots`; −1 for none. */
  slots: Int32Array;
}>;

export type PricingProblem = Readonly<{
  kinds: readonly Kind[];
  /** Units at hand, each SKU at each location. */
  slots: readonly StockAtHand[];
  /** Units of the slot's SKU that are expected to be asked for. */
  demand: Float64Array;
  /** The scale on which prices are found. */
  dearestParcelMinor: number;
}>;

/** What an order has beyond this is looked at as another order. */
export const MAX_LINES = 8;

/** What is not sent is taken to cost so many times the dearest parcel and unit, as in Jasin & Sinha (2015). */
const NOT_SENT = 2;

export function pricingProblem({ orders, stock, costs }: PricingInput): PricingProblem {
  const slots = stock
    .filter(({ available }) => available > 0)
    .toSorted((a, b) => compare(a.sku, b.sku) || compare(a.locationId, b.locationId));
  const bySku = Map.groupBy(slots.keys(), (slot) => slots[slot]!.sku);
  const alike = mergeAlike(orders.flatMap(runIsolatedSteps));
  const demand = new Float64Array(slots.length);
  for (const { expected, lines } of alike) {
    for (const { sku, quantity } of lines) {
      for (const slot of bySku.get(sku) ?? []) demand[slot]! += expected * quantity;
    }
  }
  const kinds = alike.map((order) => {
    const offers = order.lines.map(({ sku }) => bySku.get(sku) ?? []);
    return kindOf(order, placesOf(order, offers, slots, costs));
  });
  const dearestParcelMinor = kinds.reduce((most, { parcels }) => Math.max(most, parcels[0]! / NOT_SENT), 0);
  return { kinds, slots, demand, dearestParcelMinor };
}

function runIsolatedSteps(order: ExpectedOrders): ExpectedOrders[] {
  invariant(order.expected > 0 && order.lines.length > 0, "an expected order has lines, and comes");
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

/** Sorted, so that the same orders have the same prices in whatever sequence they are told. */
function mergeAlike(orders: readonly ExpectedOrders[]): ExpectedOrders[] {
  const key = ({ region, lines }: ExpectedOrders) =>
    JSON.stringify([region, ...lines.map(({ sku, quantity }) => [sku, quantity])]);
  return [...Map.groupBy(orders, key)]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([, same]) => ({
      ...same[0]!,
      expected: same.reduce((sum, { expected }) => sum + expected, 0),
    }));
}

type Place = Readonly<{
  parcel: number;
  /** By line: the cost of a unit, and the slot it is of; −1 where the place has none. */
  units: readonly number[];
  slots: readonly number[];
}>;

function placesOf(
  { region, lines }: ExpectedOrders,
  offers: readonly (readonly number[])[],
  slots: readonly StockAtHand[],
  { parcelMinor, unitMinor }: ServingCosts,
): Place[] {
  const locationIds = new Set(offers.flatMap((of) => of.map((slot) => slots[slot]!.locationId)));
  return [...locationIds].toSorted(compare).flatMap((locationId) => {
    const parcel = parcelMinor(locationId, region);
    if (parcel === null) return [];
    const units = lines.map(({ sku }) => unitMinor(sku, locationId, region));
    const own = offers.map((of) => of.find((slot) => slots[slot]!.locationId === locationId) ?? -1);
    return [{ parcel, units, slots: own }];
  });
}

function kindOf({ lines, expected }: ExpectedOrders, places: readonly Place[]): Kind {
  const notSent = (costs: readonly number[]) => NOT_SENT * Math.max(0, ...costs);
  const nowhere: Place = {
    parcel: notSent(places.map(({ parcel }) => parcel)),
    units: lines.map((_, line) => notSent(places.map(({ units }) => units[line]!))),
    slots: lines.map(() => -1),
  };
  const all = [nowhere, ...places];
  const cost = (place: Place, line: number) =>
    place === nowhere || place.slots[line]! >= 0
      ? lines[line]!.quantity * place.units[line]!
      : Number.POSITIVE_INFINITY;
  return {
    expected,
    quantities: lines.map(({ quantity }) => quantity),
    parcels: Float64Array.from(all, ({ parcel }) => parcel),
    lines: Float64Array.from(all.flatMap((place) => lines.map((_, line) => cost(place, line)))),
    slots: Int32Array.from(all.flatMap((place) => place.slots)),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
