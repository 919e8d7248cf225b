/** Posting to the books what stock did by itself: receipts, adjustments, counts and revaluations. */
import type { Context } from "../../context";
import { localDate } from "../../domain/calendar";
import { journalEntryForStock } from "../../domain/books/ledger";
import type { StockEvent } from "../../domain/stock/stock";
import { insertEntryOnce } from "../../storage/books/journal";

/** Posts a movement once, however often it is told: the entry is named by the stock's event. */
export async function postStockMovement(
  context: Context,
  sku: string,
  { id, movement }: Extract<StockEvent, { type: "stock.moved" }>,
): Promise<void> {
  const entry = journalEntryForStock(movement, { id, sku }, context.config);
  const today = localDate(context.now(), context.config.booksTimeZone);
  if (entry) await insertEntryOnce(context.databases.primary, entry, today);
}
