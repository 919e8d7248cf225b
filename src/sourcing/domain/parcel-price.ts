/**
 * What a parcel costs by a carrier's rate table: its price follows the billable weight, which is the actual
 * or the dimensional weight, whichever is more, in steps.
 */

import type { CarrierService, CarrierZone, ParcelPrice } from "../../catalog/domain/carrier-service";
import type { Load } from "../../catalog/domain/sku";

/** What parcels cost with a service in one of its zones. */
export type PriceList = Readonly<{
  /** By ascending weight. */
  prices: readonly ParcelPrice[];
  /** Beyond the last price, for each kilogram begun; null where what is heavier goes in several parcels. */
  perExtraKgMinor: number | null;
  /** mm³ for each gram of dimensional weight; infinite where volume does not count. */
  volumeDivisor: number;
}>;

/** A carrier service from one location to one destination: the zone is found, and what its days late cost is known. */
export type ParcelRate = PriceList &
  Readonly<{
    /** Null where no carrier service is known, and every parcel is taken to cost the same. */
    serviceId: string | null;
    /** Days after the promise that it arrives. */
    lateDays: number;
    latenessMinor: number;
  }>;

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
 * Price of what is sent, without lateness. A heavier bracket that costs less is taken: nobody checks that it
 * is full. What no single parcel may weigh is several of the heaviest and one of the rest.
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

/** The service that is cheapest with its lateness; of several, the first. */
export function cheapestRate(rates: readonly ParcelRate[], load: Load): ChosenRate | null {
  let best: ChosenRate | null = null;
  for (const rate of rates) {
    const priceMinor = parcelPriceMinor(rate, load);
    const costMinor = priceMinor + rate.latenessMinor;
    if (best === null || costMinor < best.costMinor) best = { rate, priceMinor, costMinor };
  }
  return best;
}
