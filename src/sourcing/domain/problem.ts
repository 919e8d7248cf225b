/** What a sourcing decision is made from: the order, the locations that may serve it, and their stock. */
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import type { Destination } from "./destination";

/** What is to be sourced: an order, some of its lines, or an order that is not placed. */
export type SourcingRequest = Readonly<{
  channel: Channel;
  destination: Destination | null;
  /** Where the customer collects it; null if it is shipped. */
  pickupLocationId: string | null;
  /** Its value in the books' currency; null if it is in another currency or not known. */
  valueMinor: number | null;
  /** The storefront's name for the customer's choice of delivery. */
  shippingMethod?: string | null;
}>;

/** Where an order may ship from, without stock. */
export type SourcingNetwork = Readonly<{
  locations: readonly Location[];
  carrierServices: readonly CarrierService[];
  /** Fulfillments that a location can still ship today, by id; a location without an entry has no limit. */
  capacityLeft: Readonly<Record<string, number>>;
  /** Left out if no day of arrival is promised. */
  lateDays?: LateDays;
  /** Left out if days of arrival are not known. */
  deliveryDays?: DeliveryDays;
}>;

/** Days from today until a parcel from the location arrives with the service at the latest; null if that is not known. */
export type DeliveryDays = (locationId: string, serviceId: string) => number | null;

/**
 * Days from the promised day of arrival until a parcel from the location arrives with the service; 0 if it is in
 * time.
 */
export type LateDays = (locationId: string, serviceId: string) => number;

/** The units of a SKU that an order needs, and those available to it. */
export type SkuSupply = Readonly<{
  /** The units to be shipped. */
  quantity: number;
  weightGrams: number;
  volumeMm3: number | null;
  hazardous: boolean;
  oversize: boolean;
  /** By location: units that are not allocated, and those that the order has allocated. */
  free: Readonly<Record<string, number>>;
  /** By location: what a unit is expected to save later if it stays there. */
  stockPrices: Readonly<Record<string, number>>;
}>;

/** By SKU. Lines of one SKU share its stock. */
export type Supply = Readonly<Record<string, SkuSupply>>;

export type SourcingProblem = Readonly<{
  request: SourcingRequest;
  network: SourcingNetwork;
  supply: Supply;
}>;
