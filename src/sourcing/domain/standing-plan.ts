/**
 * Whether a plan that stands gives way to the best one: it does when that sends more, when the order's rules no
 * longer allow what stands, or when it costs less by more than the channel's threshold. Allocations that move for
 * little cost more than they save.
 */
import type { SourcedUnits, SourcingDecision } from "./decision";
import { eligibleLocations } from "./eligibility";
import type { LineOfSku } from "./share-lines";
import { costOf, parcelFrom, splitCost, unsentOf } from "./source-order";
import type { SourcingProblem } from "./problem";

/** A decision, and the units each line is sent from each location by it. */
export type Chosen = Readonly<{ decision: SourcingDecision; allocations: readonly SourcedUnits[] }>;

/**
 * The best plan, or what stands where that is as good as it need be.
 * @param held units that the lines have allocated.
 */
export function chosenPlan(
  problem: SourcingProblem,
  lines: readonly LineOfSku[],
  held: readonly SourcedUnits[],
  best: Chosen,
): Chosen {
  const standing = standingDecision(problem, lines, held, best.decision);
  if (standing === null) return best;
  const more = unitsOf(best.allocations) > unitsOf(held);
  const allowed = best.decision.rule === null || standing.parcels.length <= best.decision.parcels.length;
  const { gainThresholdMinor } = problem.request.channel.sourcing;
  const dearer = standing.costMinor - best.decision.costMinor > gainThresholdMinor;
  return more || !allowed || dearer ? best : { decision: standing, allocations: held };
}

/** What stands, told as a decision with the best plan as its runner-up; null where a location may not send it. */
export function standingDecision(
  { request, network, supply }: SourcingProblem,
  lines: readonly LineOfSku[],
  held: readonly SourcedUnits[],
  best: SourcingDecision,
): SourcingDecision | null {
  const { eligible, full } = eligibleLocations(network, request);
  const skuOf = new Map(lines.map(({ lineId, sku }) => [lineId, sku]));
  const byLocation = new Map<string, Record<string, number>>();
  for (const { lineId, locationId, quantity } of held) {
    const units = byLocation.get(locationId) ?? {};
    const sku = skuOf.get(lineId)!;
    units[sku] = (units[sku] ?? 0) + quantity;
    byLocation.set(locationId, units);
  }
  const all = [...eligible, ...full];
  const refused = best.exclusions.some(
    ({ locationId, sku }) => sku !== undefined && byLocation.get(locationId)?.[sku] !== undefined,
  );
  if (refused || [...byLocation.keys()].some((id) => !all.some(({ location }) => location.id === id))) {
    return null;
  }
  const parcels = all.flatMap((each) => {
    const units = byLocation.get(each.location.id);
    return units ? [parcelFrom(each, units, supply)] : [];
  });
  const splitMinor = splitCost(request, parcels);
  const costMinor = parcels.reduce((sum, parcel) => sum + costOf(parcel), splitMinor);
  const same = costMinor <= best.costMinor && parcels.length <= best.parcels.length;
  return {
    ...best,
    parcels,
    splitMinor,
    costMinor,
    runnerUp: same
      ? best.runnerUp
      : { locationIds: best.parcels.map(({ locationId }) => locationId), costMinor: best.costMinor },
    unsent: unsentOf(supply, parcels),
  };
}

const unitsOf = (units: readonly SourcedUnits[]): number =>
  units.reduce((sum, { quantity }) => sum + quantity, 0);
