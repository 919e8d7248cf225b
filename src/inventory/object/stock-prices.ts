/** The latest prices of the SKU's stock. Every allocation returns them while they are fresh. */
import type { AllocationResult } from "../domain/allocation-request";
import { PRICES_FRESH_MS, type StockPrices } from "../domain/stock-prices";

type Row = { foundAt: number; minorByLocation: string };

/** Prices that were computed earlier than the stored ones change nothing. */
export function storeStockPrices(sql: SqlStorage, { foundAt, minorByLocation }: StockPrices): void {
  sql.exec(
    `INSERT INTO stock_prices VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE
        SET found_at = excluded.found_at, minor_by_location = excluded.minor_by_location
        WHERE excluded.found_at > stock_prices.found_at`,
    foundAt,
    JSON.stringify(minorByLocation),
  );
}

/** Empty if there are no prices, or none that are fresh. */
export function freshPrices(
  sql: SqlStorage,
  now: number,
): Pick<AllocationResult, "stockPrices" | "stockPricesFoundAt"> {
  const [row] = sql
    .exec<Row>(
      "SELECT found_at AS foundAt, minor_by_location AS minorByLocation FROM stock_prices WHERE found_at > ?",
      now - PRICES_FRESH_MS,
    )
    .toArray();
  if (row === undefined) return {};
  return { stockPrices: JSON.parse(row.minorByLocation), stockPricesFoundAt: row.foundAt };
}
