/**
 * Allocating units of a SKU for an order's line or a checkout's reservation.
 *
 * A allocation is made once however often it is asked for. A checkout is refused what is short, unless the SKU may
 * be backordered; what a storefront has already sold is never refused. What the order's own reservation holds
 * is taken first.
 */
import { invariant } from "../../kernel/invariant";
import { accept, reject, type Result } from "../../kernel/result";
import {
  available,
  allocationAt,
  allocateUnits,
  dueAt,
  freeUnits,
  holdingOf,
  isForgotten,
  releaseHolding,
  levelAt,
  liveUnits,
  shippedUnits,
  withHolding,
  type Holding,
  type Stock,
} from "./sku-stock";
import type {
  Holder,
  AllocationResult,
  AllocationRejection,
  AllocationRequest,
  MoveRejection,
  MoveRequest,
} from "./stock";
import { freeAmong, place, unitsIn } from "./stock-placement";

export type Decided<Value> = Readonly<{ stock: Stock; value: Value }>;

/** Reads the request's holder and reservations, and no other holding. Times in epoch milliseconds. */
export function allocateStock(
  stock: Stock,
  request: AllocationRequest,
): Result<Decided<AllocationResult>, Extract<AllocationRejection, { code: "insufficient_stock" }>> {
  invariant(isUnitCount(request.quantity), "a allocation is of at least one unit");
  const { holder, quantity } = request;
  const found = stock.holdings.get(holder);
  const before = found && !isForgotten(found) ? found : undefined;
  const missing = missingUnits(before, request);

  const renewal = renewed(before, request);
  const { locations } = renewal;
  const reserved = reservedUnits(stock, request.takesOver, locations);
  const reachable = unitsIn(reserved) + freeAmong(locations, freeUnits(stock));
  if (missing > reachable && request.shortage === "refuse" && stock.facts.policy === "deny") {
    const had = before ? liveUnits(before) : 0;
    return reject({
      code: "insufficient_stock",
      sku: stock.facts.sku,
      requested: quantity,
      available: had + reachable,
    });
  }

  let next = withHolding(stock, renewal);
  const given = request.fill === "whole" && missing > reachable ? 0 : Math.min(missing, reachable);
  const passed = upTo(given, reserved);
  for (const units of passed) next = passOn(next, units, holder);
  const anew = place(given - unitsIn(passed), locations, freeUnits(next));
  for (const { locationId, quantity } of anew) next = allocateUnits(next, holder, locationId, quantity);
  next = owe(next, missing - given, request);

  const holding = holdingOf(next, holder);
  next = withHolding(next, { ...holding, dueAt: nextLookAt(holding) });
  return accept({ stock: next, value: allocatedBy(next, holder, before !== undefined, request.locations) });
}

/**
 * Moves a holding's allocations; rejected unless it has exactly these units, each location can give its part, and
 * nobody else has been told where it is.
 */
export function moveAllocations(
  stock: Stock,
  request: MoveRequest,
): Result<Decided<AllocationResult>, MoveRejection> {
  const { holder, to, owed } = request;
  const holding = stock.holdings.get(holder);
  const askedSince = request.expiresAt !== undefined && request.expiresAt !== holding?.expiresAt;
  if (holding === undefined || askedSince || !isMovable(stock, holding, request)) {
    return reject({ code: "allocation_not_movable", holder });
  }
  let next = stock;
  for (const { locationId, live } of holding.allocations)
    next = allocateUnits(next, holder, locationId, -live);
  for (const { locationId, quantity } of to) next = allocateUnits(next, holder, locationId, quantity);
  const placed = holdingOf(next, holder);
  const moved = owed
    ? { ...placed, backordered: placed.backordered + owed.quantity, locations: owed.locations }
    : placed;
  next = withHolding(next, { ...moved, dueAt: dueAt(moved) });
  const locations = [...moved.locations, ...to.map(({ locationId }) => locationId)];
  return accept({ stock: next, value: allocatedBy(next, holder, true, locations) });
}

/**
 * Lets go of what one request was given, by the releaseHolding that it asked for: what others asked for as well, before it or
 * since, is theirs, and stays.
 */
export function releaseIfNotRenewed(stock: Stock, holder: Holder, expiresAt: number): Stock {
  const holding = stock.holdings.get(holder);
  return holding?.expiresAt === expiresAt ? releaseHolding(stock, holder, "voided") : stock;
}

function isMovable(stock: Stock, holding: Holding, { to, owed }: MoveRequest): boolean {
  if (holding.allocations.some(({ unreported }) => unreported !== 0)) return false;
  const distinct = new Set(to.map(({ locationId }) => locationId)).size === to.length;
  const rest = owed?.quantity ?? 0;
  if (!distinct || liveUnits(holding) === 0 || rest < 0) return false;
  if (unitsIn(to) + rest !== liveUnits(holding)) return false;
  return to.every(({ locationId, quantity }) => {
    const own = allocationAt(holding, locationId).live;
    return isUnitCount(quantity) && quantity - own <= available(levelAt(stock, locationId));
  });
}

/**
 * The holding as this request finds it: its releaseHolding put off, or begun anew where it had expired. Where it may be
 * given units stays as it was, so that a repeat does not bring back a location that has rejected it.
 */
function renewed(before: Holding | undefined, request: AllocationRequest): Holding {
  const { holder, orderId, fill, placedAt, locations, expiresAt } = request;
  if (before === undefined) {
    const nothing = { backordered: 0, released: 0, eventCount: 0, allocations: [], dueAt: null };
    return { holder, orderId, status: "pending", fill, placedAt, locations, expiresAt, ...nothing };
  }
  // With nowhere left to be filled from it would wait for ever.
  const holding = before.locations.length > 0 ? before : { ...before, locations };
  switch (holding.status) {
    case "confirmed":
      return holding;
    case "pending":
      // Neither what it was nor what is asked for now: that is how each who asked knows of the other.
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

type ReservedUnits = Readonly<{ reservation: Holder; locationId: string; quantity: number }>;

/** What the reservations have allocated at the locations, best location first. */
function reservedUnits(
  stock: Stock,
  takesOver: readonly Holder[],
  locations: readonly string[],
): ReservedUnits[] {
  const reservations = takesOver.flatMap((id) => stock.holdings.get(id) ?? []);
  return [...new Set(locations)].flatMap((locationId) =>
    reservations
      .filter(({ status }) => status === "pending")
      .map((holding) => ({
        reservation: holding.holder,
        locationId,
        quantity: allocationAt(holding, locationId).live,
      }))
      .filter(({ quantity }) => quantity > 0),
  );
}

function upTo(quantity: number, reserved: readonly ReservedUnits[]): ReservedUnits[] {
  let left = quantity;
  return reserved.flatMap((units) => {
    const taken = Math.min(left, units.quantity);
    left -= taken;
    return taken === 0 ? [] : [{ ...units, quantity: taken }];
  });
}

/** The units stay allocated where they are; only the holder changes, and inherits the place in the queue. */
function passOn(stock: Stock, { reservation, locationId, quantity }: ReservedUnits, to: Holder): Stock {
  const next = allocateUnits(stock, reservation, locationId, -quantity);
  return inheritPlace(allocateUnits(next, to, locationId, quantity), reservation, to);
}

/** Backorders the rest, first by taking over what the reservations are owed. */
function owe(stock: Stock, quantity: number, { holder, takesOver }: AllocationRequest): Stock {
  let next = stock;
  let left = quantity;
  for (const id of takesOver) {
    const reservation = next.holdings.get(id);
    const passed = Math.min(left, reservation?.backordered ?? 0);
    if (reservation === undefined || passed === 0) continue;
    next = withHolding(next, { ...reservation, backordered: reservation.backordered - passed });
    next = inheritPlace(next, id, holder);
    left -= passed;
  }
  const holding = holdingOf(next, holder);
  return withHolding(next, { ...holding, backordered: holding.backordered + quantity });
}

function inheritPlace(stock: Stock, from: Holder, to: Holder): Stock {
  const giver = holdingOf(stock, from);
  const heir = holdingOf(stock, to);
  const next = withHolding(stock, { ...giver, dueAt: dueAt(giver) });
  return withHolding(next, { ...heir, placedAt: Math.min(heir.placedAt, giver.placedAt) });
}

/**
 * As the order knows it: what was filled or cut and is still to be told comes after this reply, whether the
 * order is placed with it or was there already.
 */
function allocatedBy(
  stock: Stock,
  holder: Holder,
  repeated: boolean,
  locations: readonly string[],
): AllocationResult {
  const holding = holdingOf(stock, holder);
  return {
    holder,
    repeated,
    allocated: holding.allocations
      .map(({ locationId, live, shipped, unreported }) => ({
        locationId,
        quantity: live + shipped - unreported,
      }))
      .filter(({ quantity }) => quantity > 0),
    backordered: holding.backordered + unreportedUnits(holding),
    free: Object.fromEntries(locations.map((id) => [id, available(levelAt(stock, id))])),
    facts: stock.facts,
  };
}

/** What its order gave back, or has sent, is not owed again; what expired is. */
function missingUnits(before: Holding | undefined, request: AllocationRequest): number {
  const { quantity, quantityOf = "ever_allocated" } = request;
  if (before === undefined) return quantity;
  const isLive = before.status === "pending" || before.status === "confirmed";
  if (quantityOf === "first_allocated" && isLive) return 0;
  const ended = quantityOf === "open_now" ? 0 : shippedUnits(before) + before.released;
  return Math.max(0, quantity - heldUnits(before) - ended);
}

const heldUnits = (holding: Holding): number => liveUnits(holding) + holding.backordered;

const isUnitCount = (quantity: number) => Number.isSafeInteger(quantity) && quantity > 0;

/** What is still to be told is looked into as soon as it was to be, releaseHolding put off or not. */
function nextLookAt(holding: Holding): number | null {
  const releaseHolding = dueAt(holding);
  const waits = holding.allocations.some(({ unreported }) => unreported !== 0);
  return waits && releaseHolding !== null && holding.dueAt !== null
    ? Math.min(releaseHolding, holding.dueAt)
    : releaseHolding;
}

const unreportedUnits = (holding: Holding): number =>
  holding.allocations.reduce((sum, { unreported }) => sum + unreported, 0);
