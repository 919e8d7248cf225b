/** What the retailer tells us once and every order relies on: SKUs, locations, channels. */
import type { Address } from "./orders";
import type { CurrencyCode } from "./money";
import type { SkuPolicy } from "./stock";

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
  /** Smaller is preferred where distance does not decide. */
  priority: number;
  active: boolean;
}>;

export type ChannelKind = "shopify" | "woocommerce" | "generic";

/** Webhook secrets are not part of it: they are read only where a signature is verified. */
export type Channel = Readonly<{
  id: string;
  name: string;
  kind: ChannelKind;
  currency: CurrencyCode;
  /** Locations it may be served from; empty means all. */
  locationIds: readonly string[];
  /** What becomes of an order sold short: sent in parts as stock comes, or held for staff. */
  shortagePolicy: "backorder" | "hold";
  gracePeriodMinutes: number;
  active: boolean;
}>;
