import { describe, expect, it } from "vitest";
import type { Place } from "../../../src/kernel/geography";
import {
  expectedOrders,
  LOOKBACK_MS,
  regionOf,
  type PastOrder,
} from "../../../src/planning/domain/expected-orders";

const nowhere: Place = { countryCode: null, region: null, latitude: null, longitude: null };
const anOrder = (over: Partial<PastOrder> = {}): PastOrder => ({
  channelId: "web",
  placedAt: 0,
  destination: { ...nowhere, countryCode: "US", region: "KY" },
  lines: [{ sku: "mug", quantity: 2 }],
  ...over,
});

describe("expectedOrders", () => {
  it("expects half of the orders of the last four weeks, without orders that have no lines", () => {
    const past = [anOrder(), anOrder(), anOrder({ lines: [] })];
    const { orders, regions } = expectedOrders(past, LOOKBACK_MS);
    expect(orders).toHaveLength(2);
    const [first] = orders;
    expect(first).toMatchObject({ lines: [{ sku: "mug", quantity: 2 }], expected: 0.5 });
    expect(regions.get(first!.region)).toMatchObject({ channelId: "web", place: { countryCode: "US" } });
    expect(regions.size).toBe(1);
  });

  it("expects as many orders a day if only the newest orders were read", () => {
    const { orders } = expectedOrders([anOrder()], LOOKBACK_MS / 4);
    expect(orders).toMatchObject([{ expected: 2 }]);
  });
});

describe("regionOf", () => {
  it.each<Readonly<{ name: string; one: Partial<Place>; other: Partial<Place>; isSame: boolean }>>([
    {
      name: "one state",
      one: { countryCode: "US", region: "KY" },
      other: { countryCode: "us", region: "ky" },
      isSame: true,
    },
    {
      name: "two states",
      one: { countryCode: "US", region: "KY" },
      other: { countryCode: "US", region: "PA" },
      isSame: false,
    },
    {
      name: "states of two countries",
      one: { countryCode: "US", region: "WA" },
      other: { countryCode: "AU", region: "WA" },
      isSame: false,
    },
    {
      name: "coordinates nearby",
      one: { latitude: 38.25, longitude: -85.76 },
      other: { latitude: 38.1, longitude: -86.2 },
      isSame: true,
    },
    {
      name: "coordinates far apart",
      one: { latitude: 38.25, longitude: -85.76 },
      other: { latitude: 40.6, longitude: -75.47 },
      isSame: false,
    },
    {
      name: "coordinates in two countries",
      one: { countryCode: "US", latitude: 49, longitude: -97 },
      other: { countryCode: "CA", latitude: 49, longitude: -97 },
      isSame: false,
    },
    { name: "unknown places", one: {}, other: {}, isSame: true },
  ])("is the same ($isSame) for $name", ({ one, other, isSame }) => {
    const [a, b] = [one, other].map((place) => regionOf("web", { ...nowhere, ...place }).id);
    expect(a === b).toBe(isSame);
  });

  it("differs for each channel, since other locations may serve it", () => {
    expect(regionOf("web", nowhere).id).not.toBe(regionOf("marketplace", nowhere).id);
  });
});
