/** Counts the SKUs of one part of a vendor's stock feed. */
import type { InventoryContext } from "./context";
import { countInFeed, type StockFeed } from "./domain/stock-feed";

/**
 * Another count as of the same moment is ignored: the first one stays.
 * @throws if the part must be delivered again, because the object of some SKU does not have its facts yet. The other
 * SKUs are counted.
 */
export async function applyStockFeed(
  { inventory, reference, now }: InventoryContext,
  { items, ...feed }: StockFeed,
): Promise<void> {
  const { locations } = await reference();
  // The location was a vendor when the feed was sent. The cache may be older than that: the part is delivered again.
  if (locations.get(feed.locationId)?.kind !== "vendor") throw new Error(`${feed.locationId} is no vendor`);
  const at = now();
  const counted = await Promise.all(
    items.map((item) => inventory.recordMovement(item.sku, countInFeed(feed, item, at))),
  );
  const failed = counted.find((one) => !one.ok && one.rejection.code !== "ref_reused");
  if (failed) throw new Error(JSON.stringify(failed));
}
