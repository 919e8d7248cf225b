/** A location: a place that keeps stock, ships parcels or hands orders over. */
import type { Address } from "../../kernel/address";

/** A vendor ships its own stock on the retailer's behalf. */
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
  /** Local `HH:MM`: a fulfillment that is released later leaves on a later day. */
  cutOff: string;
  /** ISO weekdays, 1 = Monday. */
  workingDays: readonly number[];
  /** Local dates on which it neither ships nor hands over: holidays, stocktaking. */
  closedOn: readonly string[];
  /** Working days from the release until the parcel is handed over; a vendor's lead time. */
  processingDays: number;
  /** Fulfillments that it can ship on a local day; null if there is no limit. */
  capacityPerDay: number | null;
  /** Whether it ships parcels. A store may only sell and hand over. */
  shipsOrders: boolean;
  /** Whether customers may collect their orders there. */
  offersPickup: boolean;
  /** ISO 3166-1 alpha-2 codes of the countries that it ships to; empty means all. */
  countries: readonly string[];
  acceptsHazardous: boolean;
  acceptsOversize: boolean;
  /** The cost of packing a parcel and of picking a unit there, in the books' currency. */
  handlingPerParcelMinor: number;
  handlingPerUnitMinor: number;
  /** A smaller number is preferred if distance does not decide. */
  priority: number;
  active: boolean;
}>;
