/**
 * Where an order's units are allocated first, before its stock is known. If the last known supply is recent, the best
 * plan for that supply comes first: usually it is still the best. Otherwise locations are tried in the order of what
 * the whole order would cost as one parcel from each.
 */
import type { SourcingDecision } from "./decision";
import type { SkuSupply, SourcingNetwork, SourcingRequest, SourcingProblem, Supply } from "./problem";
import { eligibleLocations, type Eligible } from "./eligibility";
import { cheapestRate } from "./parcel-price";
import { sourceOrder } from "./source-order";

/** Weights are not known yet. The locations differ mostly by distance. */
const ASSUMED_UNIT_GRAMS = 500;

/**
 * Ids of the locations that may serve the order, best first: those with the customer's choice of delivery, the others,
 * and those without capacity today.
 */
export function firstChoice(network: SourcingNetwork, request: SourcingRequest, units: number): string[] {
  const { eligible, preferred, full } = eligibleLocations(network, request);
  const others = eligible.filter((each) => !preferred.includes(each));
  const cost = ({ location, rates }: Eligible): number =>
    (cheapestRate(rates, { grams: units * ASSUMED_UNIT_GRAMS, mm3: 0 })?.costMinor ?? 0) +
    location.handlingPerParcelMinor +
    units * location.handlingPerUnitMinor;
  const ordered = (locations: readonly Eligible[]) =>
    locations
      .map((each) => ({ id: each.location.id, cost: cost(each) }))
      .toSorted((a, b) => a.cost - b.cost)
      .map(({ id }) => id);
  return [...ordered(preferred), ...ordered(others), ...ordered(full)];
}

/** A SKU's last known supply. */
export type KnownSupply = Omit<SkuSupply, "quantity">;

export type FirstChoices = Readonly<{
  /** By SKU, the ids of the locations to allocate at, best first. */
  locations: ReadonlyMap<string, readonly string[]>;
  /** The decision if the supply is as last known; null if nothing is known. */
  expected: SourcingDecision | null;
}>;

/**
 * The same locations for each SKU, in an order that depends on its known supply.
 * @param known the last known supply of a SKU, which may be stale; null if there is none.
 */
export function firstChoices(
  network: SourcingNetwork,
  request: SourcingRequest,
  quantities: ReadonlyMap<string, number>,
  known: (sku: string) => KnownSupply | null,
): FirstChoices {
  const units = [...quantities.values()].reduce((sum, quantity) => sum + quantity, 0);
  const byCost = firstChoice(network, request, units);
  const supply: Record<string, SkuSupply> = {};
  for (const [sku, quantity] of quantities) {
    const last = known(sku);
    if (last !== null) supply[sku] = { ...last, quantity };
  }
  if (byCost.length < 2 || Object.keys(supply).length === 0) {
    return { locations: byEach(quantities, () => byCost), expected: null };
  }
  const expected = sourceOrder({ request, network, supply });
  const { parcels } = expected;
  const locations = byEach(quantities, (sku) => {
    const own = parcels
      .filter((parcel) => (parcel.units[sku] ?? 0) > 0)
      .toSorted((a, b) => b.units[sku]! - a.units[sku]!);
    const best = [...own, ...parcels].map(({ locationId }) => locationId);
    return [...new Set([...best.filter((id) => byCost.includes(id)), ...byCost])];
  });
  return { locations, expected };
}

/**
 * The decision for the actual supply. The expected decision is reused if the supply is the same.
 * @param expected a decision for the same request in the same network.
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
