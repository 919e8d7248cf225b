/** Brings stock prices that were found to the SKUs' objects, which answer them with every allocation. */
import type { Context } from "../platform/context";
import type { QueueMessage } from "../platform/queues/queue-message";

type Found = Extract<QueueMessage, { type: "stock.prices.v1" }>;

/** Repeatable, and in any order: an object keeps those that were found last. One that knows no SKU needs none. */
export async function takeStockPrices({ inventory }: Context, { foundAt, minorBySku }: Found): Promise<void> {
  const eventCount = Object.entries(minorBySku).map(([sku, minorByLocation]) =>
    inventory.setStockPrices(sku, { foundAt, minorByLocation }),
  );
  await Promise.all(eventCount);
}
