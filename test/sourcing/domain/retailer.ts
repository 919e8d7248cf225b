/** A retailer with three locations and one carrier, and sourcing problems for it. */
import type { CarrierService } from "../../../src/catalog/domain/carrier-service";
import { DEFAULT_SOURCING_RULES, type Channel } from "../../../src/catalog/domain/channel";
import type { Location } from "../../../src/catalog/domain/location";
import type {
  SkuSupply,
  SourcingNetwork,
  SourcingRequest,
  SourcingProblem,
} from "../../../src/sourcing/domain/problem";
import type { Destination } from "../../../src/sourcing/domain/destination";
import { plainChannel, plainLocation } from "../../support/reference-defaults";

const nowhere = {
  name: null,
  company: null,
  line1: null,
  line2: null,
  city: null,
  region: null,
  postalCode: null,
  phone: null,
};

export const place = (
  id: string,
  countryCode: string,
  [latitude, longitude]: readonly [number, number],
  over: Partial<Location> = {},
): Location => ({
  id,
  name: id,
  kind: "warehouse",
  address: { ...nowhere, countryCode, latitude, longitude },
  latitude,
  longitude,
  timeZone: "UTC",
  cutOff: "15:00",
  workingDays: [1, 2, 3, 4, 5],
  priority: 10,
  active: true,
  ...plainLocation,
  ...over,
});

export const newark = place("newark", "US", [40.7, -74.2]);
export const reno = place("reno", "US", [39.5, -119.8]);
export const store = place("store", "US", [34.1, -118.4], { kind: "store" });

export const channel = (
  sourcing: Partial<Channel["sourcing"]> = {},
  over: Partial<Channel> = {},
): Channel => ({
  id: "web",
  name: "Web",
  kind: "generic",
  currency: "USD",
  locationIds: [],
  shortagePolicy: "backorder",
  gracePeriodMinutes: 0,
  active: true,
  ...plainChannel,
  sourcing: { ...DEFAULT_SOURCING_RULES, ...sourcing },
  ...over,
});

export const newYork: Destination = {
  countryCode: "US",
  region: "NY",
  postalCode: "10001",
  latitude: 40.7,
  longitude: -74,
};

/** 500 nearby and 900 far away for the first kilogram, 100 for each more. */
export const ground: CarrierService = {
  id: "ground",
  carrier: "any",
  service: "ground",
  name: "Ground",
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    {
      name: "near",
      countries: ["US"],
      maxDistanceKm: 1_000,
      minTransitDays: 1,
      maxTransitDays: 2,
      prices: [{ upToGrams: 1_000, priceMinor: 500 }],
      perExtraKgMinor: 100,
    },
    {
      name: "far",
      countries: ["US"],
      maxDistanceKm: null,
      minTransitDays: 3,
      maxTransitDays: 5,
      prices: [{ upToGrams: 1_000, priceMinor: 900 }],
      perExtraKgMinor: 100,
    },
  ],
};

export const supplyOf = (
  quantity: number,
  free: Record<string, number>,
  over: Partial<SkuSupply> = {},
): SkuSupply => ({
  quantity,
  weightGrams: 400,
  volumeMm3: null,
  hazardous: false,
  oversize: false,
  free,
  stockPrices: {},
  ...over,
});

export const problemOf = (
  supply: Record<string, SkuSupply>,
  request: Partial<SourcingRequest> = {},
  network: Partial<SourcingNetwork> = {},
): SourcingProblem => ({
  supply,
  request: {
    channel: channel(),
    destination: newYork,
    pickupLocationId: null,
    valueMinor: 5_000,
    ...request,
  },
  network: { locations: [newark, reno, store], carrierServices: [ground], capacityLeft: {}, ...network },
});
