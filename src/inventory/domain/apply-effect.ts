/**
 * Applies the effects of orders to a SKU's stock. None is rejected: see stock-messages.ts. An effect proves that its
 * order exists, so it confirms the line's holding. The holding keeps the effect's `ref`.
 */
import { followingKey } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import { firstEventCount } from "./checkpoint";
import { bookMovement, revalue, valueOf, withOwner } from "./book-movement";
import { allocationAt, withAllocation, type Holding } from "./holding";
import { confirm } from "./holding-status";
import { reportMove } from "./line-events";
import { isPositiveInteger } from "./quantity";
import {
  allocateUnits,
  available,
  holdingOf,
  levelAt,
  returnToBackorder,
  withHolding,
  type Stock,
} from "./sku-stock";
import type { StockEffect } from "./stock-messages";

type Effect<Type extends StockEffect["type"]> = Extract<StockEffect, { type: Type }>;

/**
 * Needs the holding of the effect's line, and no other. The caller applies each `ref` once.
 * @param arrivedSince units that arrived at the effect's location after it happened; only `reject` needs it.
 */
export function applyEffect(stock: Stock, effect: StockEffect, arrivedSince = 0): Stock {
  invariant(effect.type === "serve" || isPositiveInteger(effect.quantity), "an effect has at least one unit");
  const confirmed = stock.holdings.has(effect.lineId) ? confirm(stock, effect.lineId, effect.at) : stock;
  const applied = applyTo(confirmed, effect, arrivedSince);
  const holding = applied.holdings.get(effect.lineId);
  return holding === undefined
    ? applied
    : withHolding(applied, { ...holding, refs: [...holding.refs, effect.ref] });
}

function applyTo(stock: Stock, effect: StockEffect, arrivedSince: number): Stock {
  switch (effect.type) {
    case "ship":
      return shipUnits(stock, effect);
    case "release":
      return releaseUnits(stock, effect);
    case "reject":
      return rejectUnits(stock, effect, arrivedSince);
    case "move":
      return moveUnits(stock, effect);
    case "serve":
      return serveFrom(stock, effect);
    case "unship":
      return unshipUnits(stock, effect);
    case "unrestock":
      return unrestockUnits(stock, effect);
    case "restock":
      return restockUnits(stock, effect);
  }
}

/**
 * Whether the line has fewer units than the effect takes: they were cut, filled or moved, or another effect overtook
 * this one. The effect is applied all the same, and the order may expect another result.
 */
export function lacksUnits(stock: Stock, effect: StockEffect): boolean {
  switch (effect.type) {
    case "ship":
    case "release":
    case "reject": {
      const holding = stock.holdings.get(effect.lineId);
      const { locationId, quantity } = effect;
      if (holding === undefined) return true;
      const units = locationId === null ? holding.backordered : allocationAt(holding, locationId).live;
      return units < quantity;
    }
    case "move":
    case "serve":
    case "unship":
    case "unrestock":
    case "restock":
      return false;
  }
}

/**
 * The goods have left, whatever the numbers are. Units that were not on hand are counted as found first. Units that
 * the line had not allocated here are taken off its backorder.
 */
function shipUnits(stock: Stock, effect: Effect<"ship">): Stock {
  const { ref, lineId, locationId, quantity, unitCostMinor, vendorOwned, at } = effect;
  let next = findMissing(vendorOwned ? withOwner(stock, locationId, true) : stock, effect);
  next = withHolding(next, next.holdings.get(lineId) ?? emptyHolding(next, effect));
  const allocated = Math.min(quantity, allocationAt(holdingOf(next, lineId), locationId).live);
  next = allocateUnits(next, lineId, locationId, -allocated);

  const holding = holdingOf(next, lineId);
  const allocation = allocationAt(holding, locationId);
  const shipped = withAllocation(holding, { ...allocation, shipped: allocation.shipped + quantity });
  const backordered = holding.backordered - Math.min(holding.backordered, quantity - allocated);
  next = withHolding(next, { ...shipped, backordered });

  const valueMinor = vendorOwned ? 0 : valueOf(-quantity, unitCostMinor);
  const movement = { ref, kind: "ship" as const, locationId, quantity: -quantity, valueMinor, at };
  return revalue(bookMovement(next, { ...movement, reason: null }), followingKey(ref, "revalue"), at);
}

/** Counts the shipped units that were not on hand. */
function findMissing(stock: Stock, { ref, locationId, quantity: shipped, at }: Effect<"ship">): Stock {
  const quantity = shipped - levelAt(stock, locationId).onHand;
  if (quantity <= 0) return stock;
  const valueMinor = valueOf(quantity, stock.facts.unitCostMinor);
  const movement = { kind: "count" as const, locationId, quantity, valueMinor, at };
  return bookMovement(stock, {
    ref: followingKey(ref, "found"),
    ...movement,
    reason: "shipped_without_stock",
  });
}

/**
 * Allocated units are free again. Units that are no longer allocated at the location were cut, so they are taken off
 * the backorder. If the line has too few units in all, an event about the rest is under way: the order releases them
 * when it applies that event.
 */
function releaseUnits(stock: Stock, { lineId, locationId, quantity }: Effect<"release">): Stock {
  const before = stock.holdings.get(lineId);
  if (before === undefined) return stock;
  const live = locationId === null ? 0 : Math.min(quantity, allocationAt(before, locationId).live);
  const next = locationId === null ? stock : allocateUnits(stock, lineId, locationId, -live);
  const cut = Math.min(quantity - live, before.backordered);
  const holding = holdingOf(next, lineId);
  return withHolding(next, {
    ...holding,
    backordered: holding.backordered - cut,
    released: holding.released + live + cut,
  });
}

/** The units are backordered again, and never filled from this location. */
function rejectUnits(stock: Stock, effect: Effect<"reject">, arrivedSince: number): Stock {
  const { lineId, locationId, quantity } = effect;
  const before = stock.holdings.get(lineId);
  if (before === undefined) return stock;
  const units = Math.min(quantity, allocationAt(before, locationId).live);
  const next = returnToBackorder(stock, lineId, locationId, units);
  const holding = holdingOf(next, lineId);
  const locations = holding.locations.filter((id) => id !== locationId);
  return correctShortfall(withHolding(next, { ...holding, locations }), effect, { units, arrivedSince });
}

/**
 * Takes damaged units off stock. If the location is out of stock, its free units are taken off too, except those that
 * arrived since. Units that others have allocated stay until their own fulfillment is rejected.
 */
function correctShortfall(
  stock: Stock,
  { ref, locationId, shortfall, at }: Effect<"reject">,
  { units, arrivedSince }: Readonly<{ units: number; arrivedSince: number }>,
): Stock {
  if (!shortfall) return stock;
  const { onHand, allocated } = levelAt(stock, locationId);
  const missing = shortfall === "damaged" ? units : Math.max(units, onHand - allocated - arrivedSince);
  if (missing === 0) return stock;
  const valueMinor = valueOf(-missing, stock.facts.unitCostMinor);
  const movement = { kind: "adjust" as const, locationId, quantity: -missing, valueMinor, at };
  const adjusted = bookMovement(stock, { ref: followingKey(ref, "adjust"), ...movement, reason: shortfall });
  return revalue(adjusted, followingKey(ref, "revalue"), at);
}

/** Moves as many units as are at `from` beyond `keep`, and as `to` has free. The order follows the event. */
function moveUnits(stock: Stock, effect: Effect<"move">): Stock {
  const { lineId, from, to, keep, locations, fulfillmentId, at } = effect;
  const before = stock.holdings.get(lineId) ?? emptyHolding(stock, effect);
  const held = before.status === "confirmed" ? Math.max(0, allocationAt(before, from).live - keep) : 0;
  const room = to === null ? held : available(levelAt(stock, to));
  const quantity = Math.min(effect.quantity, held, room);
  const listed = withHolding(stock, { ...before, locations });
  const moved =
    to === null
      ? returnToBackorder(listed, lineId, from, quantity)
      : allocateUnits(allocateUnits(listed, lineId, from, -quantity), lineId, to, quantity);
  return reportMove(moved, { lineId, from, to, quantity, fulfillmentId, at });
}

function serveFrom(stock: Stock, { lineId, locations }: Effect<"serve">): Stock {
  const before = stock.holdings.get(lineId);
  return before === undefined ? stock : withHolding(stock, { ...before, locations });
}

/**
 * At most the units that the line has shipped from there. The movement has the kind and the value of the shipment's, so that
 * units that left and the books add up: the entry of the shipment is lost with its commit.
 */
function unshipUnits(stock: Stock, effect: Effect<"unship">): Stock {
  const { ref, lineId, locationId, unitCostMinor, at } = effect;
  const before = stock.holdings.get(lineId);
  if (before === undefined) return stock;
  const allocation = allocationAt(before, locationId);
  const quantity = Math.min(effect.quantity, allocation.shipped);
  if (quantity === 0) return stock;
  const valueMinor = valueOf(quantity, unitCostMinor);
  const movement = {
    ref,
    kind: "ship" as const,
    locationId,
    quantity,
    valueMinor,
    reason: "commit_lost",
    at,
  };
  const unshipped = withAllocation(before, { ...allocation, shipped: allocation.shipped - quantity });
  const moved = bookMovement(withHolding(stock, unshipped), movement);
  return revalue(allocateUnits(moved, lineId, locationId, quantity), followingKey(ref, "revalue"), at);
}

/** As many as are free: what is allocated is not cut for a return that is likely to be recorded again. */
function unrestockUnits(stock: Stock, effect: Effect<"unrestock">): Stock {
  const { ref, locationId, quantity, unitCostMinor, at } = effect;
  const { onHand, allocated, vendorOwned } = levelAt(stock, locationId);
  const kept = Math.max(0, quantity - (onHand - allocated));
  const counted = {
    ref: followingKey(ref, "kept"),
    kind: "count" as const,
    locationId,
    quantity: kept,
    valueMinor: vendorOwned ? 0 : valueOf(kept, stock.facts.unitCostMinor),
    reason: "commit_lost",
    at,
  };
  const next = kept === 0 ? stock : bookMovement(stock, counted);
  const valueMinor = valueOf(-quantity, unitCostMinor);
  const movement = {
    ref,
    kind: "restock" as const,
    locationId,
    quantity: -quantity,
    valueMinor,
    reason: "commit_lost",
    at,
  };
  return revalue(bookMovement(next, movement), followingKey(ref, "revalue"), at);
}

function restockUnits(stock: Stock, effect: Effect<"restock">): Stock {
  const { ref, locationId, quantity, unitCostMinor, at } = effect;
  const valueMinor = valueOf(quantity, unitCostMinor);
  const movement = { ref, kind: "restock" as const, locationId, quantity, valueMinor, reason: null, at };
  return revalue(bookMovement(stock, movement), followingKey(ref, "revalue"), at);
}

/** For a line without a holding: stored, so that a late repeat of its allocation request allocates nothing. */
const emptyHolding = (stock: Stock, { lineId, orderId, at }: Effect<"ship" | "move">): Holding => ({
  holder: lineId,
  orderId,
  status: "confirmed",
  fill: "partial",
  placedAt: at,
  locations: [],
  expiresAt: null,
  dueAt: null,
  backordered: 0,
  released: 0,
  eventCount: firstEventCount(stock),
  allocations: [],
  refs: [],
});
