import { describe, expect, it } from "vitest";
import { networkOf } from "../../../../src/sourcing/domain/optimizer/network";
import type { NetworkInput } from "../../../../src/sourcing/domain/optimizer/input";
import { findOptimum } from "../../../../src/sourcing/domain/optimizer/optimum";

type Size = Readonly<{
  items: number;
  quantity: number;
  sites: number;
  /** About how many units of each item a site has. */
  free: number;
  maxParcels?: number;
}>;

/** Costs and stock differ a little everywhere, so that no site is ruled out early. */
function retailer({ items, quantity, sites, free, maxParcels }: Size): NetworkInput {
  const ofItems = <Each>(make: (item: number) => Each) => Array.from({ length: items }, (_, i) => make(i));
  return {
    items: ofItems((i) => ({ quantity, grams: 130 + ((i * 97) % 900), mm3: 1_000 })),
    sites: Array.from({ length: sites }, (_, site) => ({
      units: ofItems((i) => Math.max(0, Math.min(quantity, free - 3 + ((i * 31 + site * 17) % 7)))),
      unitCosts: ofItems((i) => 20 + ((i * 13 + site * 29) % 17)),
      perParcel: 100 + site,
      rates: [
        {
          serviceId: "ground",
          prices: Array.from({ length: 10 }, (_, step) => ({
            upToGrams: (step + 1) * 1_000,
            priceMinor: 400 + step * (90 + ((site * 7 + step) % 5) * 13),
          })),
          perExtraKgMinor: 95 + (site % 7) * 11,
          volumeDivisor: Number.POSITIVE_INFINITY,
          lateDays: 0,
          latenessMinor: 0,
          speedMinor: 0,
        },
      ],
    })),
    splitPenalty: 50,
    maxParcels: maxParcels ?? null,
  };
}

const LARGE: readonly Size[] = [
  { items: 3, quantity: 1_000, sites: 3, free: 500 },
  { items: 2, quantity: 1_000_000, sites: 6, free: 400_000 },
  { items: 1, quantity: 1_000_000, sites: 200, free: 900_000, maxParcels: 1 },
  { items: 100, quantity: 2, sites: 100, free: 1 },
  { items: 300, quantity: 2, sites: 300, free: 1 },
  { items: 300, quantity: 2, sites: 300, free: 1, maxParcels: 3 },
];

describe("a large order", () => {
  it.each(LARGE)(
    "of $items items × $quantity at $sites sites has a plan within the limit of steps",
    (size) => {
      const network = networkOf(retailer(size));
      const { best, steps, lowerBound } = findOptimum(network);
      // A search may finish the step that exceeds its limit.
      expect(steps).toBeLessThan(10_000);
      expect(best).not.toBeNull();
      expect(best!.cost).toBeGreaterThanOrEqual(lowerBound);
    },
  );

  it("ships completely if stock and the number of parcels allow that", () => {
    const sent = LARGE.filter(({ maxParcels }) => maxParcels === undefined).map((size) => {
      const network = networkOf(retailer(size));
      const units = findOptimum(network).best!.units.flat();
      const all = network.need.reduce((sum, need) => sum + need, 0);
      return all - units.reduce((sum, quantity) => sum + quantity, 0);
    });
    expect(sent).toEqual([0, 0, 0, 0]);
  });
});
