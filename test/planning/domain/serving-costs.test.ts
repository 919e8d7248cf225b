import { describe, expect, it } from "vitest";
import type { CarrierService } from "../../../src/catalog/domain/carrier-service";
import { DEFAULT_SOURCING_RULES, type Channel } from "../../../src/catalog/domain/channel";
import type { Location } from "../../../src/catalog/domain/location";
import { regionOf } from "../../../src/planning/domain/expected-orders";
import { servingCosts, type ServingInput } from "../../../src/planning/domain/serving-costs";

const region = regionOf("web", { countryCode: "US", region: "KY", latitude: null, longitude: null });
const zone = {
  name: "near",
  countries: ["US"],
  maxDistanceKm: 800,
  minTransitDays: 1,
  maxTransitDays: 2,
  prices: [
    { upToGrams: 1_000, priceMinor: 400 },
    { upToGrams: 5_000, priceMinor: 800 },
    { upToGrams: 30_000, priceMinor: 9_000 },
  ],
  perExtraKgMinor: null,
};
const service = (over: Partial<CarrierService> = {}): CarrierService => ({
  id: "ground",
  carrier: "UPS",
  service: "Ground",
  name: "UPS Ground",
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    zone,
    { ...zone, name: "far", maxDistanceKm: null, prices: [{ upToGrams: 30_000, priceMinor: 900 }] },
  ],
  ...over,
});
/** Only what the costs depend on. */
const location = (id: string, over: Partial<Location> = {}) =>
  ({
    id,
    kind: "warehouse",
    address: { countryCode: "US" },
    priority: 1,
    latitude: 38.25,
    longitude: -85.76,
    countries: [],
    active: true,
    shipsOrders: true,
    handlingPerParcelMinor: 0,
    handlingPerUnitMinor: 0,
    ...over,
  }) as unknown as Location;
const channel = (locationIds: readonly string[], splitPenaltyMinor = 0) =>
  ({
    id: "web",
    locationIds,
    countries: [],
    sourcing: { ...DEFAULT_SOURCING_RULES, splitPenaltyMinor },
  }) as unknown as Channel;

function costsOf(over: Partial<ServingInput> = {}, from: Partial<Location> = {}) {
  const costs = servingCosts({
    regions: new Map([[region.id, region]]),
    channels: new Map([["web", channel([])]]),
    locations: new Map([["here", location("here", from)]]),
    carrierServices: [service()],
    loads: new Map([["mug", { grams: 300, mm3: 9_000_000 }]]),
    ...over,
  });
  return {
    parcel: costs.parcelMinor("here", region.id),
    unit: costs.unitMinor("mug", "here", region.id),
  };
}

describe("servingCosts", () => {
  it("approximate a price list by a straight line through its lighter brackets", () => {
    expect(costsOf()).toEqual({ parcel: 400, unit: 24 });
  });

  it("count no price of weight if the list has none", () => {
    const letters = service({ zones: [{ ...zone, prices: [{ upToGrams: 0, priceMinor: 100 }] }] });
    expect(costsOf({ carrierServices: [letters] })).toEqual({ parcel: 100, unit: 0 });
  });

  it("count the volume if the service does", () => {
    expect(costsOf({ carrierServices: [service({ volumeDivisor: 5_000 })] }).unit).toBe(144);
  });

  it("use the first zone that contains the region", () => {
    expect(costsOf({}, { latitude: 39.53, longitude: -119.81 })).toEqual({ parcel: 900, unit: 0 });
  });

  it("use the cheapest service for each weight", () => {
    const dear = service({ zones: [{ ...zone, prices: [{ upToGrams: 30_000, priceMinor: 700 }] }] });
    expect(costsOf({ carrierServices: [dear, service()] })).toEqual({ parcel: 400, unit: 18 });
  });

  it("include the location's handling", () => {
    const handling = { handlingPerParcelMinor: 70, handlingPerUnitMinor: 5 };
    expect(costsOf({}, handling)).toEqual({ parcel: 470, unit: 29 });
  });

  it("include the channel's split penalty", () => {
    expect(costsOf({ channels: new Map([["web", channel([], 250)]]) }).parcel).toBe(650);
  });

  it("assume one price for every parcel without carriers", () => {
    expect(costsOf({ carrierServices: [] })).toEqual({ parcel: 1_000, unit: 0 });
  });

  it.each<Readonly<{ name: string; input?: Partial<ServingInput>; location?: Partial<Location> }>>([
    { name: "is inactive", location: { active: false } },
    { name: "ships no orders", location: { shipsOrders: false } },
    { name: "does not ship to the country", location: { countries: ["CA"] } },
    {
      name: "does not serve the channel",
      input: { channels: new Map([["web", channel(["there"])]]) },
    },
    {
      name: "hands no parcels to a service that goes there",
      input: { carrierServices: [service({ locationIds: ["there"] })] },
    },
    {
      name: "has no zone there",
      input: { carrierServices: [service({ zones: [{ ...zone, countries: ["CA"] }] })] },
    },
    { name: "does not exist", input: { locations: new Map() } },
    { name: "serves a channel that does not exist", input: { channels: new Map() } },
  ])("are null for a location that $name", ({ input, location: over }) => {
    expect(costsOf(input, over).parcel).toBeNull();
  });
});
