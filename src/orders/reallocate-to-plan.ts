/**
 * Moves an order's allocations to the locations of its best plan. Usually they are there already, and nothing moves.
 * Units that only the order's own rules keep back are backordered, to be filled where the order ships from.
 */
import type { OrdersContext } from "./context";
import type { LineId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import type { SourcedUnits, SourcingDecision } from "../sourcing/domain/decision";
import { eligibleLocations } from "../sourcing/domain/eligibility";
import type { SourcingNetwork, SourcingRequest, SourcingProblem } from "../sourcing/domain/problem";
import { goodsRule } from "../sourcing/domain/serving";
import { decideAsExpected } from "../sourcing/domain/first-choice";
import { explanationOf } from "../sourcing/domain/explanation";
import { shareAmongLines } from "../sourcing/domain/share-lines";
import { sourceOrder } from "../sourcing/domain/source-order";
import { chosenPlan, decisionOfPlan } from "../sourcing/domain/current-plan";
import type {
  AllocatedAt,
  AllocationRejection,
  AllocationResult,
  MoveRequest,
} from "../inventory/domain/allocation-request";
import { supplyFrom } from "./sourcing-problem";

/** `noLocation`: why no location may ever send the line. */
export type LineAllocation = Readonly<{
  lineId: LineId;
  sku: string;
  quantity: number;
  result: Result<AllocationResult, AllocationRejection>;
  noLocation?: string;
}>;

export type PlannedLines = Readonly<{
  lines: readonly LineAllocation[];
  /** Null if stock knows none of the SKUs. */
  decision: SourcingDecision | null;
}>;

export type PlanningInput = Readonly<{
  network: SourcingNetwork;
  request: SourcingRequest;
  /** The decision for the stock that was last known, which saves computing it again if that is still true. */
  expected: SourcingDecision | null;
  /** The expiry that the allocations were given. One that was renewed since is not moved. */
  expiresAt: number;
}>;

/** Makes a second round to the objects only for lines that move. */
export async function reallocateToPlan(
  context: OrdersContext,
  allocations: readonly LineAllocation[],
  { network, request, expected, expiresAt }: PlanningInput,
): Promise<PlannedLines> {
  const problem = problemOf(allocations, network, request);
  if (problem === null) return { lines: allocations, decision: null };
  const held = heldUnits(allocations);
  const lines = allocatedLines(allocations);
  const decision = decideAsExpected(problem, expected);
  const best = { decision, allocations: shareAmongLines(lines, decision.parcels, held) };
  const chosen = chosenPlan(problem, lines, held, best);
  const moved = await Promise.all(
    allocations.map(async (allocation) => {
      if (!allocation.result.ok) return allocation;
      const allowed = locationsFor(problem, allocation.sku, chosen.decision);
      if (allowed.length === 0) {
        return { ...allocation, noLocation: refusalsOf(chosen.decision, allocation.sku) };
      }
      const result = await moveLine(context, allocation, chosen.allocations, { allowed, expiresAt });
      return result === allocation.result ? allocation : { ...allocation, result };
    }),
  );
  const isUnchanged = chosen.allocations === held && moved.every((line, i) => line === allocations[i]);
  return {
    lines: moved,
    decision: isUnchanged ? chosen.decision : decisionAsAllocated(problem, moved, chosen.decision),
  };
}

/** Moves nothing, and returns the decision that describes the allocations as they are. */
export function planAsAllocated(
  allocations: readonly LineAllocation[],
  network: SourcingNetwork,
  request: SourcingRequest,
): PlannedLines {
  const problem = problemOf(allocations, network, request);
  return {
    lines: allocations,
    decision: problem && decisionAsAllocated(problem, allocations, sourceOrder(problem)),
  };
}

/** It differs from the chosen decision if stock refused a move. */
function decisionAsAllocated(
  problem: SourcingProblem,
  allocations: readonly LineAllocation[],
  chosen: SourcingDecision,
): SourcingDecision {
  const sendable = allocations.filter((allocation) => !("noLocation" in allocation));
  return decisionOfPlan(problem, allocations, heldUnits(sendable), chosen) ?? chosen;
}

function problemOf(
  allocations: readonly LineAllocation[],
  network: SourcingNetwork,
  request: SourcingRequest,
): SourcingProblem | null {
  const supply = supplyFrom(allocations);
  return Object.keys(supply).length === 0 ? null : { request, network, supply };
}

const heldUnits = (allocations: readonly LineAllocation[]): SourcedUnits[] =>
  allocations.flatMap(({ lineId, result }) =>
    result.ok ? result.value.allocated.map((at) => ({ lineId, ...at })) : [],
  );

/** Lines with their allocated quantities. If two lines share a short SKU, the allocations decided which is short. */
const allocatedLines = (allocations: readonly LineAllocation[]) =>
  allocations.flatMap(({ lineId, sku, result }) =>
    result.ok ? [{ lineId, sku, quantity: unitsIn(result.value.allocated) }] : [],
  );

/**
 * Locations that may send the SKU, now or later. If the order's own rule limits its parcels, these are only the
 * locations that the order ships from.
 */
function locationsFor(
  { network, request, supply }: SourcingProblem,
  sku: string,
  { rule, parcels }: SourcingDecision,
): string[] {
  const item = supply[sku]!;
  const { eligible, full } = eligibleLocations(network, request);
  const ids = [...eligible, ...full]
    .filter(({ location }) => goodsRule(location, item) === null)
    .map(({ location }) => location.id);
  const isLimited = rule === "max_parcels" || rule === "whole_under";
  const used = ids.filter((id) => parcels.some(({ locationId }) => locationId === id));
  return isLimited && used.length > 0 ? used : ids;
}

const refusalsOf = ({ exclusions }: SourcingDecision, sku: string): string =>
  explanationOf(exclusions.filter((each) => each.sku === undefined || each.sku === sku));

type Move = Readonly<{ allowed: readonly string[]; expiresAt: number }>;

/**
 * A refused move leaves the allocation where it was, which costs at most another parcel. Stock refuses a move if units
 * are gone, or if the allocation was renewed: a concurrent attempt of the same order may be storing where it is.
 */
async function moveLine(
  context: OrdersContext,
  { lineId, sku, result }: LineAllocation,
  planned: readonly SourcedUnits[],
  { allowed, expiresAt }: Move,
): Promise<LineAllocation["result"]> {
  if (!result.ok) return result;
  const { allocated, backordered, free, repeated } = result.value;
  const to = planned
    .filter((units) => units.lineId === lineId)
    .map(({ locationId, quantity }) => ({ locationId, quantity }));
  const notSent = unitsIn(allocated) - unitsIn(to);
  const isNarrowed = backordered > 0 && Object.keys(free).some((id) => !allowed.includes(id));
  if (isSameAllocation(to, allocated) && !isNarrowed) return result;
  const backorder = notSent > 0 || isNarrowed ? { backorder: { quantity: notSent, locations: allowed } } : {};
  const request: MoveRequest = { holder: lineId, to, ...backorder, expiresAt, now: context.now() };
  const moved = await context.inventory.moveAllocations(sku, request);
  return moved.ok ? { ok: true, value: { ...moved.value, repeated } } : result;
}

const unitsIn = (allocated: readonly Readonly<{ quantity: number }>[]): number =>
  allocated.reduce((sum, { quantity }) => sum + quantity, 0);

const isSameAllocation = (a: readonly AllocatedAt[], b: readonly AllocatedAt[]): boolean =>
  a.length === b.length &&
  a.every((at) => b.some((other) => other.locationId === at.locationId && other.quantity === at.quantity));
