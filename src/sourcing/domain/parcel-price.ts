/**
 * The price of a parcel by a carrier's price list: it rises in steps with the billable weight, which is the greater
 * of the actual and the dimensional weight.
 */
import type { CarrierService, CarrierZone, ParcelPrice } from "../../catalog/domain/carrier-service";
import type { Load } from "../../catalog/domain/sku";

/** What parcels cost with a service in one of its zones. */
export type PriceList = Readonly<{
  /** By ascending weight. */
  prices: readonly ParcelPrice[];
  /** For each kilogram begun beyond the last price; null if heavier goods go in several parcels. */
  perExtraKgMinor: number | null;
  /** mm³ for each gram of dimensional weight; infinite if volume does not count. */
  volumeDivisor: number;
}>;

/** A price list from one location to one destination, with what its time costs. Costs in the books' currency. */
export type ParcelRate = PriceList &
  Readonly<{
    /** Null if the carrier is assumed. */
    serviceId: string | null;
    /** Days from the promised day of arrival to the actual one. */
    lateDays: number;
    /** What these days cost. */
    latenessMinor: number;
    /** What the days until a parcel arrives cost. */
    speedMinor: number;
  }>;

/** What the time of a parcel costs, whatever its load. */
export const timeMinor = ({
  latenessMinor,
  speedMinor,
}: Pick<ParcelRate, "latenessMinor" | "speedMinor">): number => latenessMinor + speedMinor;

/** Null if the zone has no price at all. */
export function priceListOf(
  { volumeDivisor }: Pick<CarrierService, "volumeDivisor">,
  { prices, perExtraKgMinor }: Pick<CarrierZone, "prices" | "perExtraKgMinor">,
): PriceList | null {
  if (prices.length === 0 && perExtraKgMinor === null) return null;
  return { prices, perExtraKgMinor, volumeDivisor: volumeDivisor ?? Number.POSITIVE_INFINITY };
}

export const billableGrams = ({ volumeDivisor }: Pick<PriceList, "volumeDivisor">, load: Load): number =>
  Math.max(load.grams, load.mm3 / volumeDivisor);

/**
 * The price of a load, without its time. It takes a heavier bracket if that costs less. A load that is too heavy for
 * one parcel goes in parcels of the greatest weight and one with the rest. Infinite if the list has no price for it.
 */
export function parcelPriceMinor(rate: PriceList, load: Load): number {
  const billable = billableGrams(rate, load);
  const { upToGrams: heaviest, priceMinor: dearest } = lastPrice(rate);
  if (billable <= heaviest) return bracketPrice(rate, billable);
  const beyond = billable - heaviest;
  if (rate.perExtraKgMinor !== null) return dearest + rate.perExtraKgMinor * Math.ceil(beyond / 1_000);
  if (heaviest === 0) return Number.POSITIVE_INFINITY;
  const full = Math.ceil(billable / heaviest) - 1;
  return full * dearest + bracketPrice(rate, billable - full * heaviest);
}

function bracketPrice({ prices }: PriceList, billable: number): number {
  let cheapest = Number.POSITIVE_INFINITY;
  for (const { upToGrams, priceMinor } of prices) {
    if (upToGrams >= billable && priceMinor < cheapest) cheapest = priceMinor;
  }
  return cheapest < Number.POSITIVE_INFINITY ? cheapest : 0;
}

export const lastPrice = ({ prices }: PriceList): ParcelPrice =>
  prices.at(-1) ?? { upToGrams: 0, priceMinor: 0 };

export type ChosenRate = Readonly<{ rate: ParcelRate; priceMinor: number; costMinor: number }>;

/** The rate with the least price plus cost of time; of equal rates the first. Null without rates. */
export function cheapestRate(rates: readonly ParcelRate[], load: Load): ChosenRate | null {
  let best: ChosenRate | null = null;
  for (const rate of rates) {
    const priceMinor = parcelPriceMinor(rate, load);
    const costMinor = priceMinor + timeMinor(rate);
    if (best === null || costMinor < best.costMinor) best = { rate, priceMinor, costMinor };
  }
  return best;
}
