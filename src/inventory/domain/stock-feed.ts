/**
 * A drop-ship vendor's stock feed: what it has on hand of each SKU as of a moment.
 *
 * The feed is a count of the vendor's own stock. Units that left after that moment are on hand again until the next
 * feed. Live allocations stay, and are cut only if fewer units are counted than allocated.
 */
import { derivedId } from "../../kernel/ids";
import type { StockOperation } from "./stock-operations";

export type FeedItem = Readonly<{ sku: string; quantity: number }>;

export type StockFeed = Readonly<{
  locationId: string;
  /** Of two feeds the later moment wins, in whatever order they arrive. */
  asOf: number;
  items: readonly FeedItem[];
}>;

/** SKUs in one queue message. */
const ITEMS_PER_MESSAGE = 50;

/** Tolerance for a vendor's clock. A feed from the far future would block all feeds until then. */
const MAX_AHEAD_MS = 5 * 60_000;

export const isTooFarAhead = (asOf: number, now: number): boolean => asOf > now + MAX_AHEAD_MS;

/** Indexes of items whose SKU occurs earlier in the feed. */
export function repeatedItems(items: readonly FeedItem[]): number[] {
  const seen = new Set<string>();
  return items.flatMap(({ sku }, index) => {
    if (seen.has(sku)) return [index];
    seen.add(sku);
    return [];
  });
}

/** The feed in parts that fit into a queue message. Each part is a feed itself. */
export const splitFeed = (feed: StockFeed): StockFeed[] =>
  Array.from({ length: Math.ceil(feed.items.length / ITEMS_PER_MESSAGE) }, (_, i) => ({
    ...feed,
    items: feed.items.slice(i * ITEMS_PER_MESSAGE, (i + 1) * ITEMS_PER_MESSAGE),
  }));

/** The count of one SKU. Its `ref` is derived from the feed, so that a repeated feed counts once. */
export const countInFeed = (
  { locationId, asOf }: Omit<StockFeed, "items">,
  { sku, quantity }: FeedItem,
  at: number,
): StockOperation => ({
  type: "count",
  ref: derivedId("mov", "stock-feed", locationId, String(asOf), sku),
  locationId,
  counted: quantity,
  asOf,
  vendorOwned: true,
  at,
  by: `feed:${locationId}`,
});
