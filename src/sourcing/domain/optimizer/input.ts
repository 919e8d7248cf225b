/**
 * The input of the optimizer, in numbers: items to be shipped, and sites that may ship them. An item is all units
 * that an order needs of one SKU, since lines of one SKU share its stock.
 */
import type { ParcelRate } from "../parcel-price";

export type Item = Readonly<{ quantity: number; grams: number; mm3: number }>;

export type Site = Readonly<{
  /** Units that it can ship, by item. */
  units: readonly number[];
  /** By item: the cost of a unit without its part of the parcel's price, which is handling and stock price. */
  unitCosts: readonly number[];
  /** The cost of a parcel without its price, which is handling. */
  perParcel: number;
  rates: readonly ParcelRate[];
}>;

/** Amounts are whole minor units of one currency. The order of the sites is the preference that breaks ties. */
export type NetworkInput = Readonly<{
  items: readonly Item[];
  sites: readonly Site[];
  splitPenalty: number;
  maxParcels: number | null;
}>;
