/** A channel: a storefront or marketplace that the retailer sells through. */
import type { CurrencyCode } from "../../kernel/money";

/** How a channel's orders are sourced, beyond what parcels cost. Amounts in the books' currency. */
export type SourcingRules = Readonly<{
  /** What each parcel after the first costs in customer satisfaction. */
  splitPenaltyMinor: number;
  /** What each day after the promised one costs. */
  latenessPerDayMinor: number;
  /** What each day until a parcel arrives costs: the price of speed. */
  dayValueMinor: number;
  maxParcels: number | null;
  /** An order under this value is shipped in one parcel, and what does not fit waits. */
  wholeUnderMinor: number | null;
  /** Whether an order waits until all of it can leave together. */
  shipComplete: boolean;
  /** A current plan is only changed for one that is better by more than this. */
  gainThresholdMinor: number;
}>;

export const DEFAULT_SOURCING_RULES: SourcingRules = {
  splitPenaltyMinor: 0,
  latenessPerDayMinor: 0,
  dayValueMinor: 0,
  maxParcels: null,
  wholeUnderMinor: null,
  shipComplete: false,
  gainThresholdMinor: 0,
};

/** Without its webhook secrets and API connection: these are read only where they are used. */
export type Channel = Readonly<{
  id: string;
  name: string;
  /** The kind of its storefront adapter. */
  kind: string;
  currency: CurrencyCode;
  /** Locations that may serve it; empty means all. */
  locationIds: readonly string[];
  /** The storefront's ids of locations, and our location that each of them is. */
  locationMap?: Readonly<Record<string, string>>;
  /** What becomes of an order that is short: shipped as stock arrives, or held for staff. */
  shortagePolicy: "backorder" | "hold";
  /** Minutes from the order until its fulfillments are released. */
  gracePeriodMinutes: number;
  /** Units of each SKU that the channel does not sell, so that a late update does not oversell. */
  stockBuffer: number;
  /** ISO 3166-1 alpha-2 codes of the countries that it sells to; empty means all. */
  countries: readonly string[];
  sourcing: SourcingRules;
  active: boolean;
}>;
