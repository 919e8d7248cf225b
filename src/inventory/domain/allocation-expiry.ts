/**
 * Decides about due holdings: confirms, releases or keeps them.
 *
 * A reservation is released when it expires. A holding of an order's line is confirmed if the line has units. It is
 * released if the line has none (no such order or line, or all of it cancelled), after the grace period. It is kept
 * while the order cannot be looked up.
 */
import type { Holder } from "./allocation-request";
import { expiryCheckAt, hasUnreported, type Holding } from "./holding";
import { confirm, releaseHolding } from "./holding-status";
import { withHolding, type Stock } from "./sku-stock";

/** The result of looking up a holding's order line, and the holding's expiry before the lookup. */
export type LineLookup = Readonly<{
  holder: Holder;
  expiresAt: number | null;
  line: "has_units" | "has_none" | "unknown";
}>;

/**
 * Delay before an order line is looked up again: D1 did not answer, or the line has unreported units and is not stored yet.
 */
export const LOOKUP_AGAIN_MS = 30_000;

/** A holding may have changed during its lookup: one that was renewed meanwhile is not released. */
export const resolveDue = (stock: Stock, lookups: readonly LineLookup[], now: number): Stock =>
  lookups.reduce((next, lookup) => resolveHolding(next, lookup, now), stock);

function resolveHolding(stock: Stock, { holder, expiresAt, line }: LineLookup, now: number): Stock {
  const holding = stock.holdings.get(holder);
  if (holding === undefined || holding.status !== "pending") return stock;
  if (line === "has_units") return confirm(stock, holder, now);

  const renewed = holding.expiresAt !== expiresAt;
  if (renewed || !hasExpired(holding, now)) return checkLater(stock, holding, now);
  return holding.orderId !== null && line === "unknown"
    ? withHolding(stock, { ...holding, dueAt: now + LOOKUP_AGAIN_MS })
    : releaseHolding(stock, holder, "expired");
}

function hasExpired(holding: Holding, now: number): boolean {
  const checkAt = expiryCheckAt(holding);
  return checkAt !== null && checkAt <= now;
}

/** When the holding expires, or sooner if it has unreported units. */
function checkLater(stock: Stock, holding: Holding, now: number): Stock {
  const checkAt = expiryCheckAt(holding);
  const dueAt =
    checkAt !== null && hasUnreported(holding) ? Math.min(checkAt, now + LOOKUP_AGAIN_MS) : checkAt;
  return withHolding(stock, { ...holding, dueAt });
}
