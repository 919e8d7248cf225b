import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CarrierService, CarrierZone } from "../../../src/catalog/domain/carrier-service";
import type { Place } from "../../../src/kernel/geography";
import { zonesTo } from "../../../src/sourcing/domain/zones";
import { ground } from "./retailer";

const LOUISVILLE = { id: "louisville", latitude: 38.25, longitude: -85.76 };

const zone = (name: string, over: Partial<CarrierZone> = {}): CarrierZone => ({
  ...ground.zones[0]!,
  name,
  countries: ["US"],
  maxDistanceKm: null,
  ...over,
});

const service: CarrierService = {
  ...ground,
  zones: [
    zone("300 km", { maxDistanceKm: 300 }),
    zone("1,200 km", { maxDistanceKm: 1_200 }),
    zone("2,500 km", { maxDistanceKm: 2_500 }),
    zone("domestic"),
    zone("world", { countries: [] }),
  ],
};

const to = (over: Partial<Place> = {}): Place => ({
  countryCode: "US",
  region: null,
  latitude: null,
  longitude: null,
  ...over,
});
const cincinnati = to({ region: "OH", latitude: 39.1, longitude: -84.51 });

const namesOf = (zones: readonly CarrierZone[]) => zones.map(({ name }) => name);

describe("zonesTo", () => {
  it.each<
    Readonly<{
      name: string;
      destination: Place | null;
      centre: readonly string[];
      anywhere: readonly string[];
    }>
  >([
    { name: "coordinates nearby", destination: cincinnati, centre: ["300 km"], anywhere: ["300 km"] },
    {
      name: "coordinates far away",
      destination: to({ latitude: 39.53, longitude: -119.81 }),
      centre: ["domestic"],
      anywhere: ["domestic"],
    },
    {
      name: "a state nearby",
      destination: to({ region: "OH" }),
      centre: ["1,200 km"],
      anywhere: ["300 km", "1,200 km"],
    },
    {
      name: "a state far away",
      destination: to({ region: "CA" }),
      centre: ["domestic"],
      anywhere: ["2,500 km", "domestic"],
    },
    {
      name: "a country alone",
      destination: to(),
      centre: ["1,200 km"],
      anywhere: ["300 km", "1,200 km", "2,500 km", "domestic"],
    },
    {
      name: "a country in lower case",
      destination: to({ countryCode: "us", region: "OH" }),
      centre: ["1,200 km"],
      anywhere: ["300 km", "1,200 km"],
    },
    {
      name: "another country",
      destination: to({ countryCode: "DE" }),
      centre: ["world"],
      anywhere: ["world"],
    },
    {
      name: "a country without a known centre",
      destination: to({ countryCode: "AQ" }),
      centre: ["world"],
      anywhere: ["world"],
    },
    { name: "no known place", destination: null, centre: ["world"], anywhere: ["world"] },
  ])("finds $centre at the centre, and $anywhere anywhere, of $name", ({ destination, centre, anywhere }) => {
    expect(namesOf(zonesTo(service, LOUISVILLE, destination, "centre"))).toEqual(centre);
    expect(namesOf(zonesTo(service, LOUISVILLE, destination, "anywhere"))).toEqual(anywhere);
  });

  it.each<Readonly<{ name: string; over: Partial<CarrierService>; zones: readonly string[] }>>([
    { name: "an inactive service", over: { active: false }, zones: [] },
    { name: "a service of other locations", over: { locationIds: ["reno"] }, zones: [] },
    { name: "a service of this location", over: { locationIds: ["reno", "louisville"] }, zones: ["300 km"] },
    { name: "a service that ends nearer", over: { zones: [zone("near", { maxDistanceKm: 50 })] }, zones: [] },
    {
      name: "a service to other countries",
      over: { zones: [zone("Canada", { countries: ["CA"] })] },
      zones: [],
    },
    {
      name: "a service whose later zone is smaller",
      over: { zones: [zone("1,200 km", { maxDistanceKm: 1_200 }), zone("300 km", { maxDistanceKm: 300 })] },
      zones: ["1,200 km"],
    },
  ])("finds $zones of $name", ({ over, zones }) => {
    for (const inexact of ["centre", "anywhere"] as const) {
      expect(namesOf(zonesTo({ ...service, ...over }, LOUISVILLE, cincinnati, inexact))).toEqual(zones);
    }
  });

  it("finds one zone and the same one for exact coordinates, and the centre's zone among those anywhere", () => {
    const distance = fc.option(fc.integer({ min: 0, max: 5_000 }));
    const zones = fc
      .array(distance, { minLength: 1, maxLength: 5 })
      .map((all) => all.map((maxDistanceKm, i) => zone(String(i), { maxDistanceKm })));
    const latitude = fc.double({ min: 25, max: 49, noNaN: true });
    const longitude = fc.double({ min: -124, max: -67, noNaN: true });
    const region = fc.constantFrom("OH", "CA", "TX", null);
    fc.assert(
      fc.property(zones, latitude, longitude, region, (of, lat, lon, state) => {
        const all = { ...service, zones: of };
        const exact = to({ latitude: lat, longitude: lon });
        const [centre, anywhere] = (["centre", "anywhere"] as const).map((inexact) =>
          zonesTo(all, LOUISVILLE, exact, inexact),
        );
        expect(centre).toEqual(anywhere);
        expect(centre!.length).toBeLessThanOrEqual(1);
        const inState = to({ region: state });
        const possible = namesOf(zonesTo(all, LOUISVILLE, inState, "anywhere"));
        for (const name of namesOf(zonesTo(all, LOUISVILLE, inState, "centre"))) {
          expect(possible).toContain(name);
        }
      }),
    );
  });
});
