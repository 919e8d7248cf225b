/**
 * What it costs to send to a region: the carriers' prices as a straight line over the weight, and what a
 * location's handling costs. Near enough for stock prices, which weigh thousands of orders at once; a plan for
 * one order reckons with every step of the price list.
 */
import { coordinatesOf, distanceKm, type Place } from "../geography";
import type { CarrierService, CarrierZone, Channel, Location } from "../reference";
import type { Region } from "./expected-orders";
import type { ServingCosts } from "./pricing-problem";

/** Where no carrier's prices are known, every parcel is taken to cost this. */
export const USUAL_PARCEL_MINOR = 500;
/** Few parcels weigh more; beyond, some carriers' prices leap. */
const HEAVY_GRAMS = 10_000;

export type Served = Readonly<{
  regions: ReadonlyMap<string, Region>;
  channels: ReadonlyMap<string, Channel>;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  gramsBySku: ReadonlyMap<string, number>;
}>;

type PriceLine = Readonly<{ parcelMinor: number; gramMinor: number }>;

export function servingCosts(served: Served): ServingCosts {
  const { regions, locations, gramsBySku } = served;
  const known = new Map<string, PriceLine | null>();
  const lineOf = (locationId: string, regionId: string): PriceLine | null => {
    const key = `${locationId} ${regionId}`;
    const line = known.get(key);
    if (line !== undefined) return line;
    const found = priceLine(served, locations.get(locationId), regions.get(regionId));
    known.set(key, found);
    return found;
  };
  return {
    parcelMinor: (locationId, region) => {
      const line = lineOf(locationId, region);
      return line && line.parcelMinor + locations.get(locationId)!.handlingPerParcelMinor;
    },
    unitMinor: (sku, locationId, region) => {
      const grams = gramsBySku.get(sku) ?? 0;
      const { handlingPerUnitMinor = 0 } = locations.get(locationId) ?? {};
      return handlingPerUnitMinor + grams * (lineOf(locationId, region)?.gramMinor ?? 0);
    },
  };
}

function priceLine(
  { channels, carrierServices }: Served,
  location: Location | undefined,
  region: Region | undefined,
): PriceLine | null {
  if (!location || !region || !maySend(location, channels.get(region.channelId), region.place)) return null;
  if (carrierServices.length === 0) return { parcelMinor: USUAL_PARCEL_MINOR, gramMinor: 0 };
  const lines = carrierServices.flatMap((service) => {
    const zone = zoneOf(service, location, region.place);
    return zone ? [lineUnder(zone)] : [];
  });
  return lines.toSorted((a, b) => a.parcelMinor - b.parcelMinor)[0] ?? null;
}

function maySend(location: Location, channel: Channel | undefined, { countryCode }: Place): boolean {
  if (!location.active || !location.shipsOrders) return false;
  if (countryCode !== null && location.countries.length > 0 && !location.countries.includes(countryCode))
    return false;
  return !channel || channel.locationIds.length === 0 || channel.locationIds.includes(location.id);
}

function zoneOf(service: CarrierService, location: Location, place: Place): CarrierZone | undefined {
  const { active, locationIds, zones } = service;
  if (!active || (locationIds.length > 0 && !locationIds.includes(location.id))) return undefined;
  const to = coordinatesOf(place);
  const distance = to ? distanceKm(location, to) : 0;
  return zones.find(
    ({ countries, maxDistanceKm }) =>
      (countries.length === 0 || (place.countryCode !== null && countries.includes(place.countryCode))) &&
      (maxDistanceKm === null || distance <= maxDistanceKm),
  );
}

function lineUnder({ prices }: CarrierZone): PriceLine {
  const [lightest] = prices;
  const heavy = prices.findLast(({ upToGrams }) => upToGrams <= HEAVY_GRAMS) ?? lightest;
  if (!lightest || !heavy) return { parcelMinor: 0, gramMinor: 0 };
  const grams = heavy.upToGrams - lightest.upToGrams;
  return {
    parcelMinor: lightest.priceMinor,
    gramMinor: grams > 0 ? (heavy.priceMinor - lightest.priceMinor) / grams : 0,
  };
}
