/**
 * Allocates units of a SKU to a holder.
 *
 * A repeated request allocates only what is missing. The units of the order's own reservations are used first. If the
 * locations have too few units, the rest is backordered or the request is rejected: see `AllocationRequest.shortage`.
 */
import { invariant } from "../../kernel/invariant";
import { accept, reject, type Result } from "../../kernel/result";
import type { AllocationRejection, AllocationRequest, AllocationResult, Holder } from "./allocation-request";
import { firstEventCount } from "./checkpoint";
import {
  isFinished,
  liveUnits,
  mayBeForgotten,
  nextCheckAt,
  openUnits,
  shippedUnits,
  type Holding,
} from "./holding";
import { releaseHolding } from "./holding-status";
import { freeAmong, place } from "./placement";
import { isPositiveInteger, unitsIn } from "./quantity";
import { reservedUnits, takeOverBackorder, takeOverUnits, upTo } from "./reservation-takeover";
import {
  allocateUnits,
  available,
  freeUnits,
  holdingOf,
  levelAt,
  withHolding,
  type Stock,
} from "./sku-stock";

export type Decided<Value> = Readonly<{ stock: Stock; value: Value }>;

/** Needs the holdings of the request's holder and of its reservations, and no others. */
export function allocateStock(
  stock: Stock,
  request: AllocationRequest,
): Result<Decided<AllocationResult>, Extract<AllocationRejection, { code: "insufficient_stock" }>> {
  invariant(isPositiveInteger(request.quantity), "a request is for at least one unit");
  const { holder, quantity } = request;
  const stored = stock.holdings.get(holder);
  const before = stored && !mayBeForgotten(stored) ? stored : undefined;
  const missing = missingUnits(before, request);

  const renewed = renewedHolding(before, request, firstEventCount(stock));
  const { locations } = renewed;
  const reserved = reservedUnits(stock, request.takesOver, locations);
  const reachable = unitsIn(reserved) + freeAmong(locations, freeUnits(stock));
  if (missing > reachable && request.shortage === "refuse" && stock.facts.policy === "deny") {
    const held = before ? liveUnits(before) : 0;
    const { sku } = stock.facts;
    return reject({ code: "insufficient_stock", sku, requested: quantity, available: held + reachable });
  }

  let next = withHolding(stock, renewed);
  const given = request.fill === "whole" && missing > reachable ? 0 : Math.min(missing, reachable);
  const takenOver = upTo(given, reserved);
  for (const units of takenOver) next = takeOverUnits(next, units, holder);
  const placed = place(given - unitsIn(takenOver), locations, freeUnits(next));
  for (const { locationId, quantity } of placed) next = allocateUnits(next, holder, locationId, quantity);
  next = backorder(next, missing - given, request);

  const holding = holdingOf(next, holder);
  next = withHolding(next, { ...holding, dueAt: nextCheckAt(holding, request.now) });
  return accept({
    stock: next,
    value: {
      ...allocationResult(next, holder, { repeated: before !== undefined, locations: request.locations }),
      ...(before?.status === "confirmed" && { storedEvents: before.eventCount }),
    },
  });
}

/**
 * Releases a pending holding if the request with this expiry is the only one that asked for it. A renewal changes the
 * expiry, so that the units of another request for the same holder stay.
 */
export function releaseIfNotRenewed(stock: Stock, holder: Holder, expiresAt: number): Stock {
  const holding = stock.holdings.get(holder);
  return holding?.expiresAt === expiresAt ? releaseHolding(stock, holder, "voided") : stock;
}

/**
 * The result as the order may store it. Unreported units are left out: an event reports them after the order is known
 * to exist, and counts them from these numbers.
 */
export function allocationResult(
  stock: Stock,
  holder: Holder,
  { repeated, locations }: Readonly<{ repeated: boolean; locations: readonly string[] }>,
): AllocationResult {
  const holding = holdingOf(stock, holder);
  const unreported = holding.allocations.reduce((sum, allocation) => sum + allocation.unreported, 0);
  return {
    holder,
    repeated,
    allocated: holding.allocations
      .map(({ locationId, live, shipped, unreported }) => ({
        locationId,
        quantity: live + shipped - unreported,
      }))
      .filter(({ quantity }) => quantity > 0),
    backordered: holding.backordered + unreported,
    free: freeAt(stock, locations),
    facts: stock.facts,
  };
}

/** The result of a repeat whose holding was folded: nothing is allocated any more, and the order is stored. */
export const foldedResult = (stock: Stock, { holder, locations }: AllocationRequest): AllocationResult => ({
  holder,
  repeated: true,
  allocated: [],
  backordered: 0,
  free: freeAt(stock, locations),
  facts: stock.facts,
});

const freeAt = (stock: Stock, locations: readonly string[]): Record<string, number> =>
  Object.fromEntries(locations.map((id) => [id, available(levelAt(stock, id))]));

/** Units to allocate or backorder. Units that were shipped or released count as given, unless only open ones count. */
function missingUnits(before: Holding | undefined, request: AllocationRequest): number {
  const { quantity, quantityOf = "ever_allocated" } = request;
  if (before === undefined) return quantity;
  const isLive = before.status === "pending" || before.status === "confirmed";
  if (quantityOf === "first_allocated" && isLive) return 0;
  const ended = quantityOf === "open_now" ? 0 : shippedUnits(before) + before.released;
  return Math.max(0, quantity - openUnits(before) - ended);
}

/**
 * The holding as the request continues it: new, renewed, or pending again if it had ended. A holding with open units
 * keeps its locations, so that a repeat does not bring back a location that rejected it.
 */
function renewedHolding(
  before: Holding | undefined,
  request: AllocationRequest,
  eventCount: number,
): Holding {
  const { holder, orderId, fill, placedAt, locations, expiresAt } = request;
  if (before === undefined) {
    const empty = { backordered: 0, released: 0, eventCount, allocations: [], refs: [], dueAt: null };
    return { holder, orderId, status: "pending", fill, placedAt, locations, expiresAt, ...empty };
  }
  // Without any location it would never be filled.
  const keepsLocations = !isFinished(before) && before.locations.length > 0;
  const holding = keepsLocations ? before : { ...before, locations };
  switch (holding.status) {
    case "confirmed":
      return holding;
    case "pending":
      // Neither request's own expiry: each of them can detect that another one renewed the holding.
      return { ...holding, expiresAt: Math.max(holding.expiresAt ?? expiresAt, expiresAt) + 1 };
    case "voided":
    case "expired":
      return {
        ...holding,
        orderId,
        status: "pending",
        fill,
        locations: locations.length > 0 ? locations : holding.locations,
        expiresAt,
      };
  }
}

/** Adds to the holder's backorder, first units that its reservations have backordered. */
function backorder(stock: Stock, quantity: number, { holder, takesOver }: AllocationRequest): Stock {
  const next = takeOverBackorder(stock, quantity, takesOver, holder);
  const holding = holdingOf(next, holder);
  return withHolding(next, { ...holding, backordered: holding.backordered + quantity });
}
