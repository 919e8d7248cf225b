/**
 * What a drop-ship vendor says that it has on hand, SKU by SKU, as of a moment: its stock feed.
 *
 * It is taken for what it is, a count of the vendor's own. Units that left after that moment are in the count again
 * until the next feed; live allocations stay allocated, and lose units only where fewer are counted than are allocated.
 */
import { derivedId } from "../../kernel/ids";
import type { StockOperation } from "./stock";

export type FeedItem = Readonly<{ sku: string; quantity: number }>;

export type StockFeed = Readonly<{
  locationId: string;
  /** Of two feeds the one as of later is right, whichever comes first. */
  asOf: number;
  items: readonly FeedItem[];
}>;

/** So many SKUs travel in one message. */
const ITEMS_IN_A_PIECE = 50;

/** A vendor's clock may be wrong by so much. A feed from later on would silence all that come before then. */
const MAX_AHEAD_MS = 5 * 60_000;

export const isAhead = (asOf: number, now: number): boolean => asOf > now + MAX_AHEAD_MS;

/** Places of items whose SKU the feed has told before. */
export function repeatedItems(items: readonly FeedItem[]): number[] {
  const told = new Set<string>();
  return items.flatMap(({ sku }, place) => {
    if (told.has(sku)) return [place];
    told.add(sku);
    return [];
  });
}

/** Each piece is a feed itself. */
export const piecesOf = (feed: StockFeed): StockFeed[] =>
  Array.from({ length: Math.ceil(feed.items.length / ITEMS_IN_A_PIECE) }, (_, i) => ({
    ...feed,
    items: feed.items.slice(i * ITEMS_IN_A_PIECE, (i + 1) * ITEMS_IN_A_PIECE),
  }));

/** The count of one SKU. Its reference is what makes it the same when the feed comes again. */
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
