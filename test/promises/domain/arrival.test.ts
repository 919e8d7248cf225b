import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Place } from "../../../src/kernel/geography";
import { arrival, daysLate, transitOf } from "../../../src/promises/domain/arrival";
import type { CarrierService, CarrierZone } from "../../../src/catalog/domain/carrier-service";

const LOUISVILLE = {
  id: "louisville",
  latitude: 38.25,
  longitude: -85.76,
  timeZone: "America/New_York",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  closedOn: [],
  processingDays: 0,
};

const zone = (min: number, max: number, over: Partial<CarrierZone> = {}): CarrierZone => ({
  name: `${min}-${max}`,
  countries: ["US"],
  maxDistanceKm: null,
  minTransitDays: min,
  maxTransitDays: max,
  prices: [{ upToGrams: 1_000, priceMinor: 500 }],
  perExtraKgMinor: null,
  ...over,
});

const GROUND: CarrierService = {
  id: "ground",
  carrier: "UPS",
  service: "Ground",
  name: "UPS Ground",
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    zone(1, 1, { maxDistanceKm: 300 }),
    zone(1, 2, { maxDistanceKm: 1_200 }),
    zone(2, 4, { maxDistanceKm: 2_500 }),
    zone(3, 6),
    zone(5, 12, { countries: [] }),
  ],
};

const to = (over: Partial<Place>): Place => ({
  countryCode: "US",
  region: null,
  latitude: null,
  longitude: null,
  ...over,
});
const CINCINNATI = to({ region: "OH", latitude: 39.1, longitude: -84.51 });
const RENO = to({ region: "NV", latitude: 39.53, longitude: -119.81 });
const WEDNESDAY = Date.parse("2026-11-25T15:00:00Z");

describe("the way to a destination", () => {
  it.each<[string, Place | null, [number, number] | null]>([
    ["near, by its coordinates", CINCINNATI, [1, 1]],
    ["far, by its coordinates", RENO, [3, 6]],
    ["in a state: every zone that it may be in", to({ region: "OH" }), [1, 2]],
    ["in a far state", to({ region: "CA" }), [2, 6]],
    ["in the country, nobody knows where", to({}), [1, 6]],
    ["abroad", to({ countryCode: "DE" }), [5, 12]],
    ["nobody knows where at all: whatever goes anywhere", null, [5, 12]],
  ])("%s", (_case, destination, expected) => {
    const transit = transitOf(GROUND, LOUISVILLE, destination);
    expect(transit && [transit.minDays, transit.maxDays]).toEqual(expected);
  });

  it.each<[string, Partial<CarrierService>]>([
    ["a service that is not used any more", { active: false }],
    ["a service of another location", { locationIds: ["reno"] }],
    ["a service that does not go so far", { zones: [zone(1, 1, { maxDistanceKm: 300 })] }],
    ["a service to another country", { zones: [zone(1, 1, { countries: ["CA"] })] }],
  ])("there is none with %s", (_case, over) => {
    const service = { ...GROUND, ...over };
    expect(transitOf(service, LOUISVILLE, RENO)).toBeNull();
    expect(arrival(LOUISVILLE, service, RENO, WEDNESDAY)).toEqual({
      ok: false,
      rejection: { code: "no_service" },
    });
  });
});

describe("arrival", () => {
  it("is a range of working days after the day it is handed over", () => {
    expect(arrival(LOUISVILLE, GROUND, RENO, WEDNESDAY)).toEqual({
      ok: true,
      value: { shipByOn: "2026-11-25", deliverFromOn: "2026-11-30", deliverByOn: "2026-12-03" },
    });
  });

  it("has no date where the location never works", () => {
    const closed = { ...LOUISVILLE, workingDays: [] };
    expect(arrival(closed, GROUND, RENO, WEDNESDAY)).toEqual({
      ok: false,
      rejection: { code: "location_closed" },
    });
  });

  it("is never earlier for a later release, nor its range turned round", () => {
    const later = fc.integer({ min: 0, max: 10 * 86_400_000 });
    const place = fc.constantFrom(CINCINNATI, RENO, to({ region: "TX" }), to({}), to({ countryCode: "DE" }));
    fc.assert(
      fc.property(fc.nat({ max: 400 * 86_400_000 }), later, place, (ms, more, destination) => {
        const [sooner, late] = [ms, ms + more].map((after) => {
          const outcome = arrival(LOUISVILLE, GROUND, destination, WEDNESDAY + after);
          if (!outcome.ok) throw new Error(outcome.rejection.code);
          return outcome.value;
        });
        expect(sooner!.shipByOn <= late!.shipByOn).toBe(true);
        expect(sooner!.deliverFromOn <= late!.deliverFromOn).toBe(true);
        expect(sooner!.deliverByOn <= late!.deliverByOn).toBe(true);
        expect(late!.shipByOn <= late!.deliverFromOn && late!.deliverFromOn <= late!.deliverByOn).toBe(true);
      }),
    );
  });
});

it.each([
  ["2026-11-27", "2026-11-25", 2],
  ["2026-11-25", "2026-11-25", 0],
  ["2026-11-24", "2026-11-25", 0],
  ["2027-01-01", "2026-12-31", 1],
])("what arrives on %s and was promised for %s is %d days late", (arrives, promised, days) => {
  expect(daysLate(arrives, promised)).toBe(days);
});
