/** The stock prices that were last sent to each SKU's object. */
import type { PricesBySku } from "../domain/changed-prices";
import type { StockPrices } from "../../inventory/domain/stock-prices";

export type StoredPrices = Readonly<{ sku: string; prices: StockPrices }>;

type Row = { sku: string; found_at: number; prices: string };

/** Prices that were found later are not overwritten. */
export async function putStockPrices(db: D1Database, prices: PricesBySku, foundAt: number): Promise<void> {
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
  const { results } = await db.prepare(sql).bind(after, limit).all<Row>();
  return results.map(fromRow);
}

export async function stockPricesOf(db: D1Database, sku: string): Promise<StoredPrices | null> {
  const row = await db.prepare("SELECT * FROM stock_prices WHERE sku = ?1").bind(sku).first<Row>();
  return row && fromRow(row);
}

const fromRow = ({ sku, found_at: foundAt, prices }: Row): StoredPrices => ({
  sku,
  prices: { foundAt, minorByLocation: JSON.parse(prices) as StockPrices["minorByLocation"] },
});
