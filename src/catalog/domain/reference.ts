/** What the retailer tells us once and every order relies on: SKUs, locations, channels. */
import type { Address } from "../../kernel/address";
import type { CurrencyCode } from "../../kernel/money";

/** Whether a SKU that is short is refused, backordered, or sold before it has ever been in stock. */
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
  /** The bin it is picked from, by location. */
  bins: Readonly<Record<string, string>>;
  taxCategory: string | null;
  /** Sent only from where hazardous goods are accepted. */
  hazardous: boolean;
  /** Sent only from where oversize goods are accepted. */
  oversize: boolean;
  policy: SkuPolicy;
  active: boolean;
}>;

export type LocationKind = "warehouse" | "store" | "vendor";

export type Location = Readonly<{
  id: string;
  name: string;
  kind: LocationKind;
  address: Address;
  latitude: number;
  longitude: number;
  /** IANA zone. */
  timeZone: string;
  /** Local `HH:MM`: what is released later leaves on a later day. */
  cutOff: string;
  /** ISO weekdays, 1 = Monday. */
  workingDays: readonly number[];
  /** Local dates on which it neither sends nor hands over: holidays, stocktaking. */
  closedOn: readonly string[];
  /** Working days from release until a parcel is handed over; a vendor's lead time. */
  processingDays: number;
  /** Fulfillments it can send on a local day; null where there is no limit. */
  capacityPerDay: number | null;
  /** Whether parcels are sent from it at all: a store may only sell and hand over. */
  shipsOrders: boolean;
  /** Whether customers may fetch their orders there. */
  offersPickup: boolean;
  /** ISO 3166-1 alpha-2 of where it sends to; empty means everywhere. */
  countries: readonly string[];
  acceptsHazardous: boolean;
  acceptsOversize: boolean;
  /** What packing a parcel and picking a unit cost there, in the books' currency. */
  handlingPerParcelMinor: number;
  handlingPerUnitMinor: number;
  /** Smaller is preferred where distance does not decide. */
  priority: number;
  active: boolean;
}>;

/** What a parcel of at most so many grams costs, in the books' currency. */
export type ParcelPrice = Readonly<{ upToGrams: number; priceMinor: number }>;

/** Where a carrier's service goes at one price list and in one time. */
export type CarrierZone = Readonly<{
  name: string;
  /** ISO 3166-1 alpha-2 of destinations; empty means any. */
  countries: readonly string[];
  /** From the location, by great circle; null means any. */
  maxDistanceKm: number | null;
  /** Working days from handing over to delivery. */
  minTransitDays: number;
  maxTransitDays: number;
  /** Ascending by weight, and never cheaper for more. */
  prices: readonly ParcelPrice[];
  /** For each kilogram begun beyond the last price; null if heavier goods go in several parcels. */
  perExtraKgMinor: number | null;
}>;

/** The first zone that a destination is in is the one that counts. */
export type CarrierService = Readonly<{
  id: string;
  carrier: string;
  service: string;
  name: string;
  active: boolean;
  /** Cubic millimetres that count as a gram (5,000 cm³ a kilogram is 5,000); null where volume does not. */
  volumeDivisor: number | null;
  /** Locations that hand parcels to it; empty means all. */
  locationIds: readonly string[];
  zones: readonly CarrierZone[];
}>;

/** How a channel's orders are sourced, beyond what a parcel costs. Amounts in the books' currency. */
export type SourcingRules = Readonly<{
  /** What each parcel after the first costs the customer's patience. */
  splitPenaltyMinor: number;
  /** What each day after the promised one costs. */
  latenessPerDayMinor: number;
  maxParcels: number | null;
  /** An order under this value is sent in one parcel, or waits. */
  wholeUnderMinor: number | null;
  /** Waits until all of it can leave together. */
  shipComplete: boolean;
  /** A plan that stands is changed only for one that is better by more than this. */
  gainThresholdMinor: number;
}>;

export const USUAL_SOURCING: SourcingRules = {
  splitPenaltyMinor: 0,
  latenessPerDayMinor: 0,
  maxParcels: null,
  wholeUnderMinor: null,
  shipComplete: false,
  gainThresholdMinor: 0,
};

/** Neither webhook secrets nor the connection is part of it: they are read only where they are used. */
export type Channel = Readonly<{
  id: string;
  name: string;
  /** The kind of a storefront adapter. */
  kind: string;
  currency: CurrencyCode;
  /** Locations it may be served from; empty means all. */
  locationIds: readonly string[];
  /** What becomes of an order sold short: sent in parts as stock comes, or held for staff. */
  shortagePolicy: "backorder" | "hold";
  gracePeriodMinutes: number;
  /** Units of each SKU that this channel is not told of, so that a late word does not oversell. */
  stockBuffer: number;
  /** ISO 3166-1 alpha-2 of where it sells to; empty means everywhere. */
  countries: readonly string[];
  sourcing: SourcingRules;
  active: boolean;
}>;

/** What every order needs, read together. */
export type Reference = Readonly<{
  channels: ReadonlyMap<string, Channel>;
  /** Ids of channels whose storefront's API is connected. */
  connected: ReadonlySet<string>;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
}>;

/** The weight and volume of a SKU's unit, or of a parcel. */
export type Load = Readonly<{ grams: number; mm3: number }>;

type Measured = Pick<Sku, "weightGrams" | "lengthMm" | "widthMm" | "heightMm">;

/** Length × width × height of a unit in mm³; null if the SKU was not measured. */
export const volumeOf = ({ lengthMm, widthMm, heightMm }: Omit<Measured, "weightGrams">): number | null =>
  lengthMm === null || widthMm === null || heightMm === null ? null : lengthMm * widthMm * heightMm;

/** A unit of the SKU as a parcel's load. A volume that was not measured counts as none. */
export const loadOf = (sku: Measured): Load => ({ grams: sku.weightGrams, mm3: volumeOf(sku) ?? 0 });
