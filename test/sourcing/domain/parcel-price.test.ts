import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cheapestRate,
  parcelPriceMinor,
  priceListOf,
  type ParcelRate,
} from "../../../src/sourcing/domain/parcel-price";
import { priceLevels } from "../../../src/sourcing/domain/optimizer/price-levels";
import { randomNetwork, randomOf } from "./random-networks";
import { ground } from "./retailer";

const rate = (over: Partial<ParcelRate> = {}): ParcelRate => ({
  serviceId: "ground",
  prices: [
    { upToGrams: 500, priceMinor: 600 },
    { upToGrams: 2_000, priceMinor: 900 },
  ],
  perExtraKgMinor: 150,
  volumeDivisor: 5_000,
  lateDays: 0,
  latenessMinor: 0,
  speedMinor: 0,
  ...over,
});

describe("parcelPriceMinor", () => {
  it.each<Readonly<{ name: string; over?: Partial<ParcelRate>; grams: number; mm3?: number; price: number }>>(
    [
      { name: "the first bracket that fits", grams: 500, price: 600 },
      { name: "the next bracket for one gram more", grams: 501, price: 900 },
      { name: "the dimensional weight if it is greater", grams: 100, mm3: 2_500_001, price: 900 },
      {
        name: "the weight alone if volume does not count",
        over: { volumeDivisor: Infinity },
        grams: 100,
        mm3: 9e9,
        price: 600,
      },
      { name: "each kilogram begun beyond the last bracket", grams: 3_001, price: 900 + 2 * 150 },
      {
        name: "several parcels if heavier ones are not taken",
        over: { perExtraKgMinor: null },
        grams: 4_400,
        price: 900 + 900 + 600,
      },
      {
        name: "full parcels without an empty one",
        over: { perExtraKgMinor: null },
        grams: 4_000,
        price: 1_800,
      },
      {
        name: "a heavier bracket that costs less",
        over: {
          prices: [
            { upToGrams: 500, priceMinor: 700 },
            { upToGrams: 1_000, priceMinor: 650 },
          ],
        },
        grams: 400,
        price: 650,
      },
      { name: "kilograms alone", over: { prices: [] }, grams: 1_200, price: 300 },
      { name: "kilograms alone for a weight of zero", over: { prices: [] }, grams: 0, price: 0 },
      {
        name: "no price at all as infinite",
        over: { prices: [], perExtraKgMinor: null },
        grams: 1,
        price: Infinity,
      },
    ],
  )("charges $name", ({ over, grams, mm3 = 0, price }) => {
    expect(parcelPriceMinor(rate(over), { grams, mm3 })).toBe(price);
  });
});

describe("cheapestRate", () => {
  it("returns the rate with the least price plus lateness, and the first of equal rates", () => {
    const late = rate({
      serviceId: "late",
      latenessMinor: 301,
      speedMinor: 0,
      prices: [{ upToGrams: 500, priceMinor: 300 }],
    });
    expect(cheapestRate([late, rate(), rate({ serviceId: "same" })], { grams: 400, mm3: 0 })).toMatchObject({
      rate: { serviceId: "ground" },
      costMinor: 600,
    });
  });
});

describe("priceListOf", () => {
  it("returns null for a zone without prices", () => {
    const [zone] = ground.zones;
    expect(priceListOf(ground, { ...zone!, prices: [], perExtraKgMinor: null })).toBeNull();
    expect(priceListOf(ground, { ...zone!, prices: [] })).toEqual({
      prices: [],
      perExtraKgMinor: 100,
      volumeDivisor: Infinity,
    });
  });
});

describe("priceLevels", () => {
  it("give the price of every load that fits", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.oneof(fc.nat(2_000), fc.nat(90_000)),
        fc.oneof(fc.nat(8_000_000), fc.nat(400_000_000)),
        (seed, grams, mm3) => {
          for (const { rates } of randomNetwork(randomOf(seed)).sites) {
            const levels = priceLevels(rates, { grams, mm3 });
            const fits = levels.filter((level) => level.grams >= grams && level.mm3 >= mm3 * (1 - 1e-12));
            const price = cheapestRate(rates, { grams, mm3 })!.costMinor;
            const level = Math.min(...fits.map(({ cost }) => cost));
            // Many steps beyond the last bracket are grouped, at the price of the first.
            const isSingle = grams < 2_000 && mm3 < 8_000_000;
            expect(isSingle ? level === price : level <= price).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
