import { describe, expect, it } from "vitest";
import type { CarrierService } from "../../../src/catalog/domain/carrier-service";
import { DEFAULT_SOURCING_RULES, type Channel } from "../../../src/catalog/domain/channel";
import type { Location } from "../../../src/catalog/domain/location";
import { regionOf } from "../../../src/planning/domain/expected-orders";
import { servingCosts, type Served } from "../../../src/planning/domain/serving-costs";

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
/** What the costs do not look at may be anything. */
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

function costsOf(over: Partial<Served> = {}, from: Partial<Location> = {}) {
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

describe("what it costs to send to a region", () => {
  it("is a straight line under the prices of parcels that are not very heavy", () => {
    expect(costsOf()).toEqual({ parcel: 400, unit: 24 });
  });

  it("does not know what weight costs where the list prices none", () => {
    const letters = service({ zones: [{ ...zone, prices: [{ upToGrams: 0, priceMinor: 100 }] }] });
    expect(costsOf({ carrierServices: [letters] })).toEqual({ parcel: 100, unit: 0 });
  });

  it("counts the volume where the service does", () => {
    expect(costsOf({ carrierServices: [service({ volumeDivisor: 5_000 })] }).unit).toBe(144);
  });

  it("is that of the first zone that reaches there", () => {
    expect(costsOf({}, { latitude: 39.53, longitude: -119.81 })).toEqual({ parcel: 900, unit: 0 });
  });

  it("is that of whichever service is the cheapest for the weight", () => {
    const dear = service({ zones: [{ ...zone, prices: [{ upToGrams: 30_000, priceMinor: 700 }] }] });
    expect(costsOf({ carrierServices: [dear, service()] })).toEqual({ parcel: 400, unit: 18 });
  });

  it("counts the location's handling", () => {
    const handling = { handlingPerParcelMinor: 70, handlingPerUnitMinor: 5 };
    expect(costsOf({}, handling)).toEqual({ parcel: 470, unit: 29 });
  });

  it("counts what a split costs the channel", () => {
    expect(costsOf({ channels: new Map([["web", channel([], 250)]]) }).parcel).toBe(650);
  });

  it("is the same for every parcel where no carrier's prices are known", () => {
    expect(costsOf({ carrierServices: [] })).toEqual({ parcel: 1_000, unit: 0 });
  });

  it.each<[string, Partial<Served>, Partial<Location>]>([
    ["is closed down", {}, { active: false }],
    ["sends no parcels", {}, { shipsOrders: false }],
    ["does not send to the country", {}, { countries: ["CA"] }],
    ["does not serve the channel", { channels: new Map([["web", channel(["there"])]]) }, {}],
    [
      "hands parcels to no service that goes there",
      { carrierServices: [service({ locationIds: ["there"] })] },
      {},
    ],
    ["is in no zone", { carrierServices: [service({ zones: [{ ...zone, countries: ["CA"] }] })] }, {}],
    ["is not known any more", { locations: new Map() }, {}],
    ["served a channel that is not known any more", { channels: new Map() }, {}],
  ])("has none from a location that %s", (_what, over, from) => {
    expect(costsOf(over, from).parcel).toBeNull();
  });
});
