/**
 * Letting go of allocations whose time is over, and of no others.
 *
 * A reservation expires when it said it would. The allocations of an order's line releaseHolding only when the line is known
 * to have no use for units, a minute after they might have: no such order, no such line, or all of it
 * cancelled. They are confirmed when it has, and kept while nobody can tell.
 */
import { confirm, dueAt, releaseHolding, withHolding, type Holding, type Stock } from "./sku-stock";
import type { Holder } from "./stock";

/** What is known of the holding's order line, and the expiry that it had when this was asked. */
export type Asked = Readonly<{
  holder: Holder;
  expiresAt: number | null;
  line: "has_units" | "has_none" | "unknown";
}>;

/** How soon an order that could not be asked about, or is still awaited, is asked about again. */
export const ASK_AGAIN_MS = 30_000;

/** Settles what is due. Between asking and now any holding may have changed. */
export const settleDue = (stock: Stock, asked: readonly Asked[], now: number): Stock =>
  asked.reduce((next, answer) => settleOne(next, answer, now), stock);

function settleOne(stock: Stock, { holder, expiresAt, line }: Asked, now: number): Stock {
  const holding = stock.holdings.get(holder);
  if (holding === undefined || holding.status !== "pending") return stock;
  if (line === "has_units") return confirm(stock, holder, now);

  const moved = holding.expiresAt !== expiresAt;
  if (moved || !isOver(holding, now)) return lookAgain(stock, holding, now);
  const nobodyKnows = holding.orderId !== null && line === "unknown";
  return nobodyKnows
    ? withHolding(stock, { ...holding, dueAt: now + ASK_AGAIN_MS })
    : releaseHolding(stock, holder, "expired");
}

function isOver(holding: Holding, now: number): boolean {
  const expiresAt = dueAt(holding);
  return expiresAt !== null && expiresAt <= now;
}

/** Whoever has something to be told is asked about sooner than it would releaseHolding. */
function lookAgain(stock: Stock, holding: Holding, now: number): Stock {
  const expiresAt = dueAt(holding);
  const waits = holding.allocations.some(({ unreported }) => unreported !== 0);
  const due = expiresAt !== null && waits ? Math.min(expiresAt, now + ASK_AGAIN_MS) : expiresAt;
  return withHolding(stock, { ...holding, dueAt: due });
}
