/** What a sourcing decision is made from: the order, the locations that may serve it, and their stock. */
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import type { Destination } from "./destination";

/** What is asked for: an order, a part of one, or one that is only thought of. */
export type SourcingRequest = Readonly<{
  channel: Channel;
  destination: Destination | null;
  /** Where the customer fetches it; nothing is sent then. */
  pickupLocationId: string | null;
  /** What it is worth, in the books' currency; null where nobody can tell. */
  valueMinor: number | null;
}>;

/** What is known of where it may come from, without any stock. */
export type SourcingNetwork = Readonly<{
  locations: readonly Location[];
  carrierServices: readonly CarrierService[];
  /** Fulfillments that a location can still take today, by id; one that is not named has no limit. */
  capacityLeft: Readonly<Record<string, number>>;
  /** Days after the promise that a location's parcel arrives with a service; none where nothing is promised. */
  lateDays?: LateDays;
}>;

export type LateDays = (locationId: string, serviceId: string) => number;

/** A SKU as stock answered: units free at each location, with those the order held there already. */
export type SkuSupply = Readonly<{
  quantity: number;
  weightGrams: number;
  volumeMm3: number | null;
  hazardous: boolean;
  oversize: boolean;
  free: Readonly<Record<string, number>>;
  stockPrices: Readonly<Record<string, number>>;
}>;

/** By SKU, for all lines of it together: lines of one SKU share its stock. */
export type Supply = Readonly<Record<string, SkuSupply>>;

export type SourcingProblem = Readonly<{
  request: SourcingRequest;
  network: SourcingNetwork;
  supply: Supply;
}>;
