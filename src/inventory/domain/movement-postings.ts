/** Journal entries of stock movements that no order's event posts: receipts, adjustments, counts, revaluations. */
import type { CurrencyCode } from "../../kernel/money";
import {
  entryOf,
  postedAt,
  type Books,
  type Entry,
  type JournalEntry,
  type Legs,
} from "../../ledger/domain/journal-entry";
import type { Movement } from "./movement";

/**
 * The journal entry of a movement; null if the movement posts nothing.
 * @param event the stock event with the movement: the entry has its id.
 */
export function journalEntryForStock(
  movement: Movement,
  event: Readonly<{ id: string; sku: string }>,
  books: Books,
): JournalEntry | null {
  const entry = stockPostings(movement, books.booksCurrency);
  if (!entry) return null;
  const description = `${entry.description}: ${event.sku}`;
  return { ...entry, ...postedAt(movement.at, books), description, id: event.id, orderId: null };
}

const STOCK_MOVES = {
  receive: ["Stock received", "liabilities:goods-received-not-invoiced"],
  adjust: ["Stock adjusted", "expenses:shrinkage"],
  count: ["Stock counted", "expenses:shrinkage"],
  revalue: ["Stock revalued", "expenses:inventory-revaluation"],
} as const;

/** Null for a movement without value, and for units shipped or restocked: these are posted by the order's event. */
export function stockPostings(movement: Movement, booksCurrency: CurrencyCode): Entry | null {
  const { kind, valueMinor, reason } = movement;
  if (kind === "ship" || kind === "restock") return null;
  const [title, contraAccount] = STOCK_MOVES[kind];
  const legs: Legs = { "assets:inventory": valueMinor, [contraAccount]: -valueMinor };
  return entryOf(reason === null ? title : `${title} (${reason})`, [[booksCurrency, legs]]);
}
