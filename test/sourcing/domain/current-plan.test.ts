import { describe, expect, it } from "vitest";
import { chosenPlan } from "../../../src/sourcing/domain/current-plan";
import type { SourcingProblem } from "../../../src/sourcing/domain/problem";
import { shareAmongLines, type LineOfSku } from "../../../src/sourcing/domain/share-lines";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { channel, ground, newark, problemOf, reno, supplyOf } from "./retailer";
import { textOf, unitsFrom } from "./units-text";

const line: LineOfSku = { lineId: "one", sku: "mug", quantity: 2 };
const mugs = { mug: supplyOf(2, { newark: 2, reno: 2 }) };

function chosen(problem: SourcingProblem, current: string): string {
  const decision = sourceOrder(problem);
  const held = unitsFrom(current);
  const allocations = shareAmongLines([line], decision.parcels, held);
  return textOf(chosenPlan(problem, [line], held, { decision, allocations }).allocations);
}

describe("chosenPlan", () => {
  it.each<Readonly<{ name: string; problem: SourcingProblem; current: string; expected: string }>>([
    {
      name: "the current plan, if it is the best",
      problem: problemOf(mugs),
      current: "one:2@newark",
      expected: "one:2@newark",
    },
    {
      name: "the best plan, if it costs less",
      problem: problemOf(mugs),
      current: "one:2@reno",
      expected: "one:2@newark",
    },
    {
      name: "the current plan, if the gain is not above the threshold",
      problem: problemOf(mugs, { channel: channel({ gainThresholdMinor: 400 }) }),
      current: "one:2@reno",
      expected: "one:2@reno",
    },
    {
      name: "the best plan, if the gain is above the threshold",
      problem: problemOf(mugs, { channel: channel({ gainThresholdMinor: 399 }) }),
      current: "one:2@reno",
      expected: "one:2@newark",
    },
    {
      name: "the best plan, if it ships more units",
      problem: problemOf(mugs, { channel: channel({ gainThresholdMinor: 9_999 }) }),
      current: "one:1@newark",
      expected: "one:2@newark",
    },
    {
      name: "the best plan, if the current plan uses a location that may not ship it",
      problem: problemOf(mugs, {}, { locations: [newark, { ...reno, shipsOrders: false }] }),
      current: "one:2@reno",
      expected: "one:2@newark",
    },
    {
      name: "fewer units, if the current plan has more parcels than the channel allows",
      problem: problemOf(
        { mug: supplyOf(2, { newark: 1, reno: 1 }) },
        { channel: channel({ maxParcels: 1 }) },
      ),
      current: "one:1@newark one:1@reno",
      expected: "one:1@newark",
    },
    {
      name: "the best plan below the threshold, if the current plan arrives later",
      problem: problemOf(
        mugs,
        { channel: channel({ gainThresholdMinor: 9_999 }) },
        { deliveryDays: (locationId) => (locationId === "reno" ? 5 : 4) },
      ),
      current: "one:2@reno",
      expected: "one:2@newark",
    },
    {
      name: "the current plan, if it arrives on the same day",
      problem: problemOf(
        mugs,
        { channel: channel({ gainThresholdMinor: 9_999 }) },
        { deliveryDays: () => 4 },
      ),
      current: "one:2@reno",
      expected: "one:2@reno",
    },
    {
      name: "the best plan, if only that goes with the customer's choice of delivery",
      problem: problemOf(
        mugs,
        { channel: channel({ gainThresholdMinor: 9_999 }), shippingMethod: "air" },
        { carrierServices: [ground, { ...ground, id: "air", locationIds: ["newark"] }] },
      ),
      current: "one:2@reno",
      expected: "one:2@newark",
    },
  ])("returns $name", ({ problem, current, expected }) => {
    expect(chosen(problem, current)).toBe(expected);
  });
});
