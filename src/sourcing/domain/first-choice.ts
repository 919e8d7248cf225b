/**
 * Where an order's units are allocated first, before stock has answered. Where a recent answer tells what each
 * location had, the best plan by that comes first: usually it still is. Otherwise the locations in order of what
 * the whole order would cost as one parcel from each.
 */
import type { SourcingDecision } from "./decision";
import type { SkuSupply, SourcingNetwork, SourcingRequest, SourcingProblem, Supply } from "./problem";
import { eligibleLocations, type Eligible } from "./eligibility";
import { cheapestRate } from "./parcel-price";
import { sourceOrder } from "./source-order";

/** A unit whose weight stock has yet to tell: what decides between locations is how far they are. */
const UNKNOWN_UNIT_GRAMS = 500;

/** Ids of the locations that may be allocated at, best first; those that are full for today come last. */
export function firstChoice(network: SourcingNetwork, request: SourcingRequest, units: number): string[] {
  const { eligible, full } = eligibleLocations(network, request);
  const cost = ({ location, rates }: Eligible): number =>
    (cheapestRate(rates, { grams: units * UNKNOWN_UNIT_GRAMS, mm3: 0 })?.costMinor ?? 0) +
    location.handlingPerParcelMinor +
    units * location.handlingPerUnitMinor;
  const ordered = (locations: readonly Eligible[]) =>
    locations
      .map((each) => ({ id: each.location.id, cost: cost(each) }))
      .toSorted((a, b) => a.cost - b.cost)
      .map(({ id }) => id);
  return [...ordered(eligible), ...ordered(full)];
}

/** A SKU as it was when stock last answered. */
export type KnownSupply = Omit<SkuSupply, "quantity">;

export type FirstChoices = Readonly<{
  /** By SKU, the locations to be allocated at, best first. */
  locations: ReadonlyMap<string, readonly string[]>;
  /** What will be decided if stock is as it is known; null where nothing is. */
  expected: SourcingDecision | null;
}>;

/**
 * The same locations for each SKU, and in the same order where nothing is known.
 * @param known what is known of a SKU; it need not be true any more.
 */
export function firstChoices(
  network: SourcingNetwork,
  request: SourcingRequest,
  quantities: ReadonlyMap<string, number>,
  known: (sku: string) => KnownSupply | null,
): FirstChoices {
  const units = [...quantities.values()].reduce((sum, quantity) => sum + quantity, 0);
  const usual = firstChoice(network, request, units);
  const supply: Record<string, SkuSupply> = {};
  for (const [sku, quantity] of quantities) {
    const seen = known(sku);
    if (seen !== null) supply[sku] = { ...seen, quantity };
  }
  if (usual.length < 2 || Object.keys(supply).length === 0) {
    return { locations: byEach(quantities, () => usual), expected: null };
  }
  const expected = sourceOrder({ request, network, supply });
  const { parcels } = expected;
  const locations = byEach(quantities, (sku) => {
    const own = parcels
      .filter((parcel) => (parcel.units[sku] ?? 0) > 0)
      .toSorted((a, b) => b.units[sku]! - a.units[sku]!);
    const best = [...own, ...parcels].map(({ locationId }) => locationId);
    return [...new Set([...best.filter((id) => usual.includes(id)), ...usual])];
  });
  return { locations, expected };
}

/**
 * What is decided once stock has answered: what was expected, where it is as it was known.
 * @param expected of the same request in the same network.
 */
export const decideAsExpected = (
  problem: SourcingProblem,
  expected: SourcingDecision | null,
): SourcingDecision =>
  expected !== null && isSameSupply(expected.supply, problem.supply) ? expected : sourceOrder(problem);

function isSameSupply(one: Supply, other: Supply): boolean {
  const skus = Object.keys(one);
  return (
    skus.length === Object.keys(other).length &&
    skus.every((sku) => {
      const [a, b] = [one[sku]!, other[sku]];
      return (
        b !== undefined &&
        a.quantity === b.quantity &&
        a.weightGrams === b.weightGrams &&
        a.volumeMm3 === b.volumeMm3 &&
        a.hazardous === b.hazardous &&
        a.oversize === b.oversize &&
        isSameByLocation(a.free, b.free) &&
        isSameByLocation(a.stockPrices, b.stockPrices)
      );
    })
  );
}

function isSameByLocation(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): boolean {
  const ids = Object.keys(one);
  return ids.length === Object.keys(other).length && ids.every((id) => one[id] === other[id]);
}

const byEach = (quantities: ReadonlyMap<string, number>, locations: (sku: string) => readonly string[]) =>
  new Map([...quantities.keys()].map((sku) => [sku, locations(sku)]));
