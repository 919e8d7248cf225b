/** Posting to the books what stock did by itself: receipts, adjustments, counts and revaluations. */
import type { InventoryContext } from "./context";
import { localDate } from "../kernel/calendar";
import { journalEntryForStock } from "./domain/movement-postings";
import type { StockEvent } from "./domain/stock";
import { insertEntryOnce } from "../ledger/journal";

/** Posts a movement once, however often it is eventCount: the entry is named by the stock's event. */
export async function postStockMovement(
  context: InventoryContext,
  sku: string,
  { id, movement }: Extract<StockEvent, { type: "stock.moved" }>,
): Promise<void> {
  const entry = journalEntryForStock(movement, { id, sku }, context.config);
  const today = localDate(context.now(), context.config.booksTimeZone);
  if (entry) await insertEntryOnce(context.databases.primary, entry, today);
}
