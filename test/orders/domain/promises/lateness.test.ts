import { expect, it } from "vitest";
import { lateDaysOf } from "../../../../src/orders/domain/promises/lateness";
import type { CarrierService } from "../../../../src/catalog/domain/carrier-service";
import type { Location } from "../../../../src/catalog/domain/location";
import { aLine, anAddress, anOrder, aPromise } from "../../../support/an-order";
import { plainLocation } from "../../../support/reference-defaults";

/** A Wednesday morning; the order was promised for Friday, the 27th. */
const NOW = Date.UTC(2026, 10, 25, 10);

const at = (id: string, processingDays: number): Location => ({
  id,
  name: id,
  kind: "warehouse",
  address: anAddress,
  latitude: 51.5,
  longitude: -0.1,
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  ...plainLocation,
  processingDays,
  priority: 1,
  active: true,
});
const locations = new Map([at("east", 0), at("west", 1), at("closed", 0)].map((each) => [each.id, each]));
locations.set("closed", { ...at("closed", 0), workingDays: [] });

const service = (id: string, days: number): CarrierService => ({
  id,
  carrier: "Post",
  service: id,
  name: id,
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    {
      name: "Home",
      countries: ["GB"],
      maxDistanceKm: null,
      minTransitDays: 1,
      maxTransitDays: days,
      prices: [{ upToGrams: 30_000, priceMinor: 400 }],
      perExtraKgMinor: null,
    },
  ],
});
const services = [service("quick", 1), service("slow", 3)];
const promised = anOrder({ lines: [aLine("Mug", { promise: aPromise() })] });

it.each([
  ["east", "quick", 0],
  ["west", "quick", 0],
  // Monday, the 30th, and Tuesday.
  ["east", "slow", 3],
  ["west", "slow", 4],
  ["closed", "slow", 0],
  ["nowhere", "slow", 0],
  ["east", "none", 0],
])("a parcel from %s, sent %s, is %d days late", (locationId, serviceId, days) => {
  expect(lateDaysOf(promised, locations, services, NOW)(locationId, serviceId)).toBe(days);
});

it.each([
  ["nothing is promised", aLine("Mug")],
  [
    "only when it leaves is promised",
    aLine("Mug", { promise: aPromise({ first: { on: "2026-11-20", of: "shipment" } }) }),
  ],
  ["all of it is sent", aLine("Mug", { shipped: 1, promise: aPromise() })],
])("nothing is late where %s", (_case, line) => {
  expect(lateDaysOf(anOrder({ lines: [line] }), locations, services, NOW)("east", "slow")).toBe(0);
});

it.each([
  { name: "before the promised day", line: aLine("Mug", { promise: aPromise() }), days: 5 },
  { name: "of an order without a promised day", line: aLine("Mug"), days: 5 },
])("a parcel is late after the quoted day $name", ({ line, days }) => {
  const quoted = anOrder({ lines: [line], quotedOn: "2026-11-25" });
  expect(lateDaysOf(quoted, locations, services, NOW)("east", "slow")).toBe(days);
});
