/**
 * What accepted orders do to a SKU's stock: ship units, give them back, have a location refuse them, have
 * them allocated elsewhere, restock.
 *
 * Effects are told after the fact, so none is refused. That an order has an effect proves that it exists.
 */
import { invariant } from "../../kernel/invariant";
import {
  asOwned,
  available,
  allocationAt,
  allocateUnits,
  confirm,
  holdingOf,
  levelAt,
  revalued,
  reportMoved,
  valueOf,
  withAllocation,
  withHolding,
  withMovement,
  type Holding,
  type Stock,
} from "./sku-stock";
import type { StockEffect } from "./stock";
import { oweAgain } from "./stock-settling";

type Effect<Type extends StockEffect["type"]> = Extract<StockEffect, { type: Type }>;

/**
 * Reads the holding of the effect's line, and no other. The caller applies each `ref` once.
 * @param arrivedSince units that came to the effect's location after it happened, where it comes late.
 */
export function applyEffect(stock: Stock, effect: StockEffect, arrivedSince = 0): Stock {
  invariant(
    effect.type === "serve" || (Number.isSafeInteger(effect.quantity) && effect.quantity > 0),
    "an effect is of at least one unit",
  );
  const known = stock.holdings.has(effect.lineId) ? confirm(stock, effect.lineId, effect.at) : stock;
  switch (effect.type) {
    case "ship":
      return ship(known, effect);
    case "release":
      return release(known, effect);
    case "reject":
      return refuse(known, effect, arrivedSince);
    case "move":
      return move(known, effect);
    case "serve":
      return serve(known, effect);
    case "restock":
      return restock(known, effect);
  }
}

/**
 * Whether the line's units are not where the effect says: they were cut, filled or moved, or another effect has
 * overtaken this one. What is done all the same may not be what the order takes it for.
 */
export function isAmiss(stock: Stock, effect: StockEffect): boolean {
  const holding = stock.holdings.get(effect.lineId);
  switch (effect.type) {
    case "ship":
    case "release":
    case "reject": {
      const owed = holding?.backordered ?? 0;
      const { locationId, quantity } = effect;
      const there = locationId === null ? owed : holding ? allocationAt(holding, locationId).live : 0;
      return there < quantity;
    }
    case "move":
    case "serve":
    case "restock":
      return false;
  }
}

/**
 * The goods have left, whatever the numbers say: units that were not on hand are found first, and what the
 * line did not have allocated here is taken off what it is still owed.
 */
function ship(stock: Stock, effect: Effect<"ship">): Stock {
  const { ref, lineId, locationId, quantity, unitCostMinor, vendorOwned, at } = effect;
  let next = withFound(vendorOwned ? asOwned(stock, locationId, true) : stock, effect);
  next = withHolding(next, next.holdings.get(lineId) ?? holdingOfNothing(effect));
  const allocated = Math.min(quantity, allocationAt(holdingOf(next, lineId), locationId).live);
  next = allocateUnits(next, lineId, locationId, -allocated);

  const holding = holdingOf(next, lineId);
  const allocation = allocationAt(holding, locationId);
  const sent = withAllocation(holding, { ...allocation, shipped: allocation.shipped + quantity });
  const backordered = holding.backordered - Math.min(holding.backordered, quantity - allocated);
  next = withHolding(next, { ...sent, backordered });

  const valueMinor = vendorOwned ? 0 : valueOf(-quantity, unitCostMinor);
  next = withMovement(next, {
    ref,
    kind: "ship",
    locationId,
    quantity: -quantity,
    valueMinor,
    reason: null,
    at,
  });
  return revalued(next, `${ref}#revalue`, at);
}

function withFound(stock: Stock, { ref, locationId, quantity: left, at }: Effect<"ship">): Stock {
  const quantity = left - levelAt(stock, locationId).onHand;
  if (quantity <= 0) return stock;
  const valueMinor = valueOf(quantity, stock.facts.unitCostMinor);
  const reason = "shipped_without_stock";
  return withMovement(stock, {
    ref: `${ref}#found`,
    kind: "count",
    locationId,
    quantity,
    valueMinor,
    reason,
    at,
  });
}

/**
 * Units allocated at the location go back to it. Those no longer allocated there were cut meanwhile, and are owed:
 * they are given back from the backorder. More than the line has left is under way to the order as filled or
 * cut, and the order gives it back when it learns of it.
 */
function release(stock: Stock, { lineId, locationId, quantity }: Effect<"release">): Stock {
  const before = stock.holdings.get(lineId);
  if (before === undefined) return stock;
  const live = locationId === null ? 0 : Math.min(quantity, allocationAt(before, locationId).live);
  const next = locationId === null ? stock : allocateUnits(stock, lineId, locationId, -live);
  const owed = Math.min(quantity - live, before.backordered);
  const holding = holdingOf(next, lineId);
  const backordered = holding.backordered - owed;
  return withHolding(next, { ...holding, backordered, released: holding.released + live + owed });
}

/** The line waits again, and never again for this location; what the location found corrects its stock. */
function refuse(stock: Stock, effect: Effect<"reject">, arrivedSince: number): Stock {
  const { lineId, locationId, quantity } = effect;
  const before = stock.holdings.get(lineId);
  if (before === undefined) return stock;
  const units = Math.min(quantity, allocationAt(before, locationId).live);
  const owed = oweAgain(stock, lineId, locationId, units);
  const holding = holdingOf(owed, lineId);
  const locations = holding.locations.filter((id) => id !== locationId);
  return corrected(withHolding(owed, { ...holding, locations }), effect, { units, arrivedSince });
}

/**
 * Damaged units are taken off. Where the location found none, whatever is free there is not there either: what
 * others have allocated stays until their own picker says so, and so does what arrived since.
 */
function corrected(
  stock: Stock,
  { ref, locationId, found, at }: Effect<"reject">,
  { units, arrivedSince }: Readonly<{ units: number; arrivedSince: number }>,
): Stock {
  if (!found) return stock;
  const { onHand, allocated } = levelAt(stock, locationId);
  const gone = found === "damaged" ? units : Math.max(units, onHand - allocated - arrivedSince);
  if (gone === 0) return stock;
  const valueMinor = valueOf(-gone, stock.facts.unitCostMinor);
  const movement = { kind: "adjust" as const, locationId, quantity: -gone, valueMinor, reason: found, at };
  return revalued(withMovement(stock, { ref: `${ref}#adjust`, ...movement }), `${ref}#revalue`, at);
}

/**
 * Only what is there moves, as far as `to` has units free; or is owed again where it is to go nowhere in
 * particular. The order follows what it is eventCount, so that nothing it does meanwhile is undone.
 */
function move(stock: Stock, effect: Effect<"move">): Stock {
  const { lineId, from, to, quantity: asked, keep, locations, fulfillmentId, at } = effect;
  const before = stock.holdings.get(lineId) ?? holdingOfNothing(effect);
  const held = before.status === "confirmed" ? Math.max(0, allocationAt(before, from).live - keep) : 0;
  const room = to === null ? held : available(levelAt(stock, to));
  const quantity = Math.min(asked, held, room);
  const listed = withHolding(stock, { ...before, locations });
  const moved =
    to === null ? oweAgain(listed, lineId, from, quantity) : allocateElsewhere(listed, effect, to, quantity);
  return reportMoved(moved, { lineId, from, to, quantity, fulfillmentId, at });
}

const allocateElsewhere = (
  stock: Stock,
  { lineId, from }: Effect<"move">,
  to: string,
  quantity: number,
): Stock => allocateUnits(allocateUnits(stock, lineId, from, -quantity), lineId, to, quantity);

function serve(stock: Stock, { lineId, locations }: Effect<"serve">): Stock {
  const before = stock.holdings.get(lineId);
  return before === undefined ? stock : withHolding(stock, { ...before, locations });
}

function restock(stock: Stock, effect: Effect<"restock">): Stock {
  const { ref, locationId, quantity, unitCostMinor, at } = effect;
  const valueMinor = valueOf(quantity, unitCostMinor);
  const movement = { ref, kind: "restock" as const, locationId, quantity, valueMinor, reason: null, at };
  return revalued(withMovement(stock, movement), `${ref}#revalue`, at);
}

/** A line without any allocation, of which something was eventCount: kept, so that a late repeat of its allocation takes nothing. */
const holdingOfNothing = ({ lineId, orderId, at }: Effect<"ship" | "move">): Holding => ({
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
  eventCount: 0,
  allocations: [],
});
