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

describe("transitOf", () => {
  it.each<Readonly<{ name: string; destination: Place | null; days: readonly [number, number] }>>([
    { name: "coordinates nearby", destination: CINCINNATI, days: [1, 1] },
    { name: "coordinates far away", destination: RENO, days: [3, 6] },
    { name: "a state, in any of its zones", destination: to({ region: "OH" }), days: [1, 2] },
    { name: "a state far away, in any of its zones", destination: to({ region: "CA" }), days: [2, 6] },
    { name: "a country, in any of its zones", destination: to({}), days: [1, 6] },
    { name: "another country", destination: to({ countryCode: "DE" }), days: [5, 12] },
    { name: "no known place, by a zone without countries", destination: null, days: [5, 12] },
  ])("is $days days to $name", ({ destination, days }) => {
    const transit = transitOf(GROUND, LOUISVILLE, destination);
    expect(transit && [transit.minDays, transit.maxDays]).toEqual(days);
  });

  it.each<Readonly<{ name: string; over: Partial<CarrierService> }>>([
    { name: "an inactive service", over: { active: false } },
    { name: "a service of another location", over: { locationIds: ["reno"] } },
    { name: "a service that ends nearer", over: { zones: [zone(1, 1, { maxDistanceKm: 300 })] } },
    { name: "a service to another country", over: { zones: [zone(1, 1, { countries: ["CA"] })] } },
  ])("is null for $name, and there is no arrival", ({ over }) => {
    const service = { ...GROUND, ...over };
    expect(transitOf(service, LOUISVILLE, RENO)).toBeNull();
    expect(arrival(LOUISVILLE, service, RENO, WEDNESDAY)).toEqual({
      ok: false,
      rejection: { code: "no_service" },
    });
  });
});

describe("arrival", () => {
  it("is a range of the carrier's working days after the handover", () => {
    expect(arrival(LOUISVILLE, GROUND, RENO, WEDNESDAY)).toEqual({
      ok: true,
      value: { shipByOn: "2026-11-25", deliverFromOn: "2026-11-30", deliverByOn: "2026-12-03" },
    });
  });

  it("is rejected if the location never works", () => {
    const closed = { ...LOUISVILLE, workingDays: [] };
    expect(arrival(closed, GROUND, RENO, WEDNESDAY)).toEqual({
      ok: false,
      rejection: { code: "location_closed" },
    });
  });

  it("is never earlier for a later release, and its range is never reversed", () => {
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

describe("daysLate", () => {
  it.each([
    { arrivesOn: "2026-11-27", promisedOn: "2026-11-25", days: 2 },
    { arrivesOn: "2026-11-25", promisedOn: "2026-11-25", days: 0 },
    { arrivesOn: "2026-11-24", promisedOn: "2026-11-25", days: 0 },
    { arrivesOn: "2027-01-01", promisedOn: "2026-12-31", days: 1 },
  ])("is $days for $arrivesOn if $promisedOn was promised", ({ arrivesOn, promisedOn, days }) => {
    expect(daysLate(arrivesOn, promisedOn)).toBe(days);
  });
});
