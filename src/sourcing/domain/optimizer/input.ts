/** What the search for the best plan is given: items to be sent and sites that may send them, in numbers. */
import type { ParcelRate } from "../parcel-price";

export type Item = Readonly<{ quantity: number; grams: number; mm3: number }>;

export type Site = Readonly<{
  /** Units it can give, by item. */
  units: readonly number[];
  /** What a unit of the item costs from here, beside its part in the parcel: handling and stock price. */
  unitCosts: readonly number[];
  /** What any parcel from here costs beside its price: handling. */
  perParcel: number;
  rates: readonly ParcelRate[];
}>;

/** Amounts are whole minor units of one currency; sites stand in the order of preference that breaks ties. */
export type NetworkInput = Readonly<{
  items: readonly Item[];
  sites: readonly Site[];
  splitPenalty: number;
  maxParcels: number | null;
}>;
