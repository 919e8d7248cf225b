/** The sweep of SKUs whose object has not been told of their row: a write that died half way ends here. */
import type { Context } from "../platform/context";
import { markDescribed, undescribedSkus } from "../catalog/storage/skus";
import { factsOf } from "../catalog/put-sku";

const MOST_AT_ONCE = 100;

/** Tells the objects, and answers how many were told. One that fails is left to the next sweep. */
export async function describeSkus(context: Context): Promise<number> {
  const { primary } = context.databases;
  const waiting = await undescribedSkus(primary, MOST_AT_ONCE);
  const outcomes = await Promise.allSettled(
    waiting.map(({ sku, updatedAt }) => context.inventory.describe(factsOf(sku), updatedAt)),
  );
  const told = waiting
    .filter((_, i) => outcomes[i]?.status === "fulfilled")
    .map(({ sku, updatedAt }) => ({ sku: sku.sku, updatedAt }));
  if (told.length > 0) await markDescribed(primary, told, context.now());
  return told.length;
}
