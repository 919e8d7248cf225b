import { describe, expect, it } from "vitest";
import type { SourcedUnits } from "../../../src/sourcing/domain/decision";
import {
  decideAsExpected,
  firstChoice,
  firstChoices,
  type KnownSupply,
} from "../../../src/sourcing/domain/first-choice";
import { createSupplyMemory } from "../../../src/sourcing/domain/known-supply";
import { shareAmongLines, type LineOfSku } from "../../../src/sourcing/domain/share-lines";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import type { SourcingProblem } from "../../../src/sourcing/domain/problem";
import { chosenPlan } from "../../../src/sourcing/domain/standing-plan";
import { channel, newark, problemOf, reno, store, supplyOf } from "./retailer";

const one: LineOfSku = { lineId: "one", sku: "mug", quantity: 2 };
const two: LineOfSku = { lineId: "two", sku: "mug", quantity: 2 };
const units = (text: string): SourcedUnits[] =>
  text.split(" ").map((part) => {
    const [lineId, quantity, locationId] = part.split(/[:@]/) as [string, string, string];
    return { lineId, quantity: Number(quantity), locationId };
  });
const told = (given: readonly SourcedUnits[]) =>
  given.map(({ lineId, quantity, locationId }) => `${lineId}:${quantity}@${locationId}`).join(" ");

function chosen(problem: SourcingProblem, lines: LineOfSku[], held: string): string {
  const decision = sourceOrder(problem);
  const standing = held === "" ? [] : units(held);
  const allocations = shareAmongLines(lines, decision.parcels, standing);
  return told(chosenPlan(problem, lines, standing, { decision, allocations }).allocations);
}

describe("chosenPlan", () => {
  const mugs = { mug: supplyOf(2, { newark: 2, reno: 2 }) };
  it.each<[string, SourcingProblem, string, string]>([
    ["what stands, where it is best", problemOf(mugs), "one:2@newark", "one:2@newark"],
    ["the best, where it costs less", problemOf(mugs), "one:2@reno", "one:2@newark"],
    [
      "what stands, for a gain of no more than the threshold",
      problemOf(mugs, { channel: channel({ gainThresholdMinor: 400 }) }),
      "one:2@reno",
      "one:2@reno",
    ],
    [
      "the best, for a gain above it",
      problemOf(mugs, { channel: channel({ gainThresholdMinor: 399 }) }),
      "one:2@reno",
      "one:2@newark",
    ],
    [
      "the best, where it sends more",
      problemOf(mugs, { channel: channel({ gainThresholdMinor: 9_999 }) }),
      "one:1@newark",
      "one:2@newark",
    ],
    [
      "the best, where what stands is in a place that may not send it",
      problemOf(mugs, {}, { locations: [newark, { ...reno, shipsOrders: false }] }),
      "one:2@reno",
      "one:2@newark",
    ],
    [
      "fewer units, where what stands is in more parcels than the channel allows",
      problemOf({ mug: supplyOf(2, { newark: 1, reno: 1 }) }, { channel: channel({ maxParcels: 1 }) }),
      "one:1@newark one:1@reno",
      "one:1@newark",
    ],
  ])("is %s", (_rule, problem, held, expected) => {
    expect(chosen(problem, [one], held)).toBe(expected);
  });
});

describe("shareAmongLines", () => {
  const parcels = (free: Record<string, number>) =>
    sourceOrder(problemOf({ mug: supplyOf(4, free) })).parcels;
  it.each([
    ["a line whole from one place", { newark: 3, reno: 1 }, "", "one:2@newark two:1@newark two:1@reno"],
    [
      "each where it has allocated",
      { newark: 2, reno: 2 },
      "one:2@reno two:2@newark",
      "one:2@reno two:2@newark",
    ],
    [
      "no more than it asks where it has allocated",
      { newark: 3, reno: 1 },
      "two:3@newark",
      "one:1@newark one:1@reno two:2@newark",
    ],
    ["the first lines, where there is less", { reno: 3 }, "", "one:2@reno two:1@reno"],
  ])("gives %s", (_rule, free, held, expected) => {
    expect(told(shareAmongLines([one, two], parcels(free), held === "" ? [] : units(held)))).toBe(expected);
  });
});

describe("firstChoice", () => {
  it("asks where the order would be cheapest as one parcel, and last where a day is full", () => {
    const { network, request } = problemOf({}, {}, { locations: [store, reno, newark] });
    expect(firstChoice(network, request, 2)).toEqual(["newark", "reno", "store"]);
    const dear = { ...network, locations: [store, reno, { ...newark, handlingPerUnitMinor: 300 }] };
    expect(firstChoice(dear, request, 2)).toEqual(["reno", "store", "newark"]);
    expect(firstChoice({ ...network, capacityLeft: { newark: 0 } }, request, 2)).toEqual([
      "reno",
      "store",
      "newark",
    ]);
  });
});

describe("firstChoices", () => {
  const { network, request } = problemOf({});
  const asked = new Map([
    ["mug", 1],
    ["pen", 1],
  ]);
  const known = (free: Record<string, Record<string, number>>) => (sku: string) => {
    const { quantity: _quantity, ...supply } = supplyOf(1, free[sku] ?? {});
    return free[sku] ? supply : null;
  };
  const usual = ["newark", "reno", "store"];

  it.each([
    ["where it is cheapest, when nothing is known", {}, usual, usual],
    [
      "where both are, when that is known",
      { mug: { newark: 1, reno: 1 }, pen: { reno: 1 } },
      ["reno", "newark", "store"],
      ["reno", "newark", "store"],
    ],
    [
      "where the one is that is known",
      { pen: { store: 1 } },
      ["store", "newark", "reno"],
      ["store", "newark", "reno"],
    ],
    [
      "each where it is, when no place has both",
      { mug: { newark: 1 }, pen: { store: 1 } },
      ["newark", "store", "reno"],
      ["store", "newark", "reno"],
    ],
    ["in no place that is not there", { mug: { gone: 1 }, pen: { gone: 1 } }, usual, usual],
  ])("asks %s", (_rule, free, mug, pen) => {
    const { locations } = firstChoices(network, request, asked, known(free));
    expect([locations.get("mug"), locations.get("pen")]).toEqual([mug, pen]);
  });

  describe("decides as expected", () => {
    const mug = supplyOf(1, { newark: 1, reno: 1 });
    const { quantity: _quantity, ...seen } = mug;
    const { expected } = firstChoices(network, request, new Map([["mug", 1]]), () => seen);
    const decide = (supply: SourcingProblem["supply"]) => {
      const problem = { network, request, supply };
      return { problem, decision: decideAsExpected(problem, expected) };
    };

    it("where stock is as it was known", () => {
      const { problem, decision } = decide({ mug: { ...mug, free: { reno: 1, newark: 1 } } });
      expect(decision).toBe(expected);
      expect(decision).toEqual(sourceOrder(problem));
    });

    it.each<[string, SourcingProblem["supply"]]>([
      ["asked for more", { mug: { ...mug, quantity: 2 } }],
      ["heavier", { mug: { ...mug, weightGrams: mug.weightGrams + 1 } }],
      ["larger", { mug: { ...mug, volumeMm3: 1 } }],
      ["hazardous", { mug: { ...mug, hazardous: true } }],
      ["oversize", { mug: { ...mug, oversize: true } }],
      ["sold in one place", { mug: { ...mug, free: { newark: 0, reno: 1 } } }],
      ["in one place more", { mug: { ...mug, free: { ...mug.free, store: 1 } } }],
      ["in another place", { mug: { ...mug, free: { newark: 1, store: 1 } } }],
      ["dearer to take", { mug: { ...mug, stockPrices: { newark: 1 } } }],
      ["beside another", { mug, pen: mug }],
      ["another", { pen: mug }],
    ])("not where it is %s", (_how, supply) => {
      const { problem, decision } = decide(supply);
      expect(decision).not.toBe(expected);
      expect(decision).toEqual(sourceOrder(problem));
    });
  });

  it("knows what it was told for ten minutes, and of no more SKUs than it has room for", () => {
    const memory = createSupplyMemory();
    const supply = known({ mug: { newark: 1 } })("mug") as KnownSupply;
    memory.remember("mug", supply, 1_000);
    expect(memory.recall("mug", 1_000 + 599_999)).toBe(supply);
    expect(memory.recall("mug", 1_000 + 600_000)).toBeNull();
    expect(memory.recall("mug", 999)).toBeNull();
    for (let i = 0; i < 5_000; i += 1) memory.remember(`other-${i}`, supply, 1_000);
    expect(memory.recall("mug", 1_000)).toBeNull();
    expect(memory.recall("other-4999", 1_000)).toBe(supply);
  });
});
