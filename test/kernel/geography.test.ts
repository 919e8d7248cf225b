import { describe, expect, it } from "vitest";
import {
  coordinatesOf,
  distanceKm,
  positionOf,
  sameCustomsArea,
  type Place,
} from "../../src/kernel/geography";

const place = (over: Partial<Place>): Place => ({
  countryCode: null,
  region: null,
  latitude: null,
  longitude: null,
  ...over,
});

describe("distanceKm", () => {
  const london = { latitude: 51.5, longitude: -0.12 };
  const newYork = { latitude: 40.71, longitude: -74.01 };

  it("is the great-circle distance", () => {
    expect(distanceKm(london, newYork)).toBeGreaterThan(5_560);
    expect(distanceKm(london, newYork)).toBeLessThan(5_580);
    expect(distanceKm(newYork, london)).toBeCloseTo(distanceKm(london, newYork), 6);
  });

  it.each([
    { name: "zero between equal points", to: london, expected: 0 },
    {
      name: "half the earth's circumference between opposite points",
      to: { latitude: -51.5, longitude: 179.88 },
      expected: Math.PI * 6_371,
    },
  ])("is $name", ({ to, expected }) => {
    expect(distanceKm(london, to)).toBeCloseTo(expected, 3);
  });

  it("of a degree of longitude is shorter in the north than at the equator", () => {
    const degreeAt = (latitude: number) =>
      distanceKm({ latitude, longitude: 10 }, { latitude, longitude: 11 });
    expect(degreeAt(0)).toBeCloseTo(111.19, 1);
    expect(degreeAt(60)).toBeCloseTo(55.6, 1);
  });
});

describe("positionOf", () => {
  type Case = Readonly<{ name: string; place: Place; expected: ReturnType<typeof positionOf> }>;
  const california = { at: { latitude: 37.2, longitude: -119.5 }, withinKm: 500 };
  const usa = { at: { latitude: 39.8, longitude: -98.6 }, withinKm: null };

  it.each<Case>([
    {
      name: "the coordinates, if both are known",
      place: place({ countryCode: "US", latitude: 0, longitude: 0 }),
      expected: { at: { latitude: 0, longitude: 0 }, withinKm: 0 },
    },
    {
      name: "the centre of the region, within 500 km",
      place: place({ countryCode: "US", region: "CA" }),
      expected: california,
    },
    {
      name: "the centre of the region for an ISO 3166-2 code in lower case",
      place: place({ countryCode: "us", region: "us-ca" }),
      expected: california,
    },
    {
      name: "the centre of the region if only one coordinate is known",
      place: place({ countryCode: "US", region: "CA", latitude: 1 }),
      expected: california,
    },
    {
      name: "the centre of the country for an unknown region",
      place: place({ countryCode: "US", region: "XX" }),
      expected: usa,
    },
    {
      name: "the centre of the country without a region",
      place: place({ countryCode: "US" }),
      expected: usa,
    },
    { name: "unknown for an unknown country", place: place({ countryCode: "XX" }), expected: null },
    { name: "unknown without a country", place: place({ region: "CA" }), expected: null },
  ])("is $name", ({ place: given, expected }) => {
    expect(positionOf(given)).toEqual(expected);
    expect(coordinatesOf(given)).toEqual(expected?.at ?? null);
  });
});

describe("sameCustomsArea", () => {
  it.each([
    { a: "US", b: "us", expected: true },
    { a: "DE", b: "fr", expected: true },
    { a: "DE", b: "CH", expected: false },
    { a: "CH", b: "DE", expected: false },
    { a: "GB", b: "IE", expected: false },
    { a: null, b: "DE", expected: false },
    { a: "DE", b: null, expected: false },
    { a: null, b: null, expected: false },
  ])("of $a and $b is $expected", ({ a, b, expected }) => {
    expect(sameCustomsArea(a, b)).toBe(expected);
  });
});
