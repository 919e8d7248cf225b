/**
 * Sends a vendor's stock feed to the queue, in parts; apply-stock-feed.ts counts them. After a failure the vendor
 * sends the whole feed again: a repeated count changes nothing.
 */
import type { InventoryContext } from "./context";
import { isTooFarAhead, repeatedItems, splitFeed, type StockFeed } from "./domain/stock-feed";
import { MAX_LOCATIONS_OF_SKU } from "./domain/quantity";
import { stockFeed } from "./queue-messages";
import { skusFullFor } from "./storage/stock-levels";
import { knownSkus } from "../catalog/skus";
import { invalidRequest, type FieldError, type InvalidRequest } from "../kernel/field-errors";
import { accept, reject, type Result } from "../kernel/result";
import { DatabaseUnavailable } from "../platform/d1/errors";

export type FeedSent = Readonly<{ accepted: number; unknownSkus: readonly string[] }>;
export type FeedRejection = InvalidRequest | Readonly<{ code: "not_found" | "location_not_vendor" }>;

/**
 * Unknown SKUs are not sent, and returned. The rejection `not_found` is about the location.
 * @throws DatabaseUnavailable if the queue did not accept every part.
 */
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
  const { primary } = context.databases;
  const max = MAX_LOCATIONS_OF_SKU;
  const [known, full] = await Promise.all([
    knownSkus(primary, skus),
    skusFullFor(primary, skus, { locationId: feed.locationId, max }),
  ]);
  if (full.size > 0) return reject(invalidRequest(noRoomFor(skus, full)));
  const items = feed.items.filter(({ sku }) => known.has(sku));
  await Promise.all(
    splitFeed({ ...feed, items }).map((part) => context.send(stockFeed.message({ feed: part }))),
  ).catch((cause: unknown) => {
    throw new DatabaseUnavailable("the stock queue did not accept the whole feed", { cause });
  });
  return accept({ accepted: items.length, unknownSkus: skus.filter((sku) => !known.has(sku)) });
}

const noRoomFor = (skus: readonly string[], full: ReadonlySet<string>): FieldError[] =>
  skus.flatMap((sku, index) =>
    full.has(sku)
      ? [
          {
            path: `items.${index}.sku`,
            message: `has stock at ${MAX_LOCATIONS_OF_SKU} other locations already`,
          },
        ]
      : [],
  );

const errorsIn = ({ asOf, items }: StockFeed, now: number): FieldError[] => [
  ...(isTooFarAhead(asOf, now) ? [{ path: "asOf", message: "is more than five minutes ahead" }] : []),
  ...repeatedItems(items).map((index) => ({
    path: `items.${index}.sku`,
    message: "is in the feed already",
  })),
];
