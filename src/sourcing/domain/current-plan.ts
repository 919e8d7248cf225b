/**
 * Whether an order's current plan is replaced by the best one: if that ships more, if the order's rules no longer
 * allow the current plan, if it arrives sooner, or if it costs less by more than the channel's threshold. A small gain
 * is not worth a move of allocations, but what the customer was quoted is.
 */
import type { SourcedUnits, SourcingDecision } from "./decision";
import { eligibleLocations } from "./eligibility";
import type { SourcingProblem } from "./problem";
import type { LineOfSku } from "./share-lines";
import { costOf, parcelFrom, splitCost, unsentOf } from "./source-order";

/** A decision, and the units that each line gets from each location. */
export type Plan = Readonly<{ decision: SourcingDecision; allocations: readonly SourcedUnits[] }>;

/**
 * Returns the best plan, or the current one if it is good enough.
 * @param held the units that the lines have allocated.
 */
export function chosenPlan(
  problem: SourcingProblem,
  lines: readonly LineOfSku[],
  held: readonly SourcedUnits[],
  best: Plan,
): Plan {
  const current = decisionOfPlan(problem, lines, held, best.decision);
  if (current === null) return best;
  const shipsMore = unitsOf(best.allocations) > unitsOf(held);
  const isAllowed = best.decision.rule === null || current.parcels.length <= best.decision.parcels.length;
  const { gainThresholdMinor } = problem.request.channel.sourcing;
  const isWorthIt = current.costMinor - best.decision.costMinor > gainThresholdMinor;
  const replaces = shipsMore || !isAllowed || isWorthIt || arrivesLater(problem, current, best.decision);
  return replaces ? best : { decision: current, allocations: held };
}

/** Whether a SKU's last unit arrives later by the current plan than by the other. */
function arrivesLater(
  { network }: SourcingProblem,
  current: SourcingDecision,
  other: SourcingDecision,
): boolean {
  const daysOf = ({ parcels }: SourcingDecision, sku: string): number =>
    Math.max(
      0,
      ...parcels
        .filter(({ units }) => units[sku] !== undefined)
        .map(({ locationId, serviceId }) =>
          serviceId === null ? 0 : (network.deliveryDays?.(locationId, serviceId) ?? 0),
        ),
    );
  return Object.keys(current.supply).some((sku) => daysOf(current, sku) > daysOf(other, sku));
}

/**
 * The decision for given allocations, with the best plan as its runner-up; null if a location may not ship them, or
 * not with the customer's choice of delivery while the best plan does.
 */
export function decisionOfPlan(
  { request, network, supply }: SourcingProblem,
  lines: readonly LineOfSku[],
  held: readonly SourcedUnits[],
  best: SourcingDecision,
): SourcingDecision | null {
  const { eligible, full } = eligibleLocations(network, request);
  const all = [...eligible, ...full];
  const unitsAt = unitsByLocation(lines, held);
  const isExcluded = best.exclusions.some(
    ({ locationId, rule, sku }) =>
      (rule === "not_chosen_service" && unitsAt.has(locationId)) ||
      (sku !== undefined && unitsAt.get(locationId)?.[sku] !== undefined),
  );
  if (isExcluded || [...unitsAt.keys()].some((id) => !all.some(({ location }) => location.id === id))) {
    return null;
  }
  const parcels = all.flatMap((each) => {
    const units = unitsAt.get(each.location.id);
    return units ? [parcelFrom(each, units, supply)] : [];
  });
  const splitMinor = splitCost(request, parcels);
  const costMinor = parcels.reduce((sum, parcel) => sum + costOf(parcel), splitMinor);
  const isBest = costMinor <= best.costMinor && parcels.length <= best.parcels.length;
  return {
    ...best,
    parcels,
    splitMinor,
    costMinor,
    runnerUp: isBest
      ? best.runnerUp
      : { locationIds: best.parcels.map(({ locationId }) => locationId), costMinor: best.costMinor },
    unsent: unsentOf(supply, parcels),
  };
}

/** By location, the units of each SKU. */
function unitsByLocation(
  lines: readonly LineOfSku[],
  held: readonly SourcedUnits[],
): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const skuOf = new Map(lines.map(({ lineId, sku }) => [lineId, sku]));
  const byLocation = new Map<string, Record<string, number>>();
  for (const { lineId, locationId, quantity } of held) {
    const units = byLocation.get(locationId) ?? {};
    const sku = skuOf.get(lineId)!;
    units[sku] = (units[sku] ?? 0) + quantity;
    byLocation.set(locationId, units);
  }
  return byLocation;
}

const unitsOf = (units: readonly SourcedUnits[]): number =>
  units.reduce((sum, { quantity }) => sum + quantity, 0);
