import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cheapestRate, parcelPriceMinor, type ParcelRate } from "../../../src/sourcing/domain/parcel-price";
import { priceLevels } from "../../../src/sourcing/domain/optimizer/price-levels";
import { randomNetwork, randomOf } from "./random-networks";

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
  ...over,
});

describe("parcelPriceMinor", () => {
  it.each<[string, Partial<ParcelRate>, [grams: number, mm3: number], number]>([
    ["the first bracket that it fits in", {}, [500, 0], 600],
    ["the next bracket, a gram later", {}, [501, 0], 900],
    ["the dimensional weight where that is more", {}, [100, 2_500_001], 900],
    ["nothing for volume where it does not count", { volumeDivisor: Infinity }, [100, 9e9], 600],
    ["each kilogram begun beyond the last bracket", {}, [3_001, 0], 900 + 2 * 150],
    [
      "several parcels where heavier ones are not taken",
      { perExtraKgMinor: null },
      [4_400, 0],
      900 + 900 + 600,
    ],
    ["so many full parcels and no empty one", { perExtraKgMinor: null }, [4_000, 0], 1_800],
    [
      "a heavier bracket that costs less",
      {
        prices: [
          { upToGrams: 500, priceMinor: 700 },
          { upToGrams: 1_000, priceMinor: 650 },
        ],
      },
      [400, 0],
      650,
    ],
    ["by the kilogram alone", { prices: [] }, [1_200, 0], 300],
    ["nothing for what weighs nothing, by the kilogram", { prices: [] }, [0, 0], 0],
  ])("is of %s", (_rule, over, [grams, mm3], expected) => {
    expect(parcelPriceMinor(rate(over), { grams, mm3 })).toBe(expected);
  });

  it("chooses the service that is cheapest with its lateness, the first of two", () => {
    const late = rate({
      serviceId: "late",
      latenessMinor: 301,
      prices: [{ upToGrams: 500, priceMinor: 300 }],
    });
    expect(cheapestRate([late, rate(), rate({ serviceId: "same" })], { grams: 400, mm3: 0 })).toMatchObject({
      rate: { serviceId: "ground" },
      costMinor: 600,
    });
  });
});

describe("priceLevels", () => {
  it("say what a parcel costs, whatever is put into it", () => {
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
            // Many steps beyond the last bracket are told in groups, at the price of the first.
            const isSingle = grams < 2_000 && mm3 < 8_000_000;
            expect(isSingle ? level === price : level <= price).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
