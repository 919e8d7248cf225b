import { expect, it } from "vitest";
import type { Place } from "../../../src/kernel/geography";
import {
  expectedOrders,
  LOOKED_BACK_MS,
  regionOf,
  type PastOrder,
} from "../../../src/planning/domain/expected-orders";

const nowhere: Place = { countryCode: null, region: null, latitude: null, longitude: null };
const bought = (over: Partial<PastOrder> = {}): PastOrder => ({
  channelId: "web",
  placedAt: 0,
  destination: { ...nowhere, countryCode: "US", region: "KY" },
  lines: [{ sku: "mug", quantity: 2 }],
  ...over,
});

it("expects half of what four weeks brought in the next two", () => {
  const { orders, regions } = expectedOrders([bought(), bought(), bought({ lines: [] })], LOOKED_BACK_MS);
  expect(orders).toHaveLength(2);
  const [first] = orders;
  expect(first).toMatchObject({ lines: [{ sku: "mug", quantity: 2 }], expected: 0.5 });
  expect(regions.get(first!.region)).toMatchObject({ channelId: "web", place: { countryCode: "US" } });
  expect(regions.size).toBe(1);
});

it("expects as many a day where only the newest orders were looked at", () => {
  const { orders } = expectedOrders([bought()], LOOKED_BACK_MS / 4);
  expect(orders).toMatchObject([{ expected: 2 }]);
});

it.each<[string, Partial<Place>, Partial<Place>, boolean]>([
  ["a state", { countryCode: "US", region: "KY" }, { countryCode: "us", region: "ky" }, true],
  ["another state", { countryCode: "US", region: "KY" }, { countryCode: "US", region: "PA" }, false],
  [
    "a state of another country",
    { countryCode: "US", region: "WA" },
    { countryCode: "AU", region: "WA" },
    false,
  ],
  [
    "nearly the same point",
    { latitude: 38.25, longitude: -85.76 },
    { latitude: 38.1, longitude: -86.2 },
    true,
  ],
  ["a point far off", { latitude: 38.25, longitude: -85.76 }, { latitude: 40.6, longitude: -75.47 }, false],
  [
    "a point over a border",
    { countryCode: "US", latitude: 49, longitude: -97 },
    { countryCode: "CA", latitude: 49, longitude: -97 },
    false,
  ],
  ["nowhere", {}, {}, true],
])("is to the same region: %s", (_name, one, other, same) => {
  const [a, b] = [one, other].map((place) => regionOf("web", { ...nowhere, ...place }).id);
  expect(a === b).toBe(same);
});

it("keeps channels apart, which may be served from different locations", () => {
  expect(regionOf("web", nowhere).id).not.toBe(regionOf("marketplace", nowhere).id);
});
