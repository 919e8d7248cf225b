/** Creates or replaces a SKU. The row is written first, then the change is published. */
import type { FieldError, InvalidRequest } from "../kernel/field-errors";
import { invalidRequest } from "../kernel/field-errors";
import { accept, reject, type Result } from "../kernel/result";
import type { CatalogContext } from "./context";
import type { Sku } from "./domain/sku";
import { putSku as writeSku } from "./storage/skus";
import { unknownLocations } from "./unknown-locations";

export type SkuPut = Readonly<{ sku: Sku; created: boolean }>;

/** Its bins must be at locations that exist, and its stock must take its cost. */
export async function putSku(context: CatalogContext, sku: Sku): Promise<Result<SkuPut, InvalidRequest>> {
  const { locations } = await context.reference();
  const bins = Object.keys(sku.bins).map((locationId) => ({ path: `bins.${locationId}`, locationId }));
  const errors: FieldError[] = [...unknownLocations(bins, locations), ...(await context.skuErrors(sku))];
  if (errors.length > 0) return reject(invalidRequest(errors));

  const { created, updatedAt } = await writeSku(context.databases.primary, sku, context.now());
  await context.publishCatalogChange({ type: "sku", sku, updatedAt });
  return accept({ sku, created });
}
