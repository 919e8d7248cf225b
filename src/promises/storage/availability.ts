/** What a product page needs to know of SKUs, in one round: themselves, their stock as last snapshot, what is expected. */
import type { Inbound } from "../../inventory/domain/inbound";
import type { Sku } from "../../catalog/domain/sku";
import type { StockSnapshot } from "../../inventory/domain/stock-reading";
import { expectedInboundStatement, inboundOf, type InboundRow } from "../../inventory/inbound";
import { skuOf, skusStatement, type SkuRow } from "../../catalog/skus";
import { storedStockOf, storedStockStatement, type StoredStockRow } from "../../inventory/stock-levels";

export type SkuToSell = Readonly<{
  sku: Sku;
  /** Null where nothing was snapshot of it yet. */
  stock: StockSnapshot | null;
  inbound: readonly Inbound[];
}>;

/** SKUs that there are not are not in it. */
export async function skusToSell(
  db: D1Database,
  skus: readonly string[],
): Promise<ReadonlyMap<string, SkuToSell>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 types the answers of a batch all alike.
  const [known, stock, inbound] = (await db.batch([
    skusStatement(db, skus),
    storedStockStatement(db, skus),
    expectedInboundStatement(db, skus),
  ])) as [D1Result<SkuRow>, D1Result<StoredStockRow>, D1Result<InboundRow>];
  const snapshot = storedStockOf(stock.results);
  const expected = Map.groupBy(inbound.results.map(inboundOf), ({ sku }) => sku);
  return new Map(
    known.results.map((row) => [
      row.sku,
      { sku: skuOf(row), stock: snapshot.get(row.sku) ?? null, inbound: expected.get(row.sku) ?? [] },
    ]),
  );
}
