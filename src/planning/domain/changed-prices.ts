/**
 * Whose stock prices a SKU's object must be told: those that differ from what it was told last by more than
 * they waver, and those that it would soon hold for too old.
 */
import type { StockPrices } from "../../inventory/domain/stock-prices";
import type { StockPrice } from "./price-stock";

export type PricesBySku = ReadonlyMap<string, StockPrices["minorByLocation"]>;

/** A price that moves by less is the same. */
const SHARE = 0.05;
const LEAST_MINOR = 5;
/** Half the time for which an object holds them for right. */
const TOLD_AGAIN_MS = 12 * 3_600_000;

/** A SKU that had prices and has none any more is told so once. */
export function changedPrices(
  told: ReadonlyMap<string, StockPrices>,
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
    const before = told.get(sku);
    return (
      before === undefined || now - before.foundAt >= TOLD_AGAIN_MS || differ(before.minorByLocation, prices)
    );
  });
  const ended = [...told]
    .filter(([sku, before]) => !bySku.has(sku) && Object.keys(before.minorByLocation).length > 0)
    .map(([sku]) => [sku, {}] as const);
  return new Map([...changed, ...ended]);
}

function differ(one: StockPrices["minorByLocation"], other: StockPrices["minorByLocation"]): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].some((locationId) => {
    const [a, b] = [one[locationId] ?? 0, other[locationId] ?? 0];
    return Math.abs(a - b) > Math.max(LEAST_MINOR, SHARE * Math.max(a, b));
  });
}
