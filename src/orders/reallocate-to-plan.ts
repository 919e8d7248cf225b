/**
 * Bringing an order's claims to where its best plan sends from. Usually they are there already, and nobody is
 * asked again; what only other rules keep back is owed, to be filled from where the order ships from.
 */
import type { Context } from "../platform/context";
import type { LineId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import type { SourcedUnits, SourcingDecision } from "../sourcing/domain/decision";
import {
  eligibleLocations,
  mayNotSend,
  type SourcingNetwork,
  type SourcingRequest,
} from "../sourcing/domain/eligibility";
import { decideAsExpected } from "../sourcing/domain/first-choice";
import { inWords } from "../sourcing/domain/explanation";
import { shareAmongLines } from "../sourcing/domain/share-lines";
import { sourceOrder, type SourcingProblem } from "../sourcing/domain/source-order";
import { chosenPlan, standingDecision } from "../sourcing/domain/standing-plan";
import type { Claimed, ClaimedAt, ClaimRejection, MoveRequest } from "../inventory/domain/stock";
import { supplyFrom } from "./sourcing-problem";

type Claim = Readonly<{
  lineId: LineId;
  sku: string;
  quantity: number;
  answer: Result<Claimed, ClaimRejection>;
}>;

export type Arranged = Readonly<{
  /** `nowhere`: why no location may ever send it. */
  lines: readonly (Claim & Readonly<{ nowhere?: string }>)[];
  decision: SourcingDecision | null;
}>;

export type Arranging = Readonly<{
  network: SourcingNetwork;
  request: SourcingRequest;
  /** What was to be decided if stock is as it was known. */
  expected: SourcingDecision | null;
  /** Until when the claims were told to last: claims that were asked for since are not moved. */
  expiresAt: number;
}>;

/** A third of an order's rounds, where there is something to gain by it. */
export async function arrangeClaims(
  context: Context,
  claims: readonly Claim[],
  { network, request, expected, expiresAt }: Arranging,
): Promise<Arranged> {
  const problem = problemOf(claims, network, request);
  if (problem === null) return { lines: claims, decision: null };
  const held = heldUnits(claims);
  const lines = claimedLines(claims);
  const decision = decideAsExpected(problem, expected);
  const best = { decision, allocations: shareAmongLines(lines, decision.parcels, held) };
  const chosen = chosenPlan(problem, lines, held, best);
  const arranged = await Promise.all(
    claims.map(async (claim) => {
      if (!claim.answer.ok) return claim;
      const places = placesFor(problem, claim.sku, chosen.decision);
      if (places.length === 0) return { ...claim, nowhere: refusals(chosen.decision, claim.sku) };
      const answer = await moved(context, claim, chosen.allocations, { places, expiresAt });
      return answer === claim.answer ? claim : { ...claim, answer };
    }),
  );
  const stands = chosen.allocations === held && arranged.every((line, i) => line === claims[i]);
  return {
    lines: arranged,
    decision: stands ? chosen.decision : asClaimed(problem, arranged, chosen.decision),
  };
}

/** The decision that claims which are there stand for. */
export function asTheyAre(
  claims: readonly Claim[],
  network: SourcingNetwork,
  request: SourcingRequest,
): Arranged {
  const problem = problemOf(claims, network, request);
  return { lines: claims, decision: problem && asClaimed(problem, claims, sourceOrder(problem)) };
}

/** What became of it: a move that stock no longer allowed leaves another plan than the one chosen. */
function asClaimed(
  problem: SourcingProblem,
  claims: readonly Claim[],
  chosen: SourcingDecision,
): SourcingDecision {
  const sent = claims.filter((claim) => !("nowhere" in claim));
  return standingDecision(problem, claims, heldUnits(sent), chosen) ?? chosen;
}

function problemOf(
  claims: readonly Claim[],
  network: SourcingNetwork,
  request: SourcingRequest,
): SourcingProblem | null {
  const supply = supplyFrom(claims);
  return Object.keys(supply).length === 0 ? null : { request, network, supply };
}

const heldUnits = (claims: readonly Claim[]): SourcedUnits[] =>
  claims.flatMap(({ lineId, answer }) =>
    answer.ok ? answer.value.claimed.map((at) => ({ lineId, ...at })) : [],
  );

/** Lines with what they have claimed: which of two lines of one SKU is short was settled there. */
const claimedLines = (claims: readonly Claim[]) =>
  claims.flatMap(({ lineId, sku, answer }) =>
    answer.ok ? [{ lineId, sku, quantity: unitsIn(answer.value.claimed) }] : [],
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
  inWords(exclusions.filter((each) => each.sku === undefined || each.sku === sku));

type Moving = Readonly<{ places: readonly string[]; expiresAt: number }>;

/**
 * A move that stock no longer allows leaves the claim where it was: one parcel more, nothing lost. So does one
 * of a claim that the same order has asked for since: its other attempt knows it where it was, and may be stored.
 */
async function moved(
  context: Context,
  { lineId, sku, answer }: Claim,
  allocations: readonly SourcedUnits[],
  { places, expiresAt }: Moving,
): Promise<Claim["answer"]> {
  if (!answer.ok) return answer;
  const { claimed, backordered, free, repeated } = answer.value;
  const to = allocations
    .filter((units) => units.lineId === lineId)
    .map(({ locationId, quantity }) => ({ locationId, quantity }));
  const keptBack = unitsIn(claimed) - unitsIn(to);
  const narrower = backordered > 0 && Object.keys(free).some((id) => !places.includes(id));
  if (sameAllocation(to, claimed) && !narrower) return answer;
  const owed = keptBack > 0 || narrower ? { owed: { quantity: keptBack, locations: places } } : {};
  const request: MoveRequest = { claimant: lineId, to, ...owed, expiresAt, now: context.now() };
  const result = await context.inventory.move(sku, request);
  return result.ok ? { ok: true, value: { ...result.value, repeated } } : answer;
}

const unitsIn = (claimed: readonly Readonly<{ quantity: number }>[]): number =>
  claimed.reduce((sum, { quantity }) => sum + quantity, 0);

const sameAllocation = (a: readonly ClaimedAt[], b: readonly ClaimedAt[]): boolean =>
  a.length === b.length &&
  a.every((at) => b.some((other) => other.locationId === at.locationId && other.quantity === at.quantity));
