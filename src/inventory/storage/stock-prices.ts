/** The stock prices that were last sent to each SKU's object. */
import { arePricesFresh, type StockPrices } from "../domain/stock-prices";

export type StoredPrices = Readonly<{ sku: string; prices: StockPrices }>;

export type StoredPricesRow = { sku: string; found_at: number; prices: string };

/** Prices that were found later are not overwritten. */
export async function putStockPrices(
  db: D1Database,
  prices: ReadonlyMap<string, StockPrices["minorByLocation"]>,
  foundAt: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO stock_prices (sku, found_at, prices)
       SELECT key, ?2, value FROM json_each(?1) WHERE true
       ON CONFLICT (sku) DO UPDATE SET found_at = excluded.found_at, prices = excluded.prices
         WHERE excluded.found_at > stock_prices.found_at`,
    )
    .bind(JSON.stringify(Object.fromEntries(prices)), foundAt)
    .run();
}

/** By SKU, after the given one. */
export async function stockPricesAfter(
  db: D1Database,
  after: string,
  limit: number,
): Promise<StoredPrices[]> {
  const sql = "SELECT * FROM stock_prices WHERE sku > ?1 ORDER BY sku LIMIT ?2";
  const { results } = await db.prepare(sql).bind(after, limit).all<StoredPricesRow>();
  return results.map(fromRow);
}

export async function stockPricesOf(db: D1Database, sku: string): Promise<StoredPrices | null> {
  const row = await db
    .prepare("SELECT * FROM stock_prices WHERE sku = ?1")
    .bind(sku)
    .first<StoredPricesRow>();
  return row && fromRow(row);
}

/** The statement that reads the prices of the SKUs, for a batch with other reads. */
export const storedPricesStatement = (db: D1Database, skus: readonly string[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT prices.* FROM json_each(?1) AS wanted CROSS JOIN stock_prices AS prices ON prices.sku = wanted.value`,
    )
    .bind(JSON.stringify([...new Set(skus)]));

/** By SKU, the prices that its object would return now: none that are stale. */
export const storedPricesOf = (
  rows: readonly StoredPricesRow[],
  now: number,
): ReadonlyMap<string, StockPrices["minorByLocation"]> =>
  new Map(
    rows
      .map(fromRow)
      .flatMap(({ sku, prices }) =>
        arePricesFresh(prices, now) ? [[sku, prices.minorByLocation] as const] : [],
      ),
  );

const fromRow = ({ sku, found_at: foundAt, prices }: StoredPricesRow): StoredPrices => ({
  sku,
  prices: { foundAt, minorByLocation: JSON.parse(prices) as StockPrices["minorByLocation"] },
});
