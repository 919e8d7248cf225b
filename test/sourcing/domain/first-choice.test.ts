import { describe, expect, it } from "vitest";
import { decideAsExpected, firstChoice, firstChoices } from "../../../src/sourcing/domain/first-choice";
import type { Supply } from "../../../src/sourcing/domain/problem";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { newark, problemOf, reno, store, supplyOf } from "./retailer";

describe("firstChoice", () => {
  const { network, request } = problemOf({}, {}, { locations: [store, reno, newark] });

  it("sorts locations by what the order costs as one parcel from each", () => {
    expect(firstChoice(network, request, 2)).toEqual(["newark", "reno", "store"]);
    const dear = { ...network, locations: [store, reno, { ...newark, handlingPerUnitMinor: 300 }] };
    expect(firstChoice(dear, request, 2)).toEqual(["reno", "store", "newark"]);
  });

  it("puts locations without capacity today last", () => {
    const full = { ...network, capacityLeft: { newark: 0 } };
    expect(firstChoice(full, request, 2)).toEqual(["reno", "store", "newark"]);
  });
});

type Free = Readonly<Record<string, number>>;

describe("firstChoices", () => {
  const { network, request } = problemOf({});
  const quantities = new Map([
    ["mug", 1],
    ["pen", 1],
  ]);
  const byCost = ["newark", "reno", "store"];

  it.each<Readonly<{ name: string; known: Readonly<Record<string, Free>>; mug: string[]; pen: string[] }>>([
    { name: "by cost, if nothing is known", known: {}, mug: byCost, pen: byCost },
    {
      name: "from the location that has both SKUs",
      known: { mug: { newark: 1, reno: 1 }, pen: { reno: 1 } },
      mug: ["reno", "newark", "store"],
      pen: ["reno", "newark", "store"],
    },
    {
      name: "from the location of the only known SKU",
      known: { pen: { store: 1 } },
      mug: ["store", "newark", "reno"],
      pen: ["store", "newark", "reno"],
    },
    {
      name: "each SKU from its own location, if none has both",
      known: { mug: { newark: 1 }, pen: { store: 1 } },
      mug: ["newark", "store", "reno"],
      pen: ["store", "newark", "reno"],
    },
    {
      name: "from no location that does not exist",
      known: { mug: { gone: 1 }, pen: { gone: 1 } },
      mug: byCost,
      pen: byCost,
    },
  ])("allocates $name", ({ known, mug, pen }) => {
    const knownSupply = (sku: string) => (known[sku] ? supplyOf(1, known[sku]) : null);
    const { locations } = firstChoices(network, request, quantities, knownSupply);
    expect([locations.get("mug"), locations.get("pen")]).toEqual([mug, pen]);
  });
});

describe("decideAsExpected", () => {
  const { network, request } = problemOf({});
  const mug = supplyOf(1, { newark: 1, reno: 1 });
  const { expected } = firstChoices(network, request, new Map([["mug", 1]]), () => mug);

  const decide = (supply: Supply) => {
    const problem = { network, request, supply };
    return { decision: decideAsExpected(problem, expected), optimum: sourceOrder(problem) };
  };

  it("returns the expected decision if the supply is as known", () => {
    const { decision, optimum } = decide({ mug: { ...mug, free: { reno: 1, newark: 1 } } });
    expect(decision).toBe(expected);
    expect(decision).toEqual(optimum);
  });

  it.each<Readonly<{ change: string; supply: Supply }>>([
    { change: "quantity", supply: { mug: { ...mug, quantity: 2 } } },
    { change: "weight", supply: { mug: { ...mug, weightGrams: mug.weightGrams + 1 } } },
    { change: "volume", supply: { mug: { ...mug, volumeMm3: 1 } } },
    { change: "hazardous flag", supply: { mug: { ...mug, hazardous: true } } },
    { change: "oversize flag", supply: { mug: { ...mug, oversize: true } } },
    { change: "units at a location", supply: { mug: { ...mug, free: { newark: 0, reno: 1 } } } },
    { change: "number of locations", supply: { mug: { ...mug, free: { ...mug.free, store: 1 } } } },
    { change: "locations", supply: { mug: { ...mug, free: { newark: 1, store: 1 } } } },
    { change: "stock price", supply: { mug: { ...mug, stockPrices: { newark: 1 } } } },
    { change: "number of SKUs", supply: { mug, pen: mug } },
    { change: "SKU", supply: { pen: mug } },
  ])("decides anew after a change of the $change", ({ supply }) => {
    const { decision, optimum } = decide(supply);
    expect(decision).not.toBe(expected);
    expect(decision).toEqual(optimum);
  });
});
