/** Order after order with stock prices and without: what the cheap choice of today costs the order of tomorrow. */
import { describe, expect, it } from "vitest";
import { regionOf } from "../../../src/planning/domain/expected-orders";
import { priceStock } from "../../../src/planning/domain/price-stock";
import { servingCosts } from "../../../src/planning/domain/serving-costs";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { channel, ground, newark, newYork, problemOf, reno, supplyOf } from "../../sourcing/domain/retailer";

type BySku = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Trays are in Newark alone; a customer in New York who wants a mug with it is glad of a mug there. */
const STOCK: BySku = { mug: { newark: 10, reno: 10 }, tray: { newark: 10 } };
const MUG = ["mug"];
const BOTH = ["mug", "tray"];
const ten = (order: readonly string[]) => Array.from({ length: 10 }, () => order);
const DAY = [...ten(MUG), ...ten(BOTH)];

const toNewYork = regionOf("web", newYork);

function pricesFor(orders: readonly (readonly string[])[]): BySku {
  const found = priceStock({
    orders: orders.map((skus) => ({
      region: toNewYork.id,
      lines: skus.map((sku) => ({ sku, quantity: 1 })),
      expected: 1,
    })),
    stock: Object.entries(STOCK).flatMap(([sku, at]) =>
      Object.entries(at).map(([locationId, available]) => ({ sku, locationId, available })),
    ),
    costs: servingCosts({
      regions: new Map([[toNewYork.id, toNewYork]]),
      channels: new Map([["web", channel()]]),
      locations: new Map([newark, reno].map((location) => [location.id, location])),
      carrierServices: [ground],
      loads: new Map(),
    }),
  });
  return Object.fromEntries(
    [...Map.groupBy(found, ({ sku }) => sku)].map(([sku, of]) => [
      sku,
      Object.fromEntries(of.map(({ locationId, priceMinor }) => [locationId, priceMinor])),
    ]),
  );
}

/** Sources each order from what those before it have left. What is spent leaves out what stock was worth. */
function played(orders: readonly (readonly string[])[], prices: BySku) {
  const left = structuredClone(STOCK) as Record<string, Record<string, number>>;
  let [spentMinor, parcels] = [0, 0];
  for (const skus of orders) {
    const supply = skus.map((sku) => {
      const free = { ...left[sku]! };
      return [sku, supplyOf(1, free, { stockPrices: prices[sku] ?? {} })] as const;
    });
    const decision = sourceOrder(problemOf(Object.fromEntries(supply), {}, { locations: [newark, reno] }));
    expect(decision.unsent).toEqual({});
    for (const { locationId, units, parcelMinor } of decision.parcels) {
      for (const [sku, quantity] of Object.entries(units)) left[sku]![locationId]! -= quantity;
      spentMinor += parcelMinor;
      parcels += 1;
    }
  }
  return { spentMinor, parcels };
}

describe("looking ahead", () => {
  it("keeps for tomorrow's order what saves it a parcel", () => {
    expect(played(DAY, {}), "the nearest mugs go first, and every order for both is split").toEqual({
      spentMinor: 10 * 500 + 10 * (500 + 900),
      parcels: 30,
    });
    expect(played(DAY, pricesFor(DAY)), "mugs alone come from far, and no order is split").toEqual({
      spentMinor: 10 * 900 + 10 * 500,
      parcels: 20,
    });
  });

  it("keeps nothing for orders that are not expected", () => {
    const alone = ten(MUG);
    expect(pricesFor(alone)).toEqual({});
    expect(played(alone, pricesFor(alone))).toEqual(played(alone, {}));
  });
});
