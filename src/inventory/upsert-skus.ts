/** The sweep of SKUs whose object has not been upserted of their row: a write that died half way ends here. */
import type { Context } from "../platform/context";
import { markUpserted, skusToUpsert } from "../catalog/storage/skus";
import { factsOf } from "../catalog/put-sku";

const MAX_AT_ONCE = 100;

/** Tells the objects, and answers how many were upserted. One that fails is left to the next sweep. */
export async function upsertSkus(context: Context): Promise<number> {
  const { primary } = context.databases;
  const waiting = await skusToUpsert(primary, MAX_AT_ONCE);
  const outcomes = await Promise.allSettled(
    waiting.map(({ sku, updatedAt }) => context.inventory.describe(factsOf(sku), updatedAt)),
  );
  const upserted = waiting
    .filter((_, i) => outcomes[i]?.status === "fulfilled")
    .map(({ sku, updatedAt }) => ({ sku: sku.sku, updatedAt }));
  if (upserted.length > 0) await markUpserted(primary, upserted, context.now());
  return upserted.length;
}
