/** A carrier's service: what a parcel costs with it, and how long the parcel takes. */

/** The price of a parcel of at most so many grams, in the books' currency. */
export type ParcelPrice = Readonly<{ upToGrams: number; priceMinor: number }>;

/** Destinations with one price list and one range of transit days. */
export type CarrierZone = Readonly<{
  name: string;
  /** ISO 3166-1 alpha-2 codes of destinations; empty means all. */
  countries: readonly string[];
  /** From the location, by great circle; null means any distance. */
  maxDistanceKm: number | null;
  /** Working days from the handover to the carrier until delivery. */
  minTransitDays: number;
  maxTransitDays: number;
  /** By ascending weight; a heavier parcel never costs less. */
  prices: readonly ParcelPrice[];
  /** For each kilogram begun beyond the last price; null if heavier goods go in several parcels. */
  perExtraKgMinor: number | null;
}>;

/** The first zone that a destination is in counts. */
export type CarrierService = Readonly<{
  id: string;
  carrier: string;
  service: string;
  name: string;
  active: boolean;
  /** Cubic millimetres that count as a gram (5,000 cm³ a kilogram is 5,000); null if volume does not count. */
  volumeDivisor: number | null;
  /** Locations that hand parcels to it; empty means all. */
  locationIds: readonly string[];
  zones: readonly CarrierZone[];
}>;
