/** Which stock prices must be published to the SKUs' objects: changed ones, and those that will soon be stale. */
import type { StockPrices } from "../../inventory/domain/stock-prices";
import type { StockPrice } from "./price-stock";

export type PricesBySku = ReadonlyMap<string, StockPrices["minorByLocation"]>;

/** A price that changes by no more than this counts as unchanged. */
const MIN_CHANGE_SHARE = 0.05;
const MIN_CHANGE_MINOR = 5;
/** Half the time after which an object ignores its prices. */
const REPUBLISH_AFTER_MS = 12 * 3_600_000;

/** A SKU that no longer has prices is published once with none. */
export function changedPrices(
  published: ReadonlyMap<string, StockPrices>,
  found: readonly StockPrice[],
  now: number,
): PricesBySku {
  const bySku = new Map(
    [...Map.groupBy(found, ({ sku }) => sku)].map(([sku, prices]) => [
      sku,
      Object.fromEntries(prices.map(({ locationId, priceMinor }) => [locationId, priceMinor])),
    ]),
  );
  const changed = [...bySku].filter(([sku, prices]) => {
    const before = published.get(sku);
    return (
      before === undefined ||
      now - before.foundAt >= REPUBLISH_AFTER_MS ||
      differ(before.minorByLocation, prices)
    );
  });
  const ended = [...published]
    .filter(([sku, before]) => !bySku.has(sku) && Object.keys(before.minorByLocation).length > 0)
    .map(([sku]) => [sku, {}] as const);
  return new Map([...changed, ...ended]);
}

function differ(one: StockPrices["minorByLocation"], other: StockPrices["minorByLocation"]): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].some((locationId) => {
    const [a, b] = [one[locationId] ?? 0, other[locationId] ?? 0];
    return Math.abs(a - b) > Math.max(MIN_CHANGE_MINOR, MIN_CHANGE_SHARE * Math.max(a, b));
  });
}
