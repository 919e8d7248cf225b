/** The reference data that every order needs, read together. */
import type { CarrierService } from "./carrier-service";
import type { Channel } from "./channel";
import type { Location } from "./location";

export type Reference = Readonly<{
  channels: ReadonlyMap<string, Channel>;
  /** Ids of active channels with a connection to their storefront's API. No other storefront is called. */
  connected: ReadonlySet<string>;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
}>;
