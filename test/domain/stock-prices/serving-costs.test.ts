import { describe, expect, it } from "vitest";
import type { CarrierService, Channel, Location } from "../../../src/domain/reference";
import { regionOf } from "../../../src/domain/stock-prices/expected-orders";
import {
  servingCosts,
  USUAL_PARCEL_MINOR,
  type Served,
} from "../../../src/domain/stock-prices/serving-costs";

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
    latitude: 38.25,
    longitude: -85.76,
    countries: [],
    active: true,
    shipsOrders: true,
    handlingPerParcelMinor: 0,
    handlingPerUnitMinor: 0,
    ...over,
  }) as unknown as Location;
const channel = (locationIds: readonly string[]) => ({ id: "web", locationIds }) as unknown as Channel;

function costsOf(over: Partial<Served> = {}, from: Partial<Location> = {}) {
  const costs = servingCosts({
    regions: new Map([[region.id, region]]),
    channels: new Map([["web", channel([])]]),
    locations: new Map([["here", location("here", from)]]),
    carrierServices: [service()],
    gramsBySku: new Map([["mug", 300]]),
    ...over,
  });
  return {
    parcel: costs.parcelMinor("here", region.id),
    unit: costs.unitMinor("mug", "here", region.id),
  };
}

describe("what it costs to send to a region", () => {
  it("is a straight line under the prices of parcels that are not very heavy", () => {
    expect(costsOf()).toEqual({ parcel: 400, unit: 30 });
  });

  it("is that of the first zone that reaches there", () => {
    expect(costsOf({}, { latitude: 39.53, longitude: -119.81 })).toEqual({ parcel: 900, unit: 0 });
  });

  it("is that of the cheapest service", () => {
    const dear = service({ zones: [{ ...zone, prices: [{ upToGrams: 30_000, priceMinor: 700 }] }] });
    expect(costsOf({ carrierServices: [dear, service()] })).toEqual({ parcel: 400, unit: 30 });
  });

  it("counts the location's handling", () => {
    const handling = { handlingPerParcelMinor: 70, handlingPerUnitMinor: 5 };
    expect(costsOf({}, handling)).toEqual({ parcel: 470, unit: 35 });
  });

  it("is the same for every parcel where no carrier's prices are known", () => {
    expect(costsOf({ carrierServices: [] })).toEqual({ parcel: USUAL_PARCEL_MINOR, unit: 0 });
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
    ["has only a service that is no longer used", { carrierServices: [service({ active: false })] }, {}],
    ["is in no zone", { carrierServices: [service({ zones: [{ ...zone, countries: ["CA"] }] })] }, {}],
    ["is not known any more", { locations: new Map() }, {}],
  ])("has none from a location that %s", (_what, over, from) => {
    expect(costsOf(over, from).parcel).toBeNull();
  });
});
