/**
 * What accepted orders do to a SKU's stock: ship units, give them back, have a location refuse them, restock.
 *
 * Effects are told after the fact, so none is refused. That an order has an effect proves that it exists.
 */
import { invariant } from "./invariant";
import {
  claimAt,
  claimUnits,
  confirm,
  holdingOf,
  levelAt,
  revalued,
  valueOf,
  withClaim,
  withHolding,
  withMovement,
  type Holding,
  type Stock,
} from "./sku-stock";
import type { StockEffect } from "./stock";
import { oweAgain } from "./stock-settling";

type Effect<Type extends StockEffect["type"]> = Extract<StockEffect, { type: Type }>;

/** Reads the holding of the effect's line, and no other. The caller applies each `ref` once. */
export function applyEffect(stock: Stock, effect: StockEffect): Stock {
  invariant(
    Number.isSafeInteger(effect.quantity) && effect.quantity > 0,
    "an effect is of at least one unit",
  );
  const known = stock.holdings.has(effect.lineId) ? confirm(stock, effect.lineId, effect.at) : stock;
  switch (effect.type) {
    case "ship":
      return ship(known, effect);
    case "release":
      return release(known, effect);
    case "reject":
      return refuse(known, effect);
    case "restock":
      return restock(known, effect);
  }
}

/**
 * The goods have left, whatever the numbers say: units that were not on hand are found first, and what the
 * line did not have claimed here is taken off what it is still owed.
 */
function ship(stock: Stock, effect: Effect<"ship">): Stock {
  const { ref, lineId, locationId, quantity, unitCostMinor, at } = effect;
  let next = withFound(stock, effect);
  next = withHolding(next, next.holdings.get(lineId) ?? holdingOfNothing(effect));
  const claimed = Math.min(quantity, claimAt(holdingOf(next, lineId), locationId).live);
  next = claimUnits(next, lineId, locationId, -claimed);

  const holding = holdingOf(next, lineId);
  const claim = claimAt(holding, locationId);
  const sent = withClaim(holding, { ...claim, shipped: claim.shipped + quantity });
  const backordered = holding.backordered - Math.min(holding.backordered, quantity - claimed);
  next = withHolding(next, { ...sent, backordered });

  const valueMinor = valueOf(-quantity, unitCostMinor);
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
 * Units claimed at the location go back to it. Those no longer claimed there were cut meanwhile, and are owed:
 * they are given back from the backorder. More than the line has left is under way to the order as filled or
 * cut, and the order gives it back when it learns of it.
 */
function release(stock: Stock, { lineId, locationId, quantity }: Effect<"release">): Stock {
  const before = stock.holdings.get(lineId);
  if (before === undefined) return stock;
  const live = locationId === null ? 0 : Math.min(quantity, claimAt(before, locationId).live);
  const next = locationId === null ? stock : claimUnits(stock, lineId, locationId, -live);
  const owed = Math.min(quantity - live, before.backordered);
  const holding = holdingOf(next, lineId);
  const backordered = holding.backordered - owed;
  return withHolding(next, { ...holding, backordered, released: holding.released + live + owed });
}

/** The line waits again, and never again for this location. */
function refuse(stock: Stock, { lineId, locationId, quantity }: Effect<"reject">): Stock {
  const before = stock.holdings.get(lineId);
  if (before === undefined) return stock;
  const units = Math.min(quantity, claimAt(before, locationId).live);
  const next = oweAgain(stock, lineId, locationId, units);
  const holding = holdingOf(next, lineId);
  return withHolding(next, { ...holding, locations: holding.locations.filter((id) => id !== locationId) });
}

function restock(stock: Stock, effect: Effect<"restock">): Stock {
  const { ref, locationId, quantity, unitCostMinor, at } = effect;
  const valueMinor = valueOf(quantity, unitCostMinor);
  const movement = { ref, kind: "restock" as const, locationId, quantity, valueMinor, reason: null, at };
  return revalued(withMovement(stock, movement), `${ref}#revalue`, at);
}

/** A line that was shipped without any claim: kept, so that a late repeat of its claim takes nothing. */
const holdingOfNothing = ({ lineId, orderId, at }: Effect<"ship">): Holding => ({
  claimant: lineId,
  orderId,
  status: "confirmed",
  fill: "partial",
  placedAt: at,
  locations: [],
  expiresAt: null,
  dueAt: null,
  backordered: 0,
  released: 0,
  told: 0,
  claims: [],
});
