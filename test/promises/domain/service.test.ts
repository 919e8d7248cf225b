import { describe, expect, it } from "vitest";
import type { CarrierService, CarrierZone } from "../../../src/catalog/domain/carrier-service";
import type { Load } from "../../../src/catalog/domain/sku";
import type { Place } from "../../../src/kernel/geography";
import { chosenService, serviceOptions } from "../../../src/promises/domain/service";

const EAST = { id: "east", latitude: 40.7, longitude: -74.2 };
const NEW_YORK: Place = { countryCode: "US", region: "NY", latitude: 40.7, longitude: -74 };
const NEW_YORK_STATE: Place = { ...NEW_YORK, latitude: null, longitude: null };

const zone = (over: Partial<CarrierZone> = {}): CarrierZone => ({
  name: "all",
  countries: ["US"],
  maxDistanceKm: null,
  minTransitDays: 1,
  maxTransitDays: 2,
  prices: [
    { upToGrams: 1_000, priceMinor: 500 },
    { upToGrams: 5_000, priceMinor: 800 },
  ],
  perExtraKgMinor: null,
  ...over,
});

const service = (id: string, over: Partial<CarrierService> = {}): CarrierService => ({
  id,
  carrier: "Post",
  service: id,
  name: `Post ${id}`,
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [zone()],
  ...over,
});

const priceOf = (over: Partial<CarrierService>, load: Load, destination = NEW_YORK): number | null =>
  serviceOptions([service("ground", over)], EAST, destination, load)[0]?.priceMinor ?? null;

describe("serviceOptions", () => {
  it.each<
    Readonly<{ name: string; over?: Partial<CarrierService>; load: Load; to?: Place; price: number | null }>
  >([
    { name: "a light parcel", load: { grams: 400, mm3: 0 }, price: 500 },
    { name: "a parcel of the next bracket", load: { grams: 1_001, mm3: 0 }, price: 800 },
    {
      name: "a bulky parcel, by its dimensional weight",
      over: { volumeDivisor: 5_000 },
      load: { grams: 400, mm3: 10_000_000 },
      price: 800,
    },
    { name: "a bulky parcel where volume does not count", load: { grams: 400, mm3: 10_000_000 }, price: 500 },
    {
      name: "each kilogram begun beyond the last bracket",
      over: { zones: [zone({ perExtraKgMinor: 90 })] },
      load: { grams: 6_500, mm3: 0 },
      price: 800 + 2 * 90,
    },
    {
      name: "several parcels, as sourcing sends it, where heavier ones are not taken",
      load: { grams: 6_000, mm3: 0 },
      price: 800 + 500,
    },
    {
      name: "the dearest of the zones that an inexact place may be in",
      over: {
        zones: [zone({ maxDistanceKm: 500 }), zone({ prices: [{ upToGrams: 1_000, priceMinor: 900 }] })],
      },
      load: { grams: 400, mm3: 0 },
      to: NEW_YORK_STATE,
      price: 900,
    },
    {
      name: "nothing, if one of the zones that an inexact place may be in has no price",
      over: { zones: [zone({ maxDistanceKm: 500 }), zone({ prices: [] })] },
      load: { grams: 400, mm3: 0 },
      to: NEW_YORK_STATE,
      price: null,
    },
    {
      name: "nothing with an inactive service",
      over: { active: false },
      load: { grams: 1, mm3: 0 },
      price: null,
    },
  ])("prices $name at $price", ({ over = {}, load, to = NEW_YORK, price }) => {
    expect(priceOf(over, load, to)).toBe(price);
  });

  it("sorts by price, then by the slowest transit, then by id", () => {
    const dear = service("dear", { zones: [zone({ prices: [{ upToGrams: 1_000, priceMinor: 900 }] })] });
    const slow = service("a-slow", { zones: [zone({ maxTransitDays: 5 })] });
    const options = serviceOptions([dear, slow, service("c"), service("b")], EAST, NEW_YORK);
    expect(options.map((option) => option.service.id)).toEqual(["b", "c", "a-slow", "dear"]);
  });
});

describe("chosenService", () => {
  const options = serviceOptions([service("air"), service("ground")], EAST, NEW_YORK);

  it.each([
    { name: "its id", method: "ground" },
    { name: "its name", method: "Post ground" },
    { name: "its name in other letters and with spaces around it", method: "  POST GROUND " },
  ])("returns the service that the shipping method names by $name", ({ method }) => {
    expect(chosenService(options, method)?.service.id).toBe("ground");
  });

  it.each([{ method: null }, { method: "By balloon" }])(
    "returns the first option for $method",
    ({ method }) => {
      expect(chosenService(options, method)?.service.id).toBe("air");
    },
  );

  it("returns null if no service goes there", () => {
    expect(chosenService([], "ground")).toBeNull();
  });
});
