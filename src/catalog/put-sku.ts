/**
 * Writing a SKU: the row first, then its object is told what stock needs to know of it. An object that could
 * not be told is told by the sweep (`describe-skus.ts`).
 */
import { logLine } from "../kernel/log-line";
import type { Context } from "../platform/context";
import type { Sku } from "./domain/reference";
import { accept, reject, type Result } from "../kernel/result";
import type { SkuFacts } from "../inventory/domain/stock";
import { markUpserted, putSku as writeSku } from "./storage/skus";
import { invalidRequest, unknownLocations, type InvalidRequest } from "../kernel/field-errors";

export type SkuPut = Readonly<{ sku: Sku; created: boolean }>;

/** Writes the whole SKU, new or not. Bins must be at locations that there are. */
export async function putSku(context: Context, sku: Sku): Promise<Result<SkuPut, InvalidRequest>> {
  const { locations } = await context.reference();
  const bins = Object.keys(sku.bins).map((locationId) => ({ path: `bins.${locationId}`, locationId }));
  const errors = unknownLocations(bins, locations);
  if (errors.length > 0) return reject(invalidRequest(errors));

  const { primary } = context.databases;
  const { created, updatedAt } = await writeSku(primary, sku, context.now());
  try {
    await context.inventory.describe(factsOf(sku), updatedAt);
    await markUpserted(primary, [{ sku: sku.sku, updatedAt }], context.now());
  } catch (error) {
    console.error(logLine("error", "a SKU's object was not told", { error }));
  }
  return accept({ sku, created });
}

export const factsOf = (sku: Sku): SkuFacts => ({
  sku: sku.sku,
  policy: sku.policy,
  unitCostMinor: sku.unitCostMinor,
  weightGrams: sku.weightGrams,
  volumeMm3: volumeOf(sku),
  hazardous: sku.hazardous,
  oversize: sku.oversize,
});

const volumeOf = ({ lengthMm, widthMm, heightMm }: Sku): number | null =>
  lengthMm === null || widthMm === null || heightMm === null ? null : lengthMm * widthMm * heightMm;
