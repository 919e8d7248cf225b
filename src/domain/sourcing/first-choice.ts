/**
 * Where an order's units are claimed first, before anything is known of stock: at the locations in order of
 * what the whole order would cost as one parcel from each. Usually the first has everything, and that is the plan.
 */
import { eligibleLocations, type Eligible, type SourcingNetwork, type SourcingRequest } from "./eligibility";
import { cheapestRate } from "./parcel-price";

/** A unit whose weight stock has yet to tell: what decides between locations is how far they are. */
const UNKNOWN_UNIT_GRAMS = 500;

/** Ids of the locations that may be claimed at, best first; those that are full for today come last. */
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
