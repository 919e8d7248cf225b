/** Posts a movement of stock to the ledger. */
import type { InventoryContext } from "./context";
import { journalEntryForStock } from "./domain/movement-postings";
import type { StockEvent } from "./domain/stock-messages";
import { localDate } from "../kernel/calendar";
import { insertEntryOnce } from "../ledger/journal";

/** Posts once for each event, however often it is delivered: the entry has the event's id. */
export async function postStockMovement(
  context: InventoryContext,
  sku: string,
  { id, movement }: Extract<StockEvent, { type: "stock.moved" }>,
): Promise<void> {
  const entry = journalEntryForStock(movement, { id, sku }, context.config);
  const today = localDate(context.now(), context.config.booksTimeZone);
  if (entry) await insertEntryOnce(context.databases.primary, entry, today);
}
