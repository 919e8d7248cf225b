/**
 * Letting go of claims whose time is over, and of no others.
 *
 * A reservation lapses when it said it would. The claims of an order's line lapse only when the line is known
 * to have no use for units, a minute after they might have: no such order, no such line, or all of it
 * cancelled. They are confirmed when it has, and kept while nobody can tell.
 */
import { confirm, dueAt, lapse, withHolding, type Holding, type Stock } from "./sku-stock";
import type { Claimant } from "./stock";

/** What is known of the holding's order line, and the expiry that it had when this was asked. */
export type Asked = Readonly<{
  claimant: Claimant;
  expiresAt: number | null;
  line: "has_units" | "has_none" | "unknown";
}>;

/** How soon an order that could not be asked about, or is still awaited, is asked about again. */
export const ASK_AGAIN_MS = 30_000;

/** Settles what is due. Between asking and now any holding may have changed. */
export const settleDue = (stock: Stock, asked: readonly Asked[], now: number): Stock =>
  asked.reduce((next, answer) => settleOne(next, answer, now), stock);

function settleOne(stock: Stock, { claimant, expiresAt, line }: Asked, now: number): Stock {
  const holding = stock.holdings.get(claimant);
  if (holding === undefined || holding.status !== "pending") return stock;
  if (line === "has_units") return confirm(stock, claimant, now);

  const moved = holding.expiresAt !== expiresAt;
  if (moved || !isOver(holding, now)) return lookAgain(stock, holding, now);
  const nobodyKnows = holding.orderId !== null && line === "unknown";
  return nobodyKnows
    ? withHolding(stock, { ...holding, dueAt: now + ASK_AGAIN_MS })
    : lapse(stock, claimant, "expired");
}

function isOver(holding: Holding, now: number): boolean {
  const lapsesAt = dueAt(holding);
  return lapsesAt !== null && lapsesAt <= now;
}

/** Whoever has something to be told is asked about sooner than it would lapse. */
function lookAgain(stock: Stock, holding: Holding, now: number): Stock {
  const lapsesAt = dueAt(holding);
  const waits = holding.claims.some(({ untold }) => untold !== 0);
  const due = lapsesAt !== null && waits ? Math.min(lapsesAt, now + ASK_AGAIN_MS) : lapsesAt;
  return withHolding(stock, { ...holding, dueAt: due });
}
