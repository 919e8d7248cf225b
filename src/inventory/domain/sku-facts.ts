/** What a SKU's object needs to know of the SKU. */
import type { Sku } from "../../catalog/domain/reference";
import type { SkuFacts } from "./stock";

export const skuFactsOf = (sku: Sku): SkuFacts => ({
  sku: sku.sku,
  policy: sku.policy,
  unitCostMinor: sku.unitCostMinor,
  weightGrams: sku.weightGrams,
  volumeMm3: volumeOf(sku),
  hazardous: sku.hazardous,
  oversize: sku.oversize,
});

/** Cubic millimetres; null if the SKU was not measured. */
const volumeOf = ({ lengthMm, widthMm, heightMm }: Sku): number | null =>
  lengthMm === null || widthMm === null || heightMm === null ? null : lengthMm * widthMm * heightMm;
