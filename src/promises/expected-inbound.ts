/** The inbound that promises rely on, with what decides where each SKU may be served from. */
import { skuOf, skusStatement, type SkuRow } from "../catalog/skus";
import type { Inbound } from "../inventory/domain/inbound";
import { expectedInboundStatement, inboundOf, type InboundRow } from "../inventory/inbound";
import type { Goods } from "../sourcing/domain/serving";

/** Inbound of a SKU. */
export type ExpectedInbound = Inbound & Readonly<{ goods: Goods }>;

/** All inbound that is still expected of the SKUs, in one round trip. */
export async function expectedInboundOf(
  db: D1Database,
  skus: readonly string[],
): Promise<readonly ExpectedInbound[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 gives all results of a batch one type.
  const [known, inbound] = (await db.batch([
    skusStatement(db, skus),
    expectedInboundStatement(db, skus),
  ])) as [D1Result<SkuRow>, D1Result<InboundRow>];
  const goods = new Map<string, Goods>(known.results.map((row) => [row.sku, skuOf(row)]));
  return inbound.results.map((row) => ({ ...inboundOf(row), goods: goods.get(row.sku) ?? PLAIN }));
}

const PLAIN: Goods = { hazardous: false, oversize: false };
