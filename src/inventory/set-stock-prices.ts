/** Brings stock prices that were found to the SKUs' objects, which answer them with every allocation. */
import type { InventoryContext } from "./context";
import type { StockPricesMessage } from "./queue-messages";

/** Repeatable, and in any order: an object keeps those that were found last. One that knows no SKU needs none. */
export async function setStockPrices(
  { inventory }: InventoryContext,
  { foundAt, minorBySku }: StockPricesMessage,
): Promise<void> {
  const eventCount = Object.entries(minorBySku).map(([sku, minorByLocation]) =>
    inventory.setStockPrices(sku, { foundAt, minorByLocation }),
  );
  await Promise.all(eventCount);
}
