/** Sends SKUs' facts to their objects: right after a write, and from the sweep if that failed. */
import type { InventoryContext } from "./context";
import { skuFactsOf } from "./domain/sku-facts";
import type { CatalogChange } from "../catalog/context";
import { markUpserted, skusToUpsert } from "../catalog/skus";

const BATCH_SIZE = 100;

/**
 * Called after a change of the catalog was stored.
 * @throws if the object cannot be reached: the sweep sends the SKU again.
 */
export async function upsertChangedSku(context: InventoryContext, change: CatalogChange): Promise<void> {
  if (change.type !== "sku") return;
  const { sku, updatedAt } = change;
  await context.inventory.upsertSku(skuFactsOf(sku), updatedAt);
  await markUpserted(context.databases.primary, [{ sku: sku.sku, updatedAt }], context.now());
}

/** Returns how many SKUs were sent. One that fails is left to the next sweep. */
export async function upsertSkus(context: InventoryContext): Promise<number> {
  const { primary } = context.databases;
  const waiting = await skusToUpsert(primary, BATCH_SIZE);
  const outcomes = await Promise.allSettled(
    waiting.map(({ sku, updatedAt }) => context.inventory.upsertSku(skuFactsOf(sku), updatedAt)),
  );
  const upserted = waiting
    .filter((_, i) => outcomes[i]?.status === "fulfilled")
    .map(({ sku, updatedAt }) => ({ sku: sku.sku, updatedAt }));
  if (upserted.length > 0) await markUpserted(primary, upserted, context.now());
  return upserted.length;
}
