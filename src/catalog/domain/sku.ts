/** A SKU: what the retailer sells, and what sourcing, shipping and the books need to know of it. */

/** What becomes of an order for more than is available: refused, backordered, or sold before the first receipt. */
export type SkuPolicy = "deny" | "backorder" | "preorder";

export type Sku = Readonly<{
  sku: string;
  title: string;
  weightGrams: number;
  lengthMm: number | null;
  widthMm: number | null;
  heightMm: number | null;
  /** Standard cost of one unit, in the books' currency. */
  unitCostMinor: number;
  /** The bin that it is picked from, by location. */
  bins: Readonly<Record<string, string>>;
  taxCategory: string | null;
  /** Shipped only from locations that accept hazardous goods. */
  hazardous: boolean;
  /** Shipped only from locations that accept oversize goods. */
  oversize: boolean;
  policy: SkuPolicy;
  active: boolean;
}>;

/** The weight and volume of a SKU's unit, or of a parcel. */
export type Load = Readonly<{ grams: number; mm3: number }>;

type Measured = Pick<Sku, "weightGrams" | "lengthMm" | "widthMm" | "heightMm">;

/** Length × width × height of a unit in mm³; null if the SKU was not measured. */
export const volumeOf = ({ lengthMm, widthMm, heightMm }: Omit<Measured, "weightGrams">): number | null =>
  lengthMm === null || widthMm === null || heightMm === null ? null : lengthMm * widthMm * heightMm;

/** A unit of the SKU as a parcel's load. A volume that was not measured counts as none. */
export const loadOf = (sku: Measured): Load => ({ grams: sku.weightGrams, mm3: volumeOf(sku) ?? 0 });
