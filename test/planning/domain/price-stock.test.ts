import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createServing } from "../../../src/planning/domain/cheapest-serving";
import { priceStock, shadowPrices } from "../../../src/planning/domain/price-stock";
import {
  pricingProblem,
  type ExpectedOrders,
  type PricingInput,
} from "../../../src/planning/domain/pricing-problem";
import { provenMinor, solveWhole } from "./whole-program";
import { casesOf } from "../../support/cases";

const costs = (parcelMinor: number, units: Readonly<Record<string, number>>): PricingInput["costs"] => ({
  parcelMinor: () => parcelMinor,
  unitMinor: (_sku, locationId, region) => units[`${locationId} ${region}`] ?? 0,
});
const order = (region: string, skus: readonly string[], expected = 1): ExpectedOrders => ({
  region,
  lines: skus.map((sku) => ({ sku, quantity: 1 })),
  expected,
});
const at = (locationId: string, sku: string, available: number) => ({ sku, locationId, available });

const coasts = costs(900, {
  "east atlantic": 50,
  "west atlantic": 150,
  "east pacific": 150,
  "west pacific": 50,
});

describe("priceStock", () => {
  it("prices a unit at what it saves the order that needs it to ship in one parcel", () => {
    const prices = priceStock({
      orders: [order("atlantic", ["mug"], 10), order("atlantic", ["mug", "tray"], 10)],
      stock: [at("east", "mug", 10), at("west", "mug", 10), at("east", "tray", 10)],
      costs: coasts,
    });
    const [mug, ...others] = prices;
    expect(others).toEqual([]);
    expect(mug).toMatchObject({ sku: "mug", locationId: "east" });
    // A mug from the west costs the first order 100 more, and the second 100 and a parcel.
    expect(mug!.priceMinor).toBeGreaterThan(100);
    expect(mug!.priceMinor).toBeLessThan(1_000);
  });

  it("prices scarce units at the extra cost of the longer way", () => {
    const [mug, ...others] = priceStock({
      orders: [order("atlantic", ["mug"], 30)],
      stock: [at("east", "mug", 10), at("west", "mug", 100)],
      costs: coasts,
    });
    expect(others).toEqual([]);
    expect(mug).toMatchObject({ locationId: "east" });
    expect(mug!.priceMinor).toBeGreaterThanOrEqual(98);
    expect(mug!.priceMinor).toBeLessThanOrEqual(102);
  });

  it("prices nothing if there is enough stock, no order, or no stock", () => {
    const enough = [at("east", "mug", 30), at("west", "mug", 5)];
    const orders = [order("atlantic", ["mug"], 30)];
    expect(priceStock({ orders, stock: enough, costs: coasts })).toEqual([]);
    expect(priceStock({ orders: [], stock: enough, costs: coasts })).toEqual([]);
    expect(priceStock({ orders, stock: [], costs: coasts })).toEqual([]);
    expect(
      priceStock({ orders, stock: [at("east", "mug", 0), at("west", "mug", -3)], costs: coasts }),
    ).toEqual([]);
  });

  it("ignores locations that do not ship to the region", () => {
    const abroad = { ...coasts, parcelMinor: (id: string) => (id === "east" ? 900 : null) };
    const [mug] = priceStock({
      orders: [order("atlantic", ["mug"], 30)],
      stock: [at("east", "mug", 10), at("west", "mug", 10)],
      costs: abroad,
    });
    // Not shipping the mug costs twice a parcel and twice the unit; shipping it from the east costs each once.
    expect(mug).toMatchObject({ locationId: "east" });
    expect(mug!.priceMinor).toBeGreaterThan(930);
    expect(mug!.priceMinor).toBeLessThan(970);
  });

  it("splits an order of very many lines", () => {
    const skus = Array.from({ length: 20 }, (_, i) => `sku-${i}`);
    const { kinds } = pricingProblem({
      orders: [order("atlantic", skus)],
      stock: skus.map((sku) => at("east", sku, 1)),
      costs: coasts,
    });
    expect(kinds.map(({ quantities }) => quantities.length).toSorted()).toEqual([4, 8, 8]);
  });

  it("merges the lines of one SKU", () => {
    const lines = [
      { sku: "mug", quantity: 2 },
      { sku: "mug", quantity: 3 },
    ];
    const { kinds, demand } = pricingProblem({
      orders: [{ region: "atlantic", lines, expected: 2 }],
      stock: [at("east", "mug", 1)],
      costs: coasts,
    });
    expect(kinds.map(({ quantities }) => quantities)).toEqual([[5]]);
    expect([...demand]).toEqual([10]);
  });
});

const SKUS = ["a", "b", "c"];
const PLACES = ["one", "two", "three"];
const REGIONS = ["near", "far"];

const inputs: fc.Arbitrary<PricingInput> = fc
  .record({
    orders: fc.array(
      fc.record({
        region: fc.constantFrom(...REGIONS),
        lines: fc.uniqueArray(
          fc.record({ sku: fc.constantFrom(...SKUS), quantity: fc.integer({ min: 1, max: 2 }) }),
          { minLength: 1, maxLength: 3, selector: ({ sku }) => sku },
        ),
        expected: fc.integer({ min: 1, max: 40 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    available: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 9, maxLength: 9 }),
    parcels: fc.array(fc.integer({ min: 300, max: 1_200 }), { minLength: 6, maxLength: 6 }),
    units: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 6, maxLength: 6 }),
  })
  .map(({ orders, available, parcels, units }) => {
    const way = (place: string, region: string) => PLACES.indexOf(place) * 2 + REGIONS.indexOf(region);
    return {
      orders,
      stock: PLACES.flatMap((place, p) => SKUS.map((sku, s) => at(place, sku, available[p * 3 + s]!))),
      costs: {
        parcelMinor: (place, region) => parcels[way(place, region)]!,
        unitMinor: (_sku, place, region) => units[way(place, region)]!,
      },
    };
  });

describe("stock prices, compared with the whole linear program", () => {
  it("prove a lower bound close to the optimum, and never above it", () => {
    const missed: number[] = [];
    fc.assert(
      fc.property(inputs, (input) => {
        const problem = pricingProblem(input);
        const prices = shadowPrices(problem);
        const { costMinor, left } = solveWhole(problem);
        const gap = costMinor - provenMinor(problem, prices);
        missed.push(gap / costMinor);
        expect(gap).toBeGreaterThanOrEqual(-0.01);
        expect(gap).toBeLessThan(costMinor * 0.2);
        // Complementary slackness: units with a price are used up, within the gap of the two costs.
        const unused = left.reduce((sum, units, slot) => sum + units * prices[slot]!, 0);
        expect(unused).toBeLessThanOrEqual(gap + 0.01);
      }),
      { numRuns: casesOf(300) },
    );
    const mean = missed.reduce((sum, miss) => sum + miss, 0) / missed.length;
    expect(mean).toBeLessThan(0.005);
  });

  it("lie between what one more unit saves and what one unit less costs", () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (input, any) => {
        const problem = pricingProblem(input);
        fc.pre(problem.slots.length > 0);
        const slot = any % problem.slots.length;
        const prices = shadowPrices(problem);
        const withUnits = (more: number) => ({
          ...problem,
          slots: problem.slots.map((one, i) =>
            i === slot ? { ...one, available: one.available + more } : one,
          ),
        });
        const { costMinor } = solveWhole(problem);
        const gap = costMinor - provenMinor(problem, prices) + 0.01;
        const saved = costMinor - solveWhole(withUnits(1)).costMinor;
        const lost = solveWhole(withUnits(-1)).costMinor - costMinor;
        expect(prices[slot]).toBeGreaterThanOrEqual(saved - gap);
        expect(prices[slot]).toBeLessThanOrEqual(lost + gap);
      }),
      { numRuns: casesOf(200) },
    );
  });

  it("lead to the cheapest way to serve every kind of orders", () => {
    const priced = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(inputs, priced, (input, minor) => {
        const problem = pricingProblem(input);
        const prices = Float64Array.from(problem.slots, (_, slot) => minor[slot]!);
        const serving = createServing();
        for (const kind of problem.kinds) {
          const one = { ...problem, kinds: [{ ...kind, expected: 1 }], slots: [] };
          expect(serving.costOf(kind, prices)).toBeCloseTo(provenMinor(one, prices), 6);
        }
      }),
    );
  });

  it("do not depend on the sequence of orders and stock", () => {
    fc.assert(
      fc.property(inputs, ({ orders, stock, costs }) => {
        const prices = priceStock({ orders, stock, costs });
        expect(priceStock({ orders: orders.toReversed(), stock: stock.toReversed(), costs })).toEqual(prices);
      }),
    );
  });
});
