/** Refuses a SKU's facts that its stock cannot take. */
import type { CatalogContext } from "../catalog/context";
import type { Sku } from "../catalog/domain/sku";
import type { FieldError } from "../kernel/field-errors";
import { isBookable, MAX_STOCK_VALUE_MINOR } from "./domain/quantity";
import { storedStock } from "./stock-levels";

/**
 * A changed cost revalues what is on hand, which the books must take. Stock is read as it was stored a few seconds ago:
 * what was received since is far below the object's own limit, 2^53.
 */
export async function skuErrors(context: CatalogContext, sku: Sku): Promise<readonly FieldError[]> {
  const [stored, { locations }] = await Promise.all([
    storedStock(context.databases.primary, [sku.sku]),
    context.reference(),
  ]);
  const own = (stored.get(sku.sku)?.levels ?? []).filter(
    ({ locationId }) => locations.get(locationId)?.kind !== "vendor",
  );
  const units = own.reduce((sum, { onHand }) => sum + onHand, 0);
  if (isBookable(units, sku.unitCostMinor)) return [];
  const message = `makes the ${units} units on hand worth more than ${MAX_STOCK_VALUE_MINOR} minor units`;
  return [{ path: "unitCostMinor", message }];
}
