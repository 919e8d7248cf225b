/** The facts of a SKU that its stock object keeps. */
import { volumeOf, type Sku, type SkuPolicy } from "../../catalog/domain/sku";

export type SkuFacts = Readonly<{
  sku: string;
  policy: SkuPolicy;
  /** Standard cost of one unit, in the books' currency. */
  unitCostMinor: number;
  weightGrams: number;
  /** Length × width × height of a unit; null if the SKU was not measured. */
  volumeMm3: number | null;
  hazardous: boolean;
  oversize: boolean;
}>;

export const skuFactsOf = (sku: Sku): SkuFacts => ({
  sku: sku.sku,
  policy: sku.policy,
  unitCostMinor: sku.unitCostMinor,
  weightGrams: sku.weightGrams,
  volumeMm3: volumeOf(sku),
  hazardous: sku.hazardous,
  oversize: sku.oversize,
});
