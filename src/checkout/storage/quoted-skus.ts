/** What a quote needs of SKUs, read in one round trip: the SKUs, their last stock snapshots, prices and inbound. */
import type { Inbound } from "../../inventory/domain/inbound";
import type { Sku } from "../../catalog/domain/sku";
import type { StockPrices } from "../../inventory/domain/stock-prices";
import type { StockSnapshot } from "../../inventory/domain/stock-reading";
import { expectedInboundStatement, inboundOf, type InboundRow } from "../../inventory/inbound";
import { skuOf, skusStatement, type SkuRow } from "../../catalog/skus";
import { storedPricesOf, storedPricesStatement, type StoredPricesRow } from "../../inventory/stock-prices";
import { storedStockOf, storedStockStatement, type StoredStockRow } from "../../inventory/stock-levels";

export type SkuToSell = Readonly<{
  sku: Sku;
  /** Null before its first snapshot. */
  stock: StockSnapshot | null;
  /** By location, as its object would return them now. */
  stockPrices: StockPrices["minorByLocation"];
  inbound: readonly Inbound[];
}>;

/** Unknown SKUs are left out. */
export async function skusToSell(
  db: D1Database,
  skus: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, SkuToSell>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 gives all results of a batch one type.
  const [known, stock, prices, inbound] = (await db.batch([
    skusStatement(db, skus),
    storedStockStatement(db, skus),
    storedPricesStatement(db, skus),
    expectedInboundStatement(db, skus),
  ])) as [D1Result<SkuRow>, D1Result<StoredStockRow>, D1Result<StoredPricesRow>, D1Result<InboundRow>];
  const stockPrices = storedPricesOf(prices.results, now);
  const snapshot = storedStockOf(stock.results);
  const expected = Map.groupBy(inbound.results.map(inboundOf), ({ sku }) => sku);
  return new Map(
    known.results.map((row) => [
      row.sku,
      {
        sku: skuOf(row),
        stock: snapshot.get(row.sku) ?? null,
        stockPrices: stockPrices.get(row.sku) ?? {},
        inbound: expected.get(row.sku) ?? [],
      },
    ]),
  );
}
