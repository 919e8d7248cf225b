/**
 * Whether a location may serve an order, by what the retailer configured: the one rule of sourcing, availability
 * quotes, promises from inbound, releases and channels' stock. It does not look at stock, nor at today's capacity.
 */
import type { Channel } from "../../catalog/domain/channel";
import type { Location } from "../../catalog/domain/location";
import type { Place } from "../../kernel/geography";

export type ServingRule =
  | "location_inactive"
  | "not_of_channel"
  | "pickup_elsewhere"
  | "pickup_not_offered"
  | "channel_country"
  | "location_country"
  | "ships_no_orders";

export type GoodsRule = "hazardous" | "oversize";

export type ServingRequest = Readonly<{
  channel: Pick<Channel, "locationIds" | "countries">;
  /** Null, or without a country, if it is not known: then no country excludes a location. */
  destination: Pick<Place, "countryCode"> | null;
  /** Where the customer collects the order; null if it is sent. */
  pickupLocationId: string | null;
}>;

/** What of a SKU decides whether a location may handle it. */
export type Goods = Readonly<{ hazardous: boolean; oversize: boolean }>;

type ServingLocation = Pick<Location, "id" | "active" | "shipsOrders" | "offersPickup" | "countries">;
type HandlingLocation = Pick<Location, "acceptsHazardous" | "acceptsOversize">;

/** The first rule by which the location may not serve the request; null if it may. */
export function servingRule(
  location: ServingLocation,
  { channel, destination, pickupLocationId }: ServingRequest,
): ServingRule | null {
  const notOfChannel = channelRule(location, channel);
  if (notOfChannel !== null) return notOfChannel;
  if (pickupLocationId !== null) {
    if (location.id !== pickupLocationId) return "pickup_elsewhere";
    return location.offersPickup ? null : "pickup_not_offered";
  }
  if (!reaches(channel.countries, destination)) return "channel_country";
  if (!reaches(location.countries, destination)) return "location_country";
  return location.shipsOrders ? null : "ships_no_orders";
}

/** The part of the serving rule that depends on the channel alone. */
export function channelRule(
  { id, active }: Pick<Location, "id" | "active">,
  { locationIds }: Pick<Channel, "locationIds">,
): "location_inactive" | "not_of_channel" | null {
  if (!active) return "location_inactive";
  return locationIds.length > 0 && !locationIds.includes(id) ? "not_of_channel" : null;
}

/** The rule by which the location may not handle the SKU, though it may serve the order; null if it may. */
export function goodsRule(
  { acceptsHazardous, acceptsOversize }: HandlingLocation,
  { hazardous, oversize }: Goods,
): GoodsRule | null {
  if (hazardous && !acceptsHazardous) return "hazardous";
  return oversize && !acceptsOversize ? "oversize" : null;
}

/** Whether the location may serve the request with the SKU. An unknown location or channel serves nothing. */
export const mayServe = (
  location: (ServingLocation & HandlingLocation) | undefined,
  request: ServingRequest,
  goods: Goods,
): boolean =>
  location !== undefined && servingRule(location, request) === null && goodsRule(location, goods) === null;

/** Whether the location may send the SKU to at least one destination that the channel sells to. */
export function maySendForChannel(
  location: ServingLocation & HandlingLocation,
  channel: ServingRequest["channel"],
  goods: Goods,
): boolean {
  const named = channel.countries.length > 0 ? channel.countries : location.countries;
  const countries = named.length > 0 ? named : [null];
  return countries.some((countryCode) =>
    mayServe(location, { channel, destination: { countryCode }, pickupLocationId: null }, goods),
  );
}

/** An unknown country excludes nothing: staff complete the address before anything leaves. */
function reaches(countries: readonly string[], destination: ServingRequest["destination"]): boolean {
  const country = destination?.countryCode?.toUpperCase();
  return countries.length === 0 || country === undefined || countries.includes(country);
}
