/**
 * Bringing an order's allocations to where its best plan sends from. Usually they are there already, and nobody is
 * asked again; what only other rules keep back is owed, to be filled from where the order ships from.
 */
import type { OrdersContext } from "./context";
import type { LineId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import type { SourcedUnits, SourcingDecision } from "../sourcing/domain/decision";
import { eligibleLocations, mayNotSend } from "../sourcing/domain/eligibility";
import type { SourcingNetwork, SourcingRequest, SourcingProblem } from "../sourcing/domain/problem";
import { decideAsExpected } from "../sourcing/domain/first-choice";
import { explanationOf } from "../sourcing/domain/explanation";
import { shareAmongLines } from "../sourcing/domain/share-lines";
import { sourceOrder } from "../sourcing/domain/source-order";
import { chosenPlan, standingDecision } from "../sourcing/domain/standing-plan";
import type {
  AllocationResult,
  AllocatedAt,
  AllocationRejection,
  MoveRequest,
} from "../inventory/domain/stock";
import { supplyFrom } from "./sourcing-problem";

type Allocation = Readonly<{
  lineId: LineId;
  sku: string;
  quantity: number;
  answer: Result<AllocationResult, AllocationRejection>;
}>;

export type Arranged = Readonly<{
  /** `nowhere`: why no location may ever send it. */
  lines: readonly (Allocation & Readonly<{ nowhere?: string }>)[];
  decision: SourcingDecision | null;
}>;

export type Arranging = Readonly<{
  network: SourcingNetwork;
  request: SourcingRequest;
  /** What was to be decided if stock is as it was known. */
  expected: SourcingDecision | null;
  /** Until when the allocations were told to last: allocations that were asked for since are not moved. */
  expiresAt: number;
}>;

/** A third of an order's rounds, where there is something to gain by it. */
export async function reallocateToPlan(
  context: OrdersContext,
  allocations: readonly Allocation[],
  { network, request, expected, expiresAt }: Arranging,
): Promise<Arranged> {
  const problem = problemOf(allocations, network, request);
  if (problem === null) return { lines: allocations, decision: null };
  const held = heldUnits(allocations);
  const lines = allocatedLines(allocations);
  const decision = decideAsExpected(problem, expected);
  const best = { decision, allocations: shareAmongLines(lines, decision.parcels, held) };
  const chosen = chosenPlan(problem, lines, held, best);
  const arranged = await Promise.all(
    allocations.map(async (allocation) => {
      if (!allocation.answer.ok) return allocation;
      const places = placesFor(problem, allocation.sku, chosen.decision);
      if (places.length === 0) return { ...allocation, nowhere: refusals(chosen.decision, allocation.sku) };
      const answer = await moved(context, allocation, chosen.allocations, { places, expiresAt });
      return answer === allocation.answer ? allocation : { ...allocation, answer };
    }),
  );
  const stands = chosen.allocations === held && arranged.every((line, i) => line === allocations[i]);
  return {
    lines: arranged,
    decision: stands ? chosen.decision : asAllocated(problem, arranged, chosen.decision),
  };
}

/** The decision that allocations which are there stand for. */
export function asTheyAre(
  allocations: readonly Allocation[],
  network: SourcingNetwork,
  request: SourcingRequest,
): Arranged {
  const problem = problemOf(allocations, network, request);
  return { lines: allocations, decision: problem && asAllocated(problem, allocations, sourceOrder(problem)) };
}

/** What became of it: a move that stock no longer allowed leaves another plan than the one chosen. */
function asAllocated(
  problem: SourcingProblem,
  allocations: readonly Allocation[],
  chosen: SourcingDecision,
): SourcingDecision {
  const sent = allocations.filter((allocation) => !("nowhere" in allocation));
  return standingDecision(problem, allocations, heldUnits(sent), chosen) ?? chosen;
}

function problemOf(
  allocations: readonly Allocation[],
  network: SourcingNetwork,
  request: SourcingRequest,
): SourcingProblem | null {
  const supply = supplyFrom(allocations);
  return Object.keys(supply).length === 0 ? null : { request, network, supply };
}

const heldUnits = (allocations: readonly Allocation[]): SourcedUnits[] =>
  allocations.flatMap(({ lineId, answer }) =>
    answer.ok ? answer.value.allocated.map((at) => ({ lineId, ...at })) : [],
  );

/** Lines with what they have allocated: which of two lines of one SKU is short was settled there. */
const allocatedLines = (allocations: readonly Allocation[]) =>
  allocations.flatMap(({ lineId, sku, answer }) =>
    answer.ok ? [{ lineId, sku, quantity: unitsIn(answer.value.allocated) }] : [],
  );

/** Where the SKU may come from, now or later: what an order's rules keep back only from where it ships from. */
function placesFor(
  { network, request, supply }: SourcingProblem,
  sku: string,
  { rule, parcels }: SourcingDecision,
): string[] {
  const item = supply[sku]!;
  const { eligible, full } = eligibleLocations(network, request);
  const places = [...eligible, ...full]
    .filter(({ location }) => mayNotSend(location, item) === null)
    .map(({ location }) => location.id);
  const isKept = rule === "max_parcels" || rule === "whole_under";
  const used = places.filter((id) => parcels.some(({ locationId }) => locationId === id));
  return isKept && used.length > 0 ? used : places;
}

const refusals = ({ exclusions }: SourcingDecision, sku: string): string =>
  explanationOf(exclusions.filter((each) => each.sku === undefined || each.sku === sku));

type Moving = Readonly<{ places: readonly string[]; expiresAt: number }>;

/**
 * A move that stock no longer allows leaves the allocation where it was: one parcel more, nothing lost. So does one
 * of a allocation that the same order has asked for since: its other attempt knows it where it was, and may be stored.
 */
async function moved(
  context: OrdersContext,
  { lineId, sku, answer }: Allocation,
  allocations: readonly SourcedUnits[],
  { places, expiresAt }: Moving,
): Promise<Allocation["answer"]> {
  if (!answer.ok) return answer;
  const { allocated, backordered, free, repeated } = answer.value;
  const to = allocations
    .filter((units) => units.lineId === lineId)
    .map(({ locationId, quantity }) => ({ locationId, quantity }));
  const keptBack = unitsIn(allocated) - unitsIn(to);
  const narrower = backordered > 0 && Object.keys(free).some((id) => !places.includes(id));
  if (sameAllocation(to, allocated) && !narrower) return answer;
  const owed = keptBack > 0 || narrower ? { owed: { quantity: keptBack, locations: places } } : {};
  const request: MoveRequest = { holder: lineId, to, ...owed, expiresAt, now: context.now() };
  const result = await context.inventory.move(sku, request);
  return result.ok ? { ok: true, value: { ...result.value, repeated } } : answer;
}

const unitsIn = (allocated: readonly Readonly<{ quantity: number }>[]): number =>
  allocated.reduce((sum, { quantity }) => sum + quantity, 0);

const sameAllocation = (a: readonly AllocatedAt[], b: readonly AllocatedAt[]): boolean =>
  a.length === b.length &&
  a.every((at) => b.some((other) => other.locationId === at.locationId && other.quantity === at.quantity));
