/**
 * The stock feed of a drop-ship vendor. It is answered once the queue has all of it in pieces, and each piece counts
 * its SKUs one by one: whatever comes twice, late or half is put right by sending the feed again.
 */
import type { InventoryContext } from "./context";
import { accept, reject, type Result } from "../kernel/result";
import { countInFeed, isAhead, piecesOf, repeatedItems, type StockFeed } from "./domain/stock-feed";
import { stockFeed } from "./queue-messages";
import { DatabaseUnavailable } from "../platform/d1/errors";
import { knownSkus } from "../catalog/skus";
import { invalidRequest, type FieldError, type InvalidRequest } from "../kernel/field-errors";

export type FeedSent = Readonly<{ accepted: number; unknownSkus: readonly string[] }>;
export type FeedRejection = InvalidRequest | Readonly<{ code: "not_found" | "location_not_vendor" }>;

/** SKUs that nobody has written are named, and not sent. @throws DatabaseUnavailable when not all of it was sent. */
export async function sendStockFeed(
  context: InventoryContext,
  feed: StockFeed,
): Promise<Result<FeedSent, FeedRejection>> {
  const { locations } = await context.reference();
  const location = locations.get(feed.locationId);
  if (!location) return reject({ code: "not_found" });
  if (location.kind !== "vendor") return reject({ code: "location_not_vendor" });
  const errors = errorsIn(feed, context.now());
  if (errors.length > 0) return reject(invalidRequest(errors));

  const skus = feed.items.map(({ sku }) => sku);
  const known = await knownSkus(context.databases.primary, skus);
  const items = feed.items.filter(({ sku }) => known.has(sku));
  await Promise.all(
    piecesOf({ ...feed, items }).map((piece) => context.send(stockFeed.message({ feed: piece }))),
  ).catch((cause: unknown) => {
    throw new DatabaseUnavailable("the stock queue does not take all of the feed", { cause });
  });
  return accept({ accepted: items.length, unknownSkus: skus.filter((sku) => !known.has(sku)) });
}

const errorsIn = ({ asOf, items }: StockFeed, now: number): FieldError[] => [
  ...(isAhead(asOf, now) ? [{ path: "asOf", message: "is more than five minutes ahead" }] : []),
  ...repeatedItems(items).map((place) => ({
    path: `items.${place}.sku`,
    message: "is in the feed already",
  })),
];

/**
 * Counts the SKUs of a piece. A count that says otherwise as of the same moment is not taken: the first one stands.
 * @throws when it should come again, as some SKU's object was not told of its SKU yet; all others are counted.
 */
export async function applyStockFeed(
  { inventory, reference, now }: InventoryContext,
  { items, ...feed }: StockFeed,
): Promise<void> {
  const { locations } = await reference();
  // It was one when the feed was taken: what is known here may be seconds old.
  if (locations.get(feed.locationId)?.kind !== "vendor") throw new Error(`${feed.locationId} is no vendor`);
  const at = now();
  const counted = await Promise.all(
    items.map((item) => inventory.recordMovement(item.sku, countInFeed(feed, item, at))),
  );
  const failed = counted.find((one) => !one.ok && one.rejection.code !== "ref_reused");
  if (failed) throw new Error(JSON.stringify(failed));
}
