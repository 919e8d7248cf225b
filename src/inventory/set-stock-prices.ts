/** Sends stock prices to the SKUs' objects, which return them with every allocation. */
import type { InventoryContext } from "./context";
import type { StockPricesMessage } from "./queue-messages";

/** Copies and late messages do no harm: an object keeps the latest prices. An unknown SKU is skipped. */
export async function setStockPrices(
  { inventory }: InventoryContext,
  { foundAt, minorBySku }: StockPricesMessage,
): Promise<void> {
  await Promise.all(
    Object.entries(minorBySku).map(([sku, minorByLocation]) =>
      inventory.setStockPrices(sku, { foundAt, minorByLocation }),
    ),
  );
}
