/** The prices of the SKU's stock that it was told last, to be answered with every allocation while they are fresh. */
import type { AllocationResult, StockPrices } from "../domain/stock";

/** Found so long ago, they say nothing of the stock that there is now. */
const FRESH_MS = 24 * 3_600_000;

type Row = { foundAt: number; minorByLocation: string };

/** Those found later stay, whichever are told last. */
export function keepStockPrices(sql: SqlStorage, { foundAt, minorByLocation }: StockPrices): void {
  sql.exec(
    `INSERT INTO stock_prices VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE
        SET found_at = excluded.found_at, minor_by_location = excluded.minor_by_location
        WHERE excluded.found_at > stock_prices.found_at`,
    foundAt,
    JSON.stringify(minorByLocation),
  );
}

/** Nothing where there are none, or none that are fresh: then stock has no price. */
export function currentPrices(
  sql: SqlStorage,
  now: number,
): Pick<AllocationResult, "stockPrices" | "stockPricesFoundAt"> {
  const [row] = sql
    .exec<Row>(
      "SELECT found_at AS foundAt, minor_by_location AS minorByLocation FROM stock_prices WHERE found_at > ?",
      now - FRESH_MS,
    )
    .toArray();
  if (row === undefined) return {};
  return { stockPrices: JSON.parse(row.minorByLocation), stockPricesFoundAt: row.foundAt };
}
