/** Sends SKUs to their objects: after a write at once, and from the sweep where that failed. */
import type { CatalogChange } from "../catalog/context";
import { markUpserted, skusToUpsert } from "../catalog/skus";
import type { InventoryContext } from "./context";
import { skuFactsOf } from "./domain/sku-facts";

const MAX_AT_ONCE = 100;

/** After a SKU was written: its object receives it. @throws if the object cannot be reached; the sweep repeats it. */
export async function upsertChangedSku(context: InventoryContext, change: CatalogChange): Promise<void> {
  if (change.type !== "sku") return;
  const { sku, updatedAt } = change;
  await context.inventory.upsertSku(skuFactsOf(sku), updatedAt);
  await markUpserted(context.databases.primary, [{ sku: sku.sku, updatedAt }], context.now());
}

/** Returns how many SKUs were sent. One that fails is left to the next sweep. */
export async function upsertSkus(context: InventoryContext): Promise<number> {
  const { primary } = context.databases;
  const waiting = await skusToUpsert(primary, MAX_AT_ONCE);
  const outcomes = await Promise.allSettled(
    waiting.map(({ sku, updatedAt }) => context.inventory.upsertSku(skuFactsOf(sku), updatedAt)),
  );
  const upserted = waiting
    .filter((_, i) => outcomes[i]?.status === "fulfilled")
    .map(({ sku, updatedAt }) => ({ sku: sku.sku, updatedAt }));
  if (upserted.length > 0) await markUpserted(primary, upserted, context.now());
  return upserted.length;
}
