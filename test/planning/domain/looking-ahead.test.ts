/** Stock prices save parcels: orders are sourced one after the other, with prices and without. */
import { describe, expect, it } from "vitest";
import { regionOf } from "../../../src/planning/domain/expected-orders";
import { priceStock } from "../../../src/planning/domain/price-stock";
import { servingCosts } from "../../../src/planning/domain/serving-costs";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { channel, ground, newark, newYork, problemOf, reno, supplyOf } from "../../sourcing/domain/retailer";

type BySku = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Only Newark has trays. An order of both from New York ships in one parcel only if Newark still has mugs. */
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

/** Sources the orders one after the other from the remaining stock. `spentMinor` is without stock prices. */
function sourceAll(orders: readonly (readonly string[])[], prices: BySku) {
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

describe("sourcing with stock prices", () => {
  it("keeps units that will save a later order a parcel", () => {
    expect(
      sourceAll(DAY, {}),
      "without prices the nearest mugs go first, and every order of both is split",
    ).toEqual({
      spentMinor: 10 * 500 + 10 * (500 + 900),
      parcels: 30,
    });
    expect(
      sourceAll(DAY, pricesFor(DAY)),
      "with prices mugs alone come from far away, and no order is split",
    ).toEqual({
      spentMinor: 10 * 900 + 10 * 500,
      parcels: 20,
    });
  });

  it("keeps no units if no later order is expected", () => {
    const alone = ten(MUG);
    expect(pricesFor(alone)).toEqual({});
    expect(sourceAll(alone, pricesFor(alone))).toEqual(sourceAll(alone, {}));
  });
});
