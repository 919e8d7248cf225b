/**
 * Chooses the locations that an order ships from. A plan ships as many units as stock and the order's rules allow;
 * among these plans it is the one that costs least. Fewer units are never shipped to save cost.
 */
import type { Candidate, Exclusion, OrderRule, SourcedParcel, SourcingDecision } from "./decision";
import { eligibleLocations, type Eligible } from "./eligibility";
import type { NetworkInput } from "./optimizer/input";
import { networkOf } from "./optimizer/network";
import { findOptimum, type SitePlan } from "./optimizer/optimum";
import { cheapestRate } from "./parcel-price";
import type { SourcingProblem, SourcingRequest, Supply } from "./problem";
import { goodsRule } from "./serving";

/**
 * Locations that send with the customer's choice of delivery come first, then the other eligible ones, then those without
 * capacity today: each group only if that ships more. Deterministic: the order in which SKUs, locations and services are
 * given does not matter.
 */
export function sourceOrder(problem: SourcingProblem): SourcingDecision {
  const { eligible, preferred, full, exclusions } = eligibleLocations(problem.network, problem.request);
  const others = eligible.filter((each) => !preferred.includes(each));
  const notChosen = others.map(({ location }): Exclusion => ({
    locationId: location.id,
    rule: "not_chosen_service",
  }));
  const notFull = exclusions.filter(({ rule }) => rule !== "capacity_reached");
  const groups = [
    { locations: preferred, excluded: [...exclusions, ...notChosen] },
    ...(others.length > 0 ? [{ locations: eligible, excluded: exclusions }] : []),
    ...(full.length > 0 ? [{ locations: [...eligible, ...full], excluded: notFull }] : []),
  ];
  let best: SourcingDecision | null = null;
  for (const { locations, excluded } of groups) {
    if (best !== null && unitsIn(best.unsent) === 0) break;
    const decision = decideAmong(problem, locations, excluded);
    if (best === null || unitsIn(decision.unsent) < unitsIn(best.unsent)) best = decision;
  }
  return best!;
}

function decideAmong(
  { request, supply }: SourcingProblem,
  eligible: readonly Eligible[],
  exclusions: readonly Exclusion[],
): SourcingDecision {
  const skus = Object.keys(supply).toSorted();
  const { input, exclusions: ofSkus } = inputFor({ request, eligible, supply, skus });
  const optimum = findOptimum(networkOf(input));
  const parcels = parcelsOf(optimum.best, eligible, supply, skus);
  const splitMinor = splitCost(request, parcels);
  return {
    parcels,
    splitMinor,
    costMinor: parcels.reduce((sum, parcel) => sum + costOf(parcel), splitMinor),
    method: optimum.isExact ? "exact" : "bounded",
    lowerBoundMinor: Math.max(0, Math.floor(optimum.lowerBound)),
    runnerUp: optimum.runnerUp && {
      locationIds: optimum.runnerUp.sites.map((site) => eligible[site]!.location.id),
      costMinor: Math.floor(optimum.runnerUp.cost),
    },
    candidates: candidatesOf(input, eligible, skus, supply),
    exclusions: [...exclusions, ...ofSkus],
    rule: ruleApplied(request, supply, parcels, input),
    unsent: unsentOf(supply, parcels),
    supply,
  };
}

export const splitCost = ({ channel }: SourcingRequest, parcels: readonly unknown[]): number =>
  Math.max(0, parcels.length - 1) * channel.sourcing.splitPenaltyMinor;

/** The sum of the parts. */
export const costOf = (parts: Candidate | SourcedParcel): number =>
  parts.parcelMinor + parts.handlingMinor + parts.latenessMinor + parts.speedMinor + parts.stockMinor;

type Given = Readonly<{
  request: SourcingRequest;
  eligible: readonly Eligible[];
  supply: Supply;
  skus: readonly string[];
}>;

/** The input of the optimizer. A location that may not ship a SKU has no units of it. */
function inputFor({ request, eligible, supply, skus }: Given): {
  input: NetworkInput;
  exclusions: Exclusion[];
} {
  const exclusions: Exclusion[] = [];
  const sites = eligible.map(({ location, rates }) => {
    const units = skus.map((sku) => {
      const { free, quantity } = supply[sku]!;
      const rule = goodsRule(location, supply[sku]!);
      if (rule !== null) exclusions.push({ locationId: location.id, rule, sku });
      return rule === null ? Math.min(quantity, Math.max(0, free[location.id] ?? 0)) : 0;
    });
    if (units.every((quantity) => quantity === 0)) {
      exclusions.push({ locationId: location.id, rule: "not_stocked" });
    }
    const { handlingPerParcelMinor: perParcel, handlingPerUnitMinor } = location;
    const unitCosts = skus.map(
      (sku) => handlingPerUnitMinor + Math.max(0, Math.round(supply[sku]!.stockPrices[location.id] ?? 0)),
    );
    return { units, unitCosts, perParcel, rates };
  });
  const items = skus.map((sku) => {
    const { quantity, weightGrams: grams, volumeMm3 } = supply[sku]!;
    return { quantity, grams, mm3: volumeMm3 ?? 0 };
  });
  const { splitPenaltyMinor: splitPenalty } = request.channel.sourcing;
  return { input: { items, sites, splitPenalty, maxParcels: maxParcels(request) }, exclusions };
}

function maxParcels(request: SourcingRequest): number | null {
  const { maxParcels } = request.channel.sourcing;
  return staysWhole(request) ? 1 : maxParcels;
}

const staysWhole = ({ channel, valueMinor }: SourcingRequest): boolean => {
  const { wholeUnderMinor } = channel.sourcing;
  return wholeUnderMinor !== null && valueMinor !== null && valueMinor < wholeUnderMinor;
};

/** Whether nothing of the order leaves until all of it can. */
export const leavesTogether = (request: SourcingRequest): boolean =>
  request.channel.sourcing.shipComplete || staysWhole(request);

/** The rule that keeps units back; null if stock alone limits the plan. */
function ruleApplied(
  request: SourcingRequest,
  supply: Supply,
  parcels: readonly SourcedParcel[],
  { items, sites }: NetworkInput,
): OrderRule | null {
  const sent = parcels.reduce((sum, { units }) => sum + total(Object.values(units)), 0);
  const available = items.map(({ quantity }, i) =>
    Math.min(quantity, total(sites.map(({ units }) => units[i]!))),
  );
  if (sent < total(available)) return staysWhole(request) ? "whole_under" : "max_parcels";
  const ordered = total(Object.values(supply).map(({ quantity }) => quantity));
  return sent < ordered && leavesTogether(request) ? "ship_complete" : null;
}

function parcelsOf(
  plan: SitePlan | null,
  eligible: readonly Eligible[],
  supply: Supply,
  skus: readonly string[],
): SourcedParcel[] {
  return (plan?.sites ?? []).map((site, i) => {
    const units = Object.fromEntries(
      skus.flatMap((sku, item) => (plan!.units[i]![item]! > 0 ? [[sku, plan!.units[i]![item]!]] : [])),
    );
    return parcelFrom(eligible[site]!, units, supply);
  });
}

/** The location's parcel with these units, and its costs by the cheapest rate. */
export function parcelFrom(
  { location, rates }: Eligible,
  units: Readonly<Record<string, number>>,
  supply: Supply,
): SourcedParcel {
  let [grams, mm3, count, stockMinor] = [0, 0, 0, 0];
  for (const [sku, quantity] of Object.entries(units)) {
    const { weightGrams, volumeMm3, stockPrices } = supply[sku]!;
    grams += quantity * weightGrams;
    mm3 += quantity * (volumeMm3 ?? 0);
    count += quantity;
    stockMinor += quantity * Math.max(0, Math.round(stockPrices[location.id] ?? 0));
  }
  const chosen = cheapestRate(rates, { grams, mm3 });
  return {
    locationId: location.id,
    serviceId: chosen?.rate.serviceId ?? null,
    grams,
    lateDays: chosen?.rate.lateDays ?? 0,
    units,
    parcelMinor: chosen?.priceMinor ?? 0,
    handlingMinor: location.handlingPerParcelMinor + count * location.handlingPerUnitMinor,
    latenessMinor: chosen?.rate.latenessMinor ?? 0,
    speedMinor: chosen?.rate.speedMinor ?? 0,
    stockMinor,
  };
}

function candidatesOf(
  { sites }: NetworkInput,
  eligible: readonly Eligible[],
  skus: readonly string[],
  supply: Supply,
): Candidate[] {
  return eligible.flatMap((each, site) => {
    const units = Object.fromEntries(
      skus.flatMap((sku, i) => (sites[site]!.units[i]! > 0 ? [[sku, sites[site]!.units[i]!]] : [])),
    );
    const count = total(Object.values(units));
    if (count === 0) return [];
    const {
      grams: _grams,
      lateDays: _lateDays,
      units: _units,
      ...candidate
    } = parcelFrom(each, units, supply);
    return [{ ...candidate, units: count }];
  });
}

/** By SKU, the units that no parcel contains. */
export function unsentOf(supply: Supply, parcels: readonly SourcedParcel[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(supply).flatMap(([sku, { quantity }]) => {
      const missing = quantity - total(parcels.map(({ units }) => units[sku] ?? 0));
      return missing > 0 ? [[sku, missing]] : [];
    }),
  );
}

const unitsIn = (bySku: Readonly<Record<string, number>>): number => total(Object.values(bySku));

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
