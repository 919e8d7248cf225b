/** What movements of stock post that no order's event explains: receipts, adjustments, counts and revaluations. */
import type { CurrencyCode } from "../../kernel/money";
import {
  entryOf,
  postedAt,
  type Books,
  type Entry,
  type JournalEntry,
  type Legs,
} from "../../ledger/domain/journal-entry";
import type { Movement } from "./stock";

/** The journal entry of a movement of stock that no order explains; `id` is the stock event's. */
export function journalEntryForStock(
  movement: Movement,
  source: Readonly<{ id: string; sku: string }>,
  books: Books,
): JournalEntry | null {
  const entry = stockPostings(movement, books.booksCurrency);
  if (!entry) return null;
  const description = `${entry.description}: ${source.sku}`;
  return { ...entry, ...postedAt(movement.at, books), description, id: source.id, orderId: null };
}

const STOCK_MOVES = {
  receive: ["Stock received", "liabilities:goods-received-not-invoiced"],
  adjust: ["Stock adjusted", "expenses:shrinkage"],
  count: ["Stock counted", "expenses:shrinkage"],
  revalue: ["Stock revalued", "expenses:inventory-revaluation"],
} as const;

/** What a movement posts. Shipping and restocking are posted by the order's event, never from here. */
export function stockPostings(movement: Movement, booksCurrency: CurrencyCode): Entry | null {
  const { kind, valueMinor, reason } = movement;
  if (kind === "ship" || kind === "restock") return null;
  const [what, against] = STOCK_MOVES[kind];
  const legs: Legs = { "assets:inventory": valueMinor, [against]: -valueMinor };
  return entryOf(reason === null ? what : `${what} (${reason})`, [[booksCurrency, legs]]);
}
