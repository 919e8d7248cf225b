/**
 * Claiming units of a SKU for an order's line or a checkout's reservation.
 *
 * A claim is made once however often it is asked for. A checkout is refused what is short, unless the SKU may
 * be backordered; what a storefront has already sold is never refused. What the order's own reservation holds
 * is taken first.
 */
import { invariant } from "../../kernel/invariant";
import { accept, reject, type Result } from "../../kernel/result";
import {
  available,
  claimAt,
  claimUnits,
  dueAt,
  freeUnits,
  holdingOf,
  isForgotten,
  lapse,
  levelAt,
  liveUnits,
  shippedUnits,
  withHolding,
  type Holding,
  type Stock,
} from "./sku-stock";
import type { Claimant, Claimed, ClaimRejection, ClaimRequest, MoveRejection, MoveRequest } from "./stock";
import { freeAmong, place, unitsIn } from "./stock-placement";

export type Decided<Value> = Readonly<{ stock: Stock; value: Value }>;

/** Reads the request's claimant and reservations, and no other holding. Times in epoch milliseconds. */
export function claimStock(
  stock: Stock,
  request: ClaimRequest,
): Result<Decided<Claimed>, Extract<ClaimRejection, { code: "insufficient_stock" }>> {
  invariant(isUnitCount(request.quantity), "a claim is of at least one unit");
  const { claimant, quantity } = request;
  const found = stock.holdings.get(claimant);
  const before = found && !isForgotten(found) ? found : undefined;
  const missing = missingUnits(before, request);

  const renewal = renewed(before, request);
  const { locations } = renewal;
  const reserved = reservedUnits(stock, request.takesOver, locations);
  const reachable = unitsIn(reserved) + freeAmong(locations, freeUnits(stock));
  if (missing > reachable && request.shortage === "ask" && stock.facts.policy === "deny") {
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
  for (const units of passed) next = passOn(next, units, claimant);
  const anew = place(given - unitsIn(passed), locations, freeUnits(next));
  for (const { locationId, quantity } of anew) next = claimUnits(next, claimant, locationId, quantity);
  next = owe(next, missing - given, request);

  const holding = holdingOf(next, claimant);
  next = withHolding(next, { ...holding, dueAt: nextLookAt(holding) });
  return accept({ stock: next, value: claimedBy(next, claimant, before !== undefined, request.locations) });
}

/**
 * Moves a holding's claims; rejected unless it has exactly these units, each location can give its part, and
 * nobody else has been told where it is.
 */
export function moveClaims(stock: Stock, request: MoveRequest): Result<Decided<Claimed>, MoveRejection> {
  const { claimant, to, owed } = request;
  const holding = stock.holdings.get(claimant);
  const askedSince = request.expiresAt !== undefined && request.expiresAt !== holding?.expiresAt;
  if (holding === undefined || askedSince || !isMovable(stock, holding, request)) {
    return reject({ code: "claim_not_movable", claimant });
  }
  let next = stock;
  for (const { locationId, live } of holding.claims) next = claimUnits(next, claimant, locationId, -live);
  for (const { locationId, quantity } of to) next = claimUnits(next, claimant, locationId, quantity);
  const placed = holdingOf(next, claimant);
  const moved = owed
    ? { ...placed, backordered: placed.backordered + owed.quantity, locations: owed.locations }
    : placed;
  next = withHolding(next, { ...moved, dueAt: dueAt(moved) });
  const locations = [...moved.locations, ...to.map(({ locationId }) => locationId)];
  return accept({ stock: next, value: claimedBy(next, claimant, true, locations) });
}

/**
 * Lets go of what one request was given, by the lapse that it asked for: what others asked for as well, before it or
 * since, is theirs, and stays.
 */
export function letGo(stock: Stock, claimant: Claimant, expiresAt: number): Stock {
  const holding = stock.holdings.get(claimant);
  return holding?.expiresAt === expiresAt ? lapse(stock, claimant, "voided") : stock;
}

function isMovable(stock: Stock, holding: Holding, { to, owed }: MoveRequest): boolean {
  if (holding.claims.some(({ untold }) => untold !== 0)) return false;
  const distinct = new Set(to.map(({ locationId }) => locationId)).size === to.length;
  const rest = owed?.quantity ?? 0;
  if (!distinct || liveUnits(holding) === 0 || rest < 0) return false;
  if (unitsIn(to) + rest !== liveUnits(holding)) return false;
  return to.every(({ locationId, quantity }) => {
    const own = claimAt(holding, locationId).live;
    return isUnitCount(quantity) && quantity - own <= available(levelAt(stock, locationId));
  });
}

/**
 * The holding as this request finds it: its lapse put off, or begun anew where it had lapsed. Where it may be
 * given units stays as it was, so that a repeat does not bring back a location that has rejected it.
 */
function renewed(before: Holding | undefined, request: ClaimRequest): Holding {
  const { claimant, orderId, fill, placedAt, locations, expiresAt } = request;
  if (before === undefined) {
    const nothing = { backordered: 0, released: 0, told: 0, claims: [], dueAt: null };
    return { claimant, orderId, status: "pending", fill, placedAt, locations, expiresAt, ...nothing };
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

type ReservedUnits = Readonly<{ reservation: Claimant; locationId: string; quantity: number }>;

/** What the reservations have claimed at the locations, best location first. */
function reservedUnits(
  stock: Stock,
  takesOver: readonly Claimant[],
  locations: readonly string[],
): ReservedUnits[] {
  const reservations = takesOver.flatMap((id) => stock.holdings.get(id) ?? []);
  return [...new Set(locations)].flatMap((locationId) =>
    reservations
      .filter(({ status }) => status === "pending")
      .map((holding) => ({
        reservation: holding.claimant,
        locationId,
        quantity: claimAt(holding, locationId).live,
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

/** The units stay claimed where they are; only the claimant changes, and inherits the place in the queue. */
function passOn(stock: Stock, { reservation, locationId, quantity }: ReservedUnits, to: Claimant): Stock {
  const next = claimUnits(stock, reservation, locationId, -quantity);
  return inheritPlace(claimUnits(next, to, locationId, quantity), reservation, to);
}

/** Backorders the rest, first by taking over what the reservations are owed. */
function owe(stock: Stock, quantity: number, { claimant, takesOver }: ClaimRequest): Stock {
  let next = stock;
  let left = quantity;
  for (const id of takesOver) {
    const reservation = next.holdings.get(id);
    const passed = Math.min(left, reservation?.backordered ?? 0);
    if (reservation === undefined || passed === 0) continue;
    next = withHolding(next, { ...reservation, backordered: reservation.backordered - passed });
    next = inheritPlace(next, id, claimant);
    left -= passed;
  }
  const holding = holdingOf(next, claimant);
  return withHolding(next, { ...holding, backordered: holding.backordered + quantity });
}

function inheritPlace(stock: Stock, from: Claimant, to: Claimant): Stock {
  const giver = holdingOf(stock, from);
  const heir = holdingOf(stock, to);
  const next = withHolding(stock, { ...giver, dueAt: dueAt(giver) });
  return withHolding(next, { ...heir, placedAt: Math.min(heir.placedAt, giver.placedAt) });
}

/**
 * As the order knows it: what was filled or cut and is still to be told comes after this reply, whether the
 * order is placed with it or was there already.
 */
function claimedBy(
  stock: Stock,
  claimant: Claimant,
  repeated: boolean,
  locations: readonly string[],
): Claimed {
  const holding = holdingOf(stock, claimant);
  return {
    claimant,
    repeated,
    claimed: holding.claims
      .map(({ locationId, live, shipped, untold }) => ({ locationId, quantity: live + shipped - untold }))
      .filter(({ quantity }) => quantity > 0),
    backordered: holding.backordered + untoldUnits(holding),
    free: Object.fromEntries(locations.map((id) => [id, available(levelAt(stock, id))])),
    facts: stock.facts,
  };
}

/** What its order gave back, or has sent, is not owed again; what lapsed is. */
function missingUnits(before: Holding | undefined, request: ClaimRequest): number {
  const { quantity, quantityOf = "ever_claimed" } = request;
  if (before === undefined) return quantity;
  const isLive = before.status === "pending" || before.status === "confirmed";
  if (quantityOf === "first_claimed" && isLive) return 0;
  const ended = quantityOf === "open_now" ? 0 : shippedUnits(before) + before.released;
  return Math.max(0, quantity - heldUnits(before) - ended);
}

const heldUnits = (holding: Holding): number => liveUnits(holding) + holding.backordered;

const isUnitCount = (quantity: number) => Number.isSafeInteger(quantity) && quantity > 0;

/** What is still to be told is looked into as soon as it was to be, lapse put off or not. */
function nextLookAt(holding: Holding): number | null {
  const lapse = dueAt(holding);
  const waits = holding.claims.some(({ untold }) => untold !== 0);
  return waits && lapse !== null && holding.dueAt !== null ? Math.min(lapse, holding.dueAt) : lapse;
}

const untoldUnits = (holding: Holding): number => holding.claims.reduce((sum, { untold }) => sum + untold, 0);
