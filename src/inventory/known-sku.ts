/**
 * Stock of SKUs that the catalog has. A SKU's object is called for no other: callers could create objects without end.
 */
import { knownSkus } from "../catalog/skus";
import { accept, reject, type Result } from "../kernel/result";
import type { InventoryContext } from "./context";
import type { StockReading } from "./domain/stock-reading";

export type UnknownSku = Readonly<{ code: "unknown_sku"; sku: string }>;

export async function ifKnownSku(context: InventoryContext, sku: string): Promise<Result<null, UnknownSku>> {
  const known = await knownSkus(context.databases.primary, [sku]);
  return known.has(sku) ? accept(null) : reject({ code: "unknown_sku", sku });
}

export async function readKnownStock(
  context: InventoryContext,
  sku: string,
): Promise<Result<StockReading, UnknownSku>> {
  const known = await ifKnownSku(context, sku);
  return known.ok ? context.inventory.readStock(sku) : known;
}
