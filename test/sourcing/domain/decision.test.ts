import { describe, expect, it } from "vitest";
import { canBePlayedAgain, toKeep } from "../../../src/sourcing/domain/decision";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { place, problemOf, supplyOf } from "./retailer";

const times = <Each>(count: number, make: (i: number) => Each) =>
  Array.from({ length: count }, (_, i) => make(i));

/** Every location has one of everything, and the odd ones may not send what is hazardous. */
function decisionOn(skus: number, locations: number) {
  const ids = times(locations, (i) => `store-with-quite-a-long-name-in-town-${i}`);
  const free = Object.fromEntries(ids.map((id) => [id, 1]));
  const supply = times(skus, (i) => [`SKU-${i}`, supplyOf(1, free, { hazardous: true })] as const);
  const stores = ids.map((id, i) =>
    place(id, "US", [40 + i / locations, -74], { acceptsHazardous: i % 2 === 0 }),
  );
  return sourceOrder(problemOf(Object.fromEntries(supply), {}, { locations: stores }));
}

describe("a decision", () => {
  it("is kept with all that it was made from", () => {
    const decision = decisionOn(10, 100);
    expect(toKeep(decision)).toBe(decision);
    expect(canBePlayedAgain(toKeep(decision))).toBe(true);
  });

  it("on more than a row of the database holds is kept without", () => {
    const decision = decisionOn(250, 120);
    const kept = toKeep(decision);
    expect(JSON.stringify(decision).length).toBeGreaterThan(2_000_000);
    expect(JSON.stringify(kept).length).toBeLessThan(200_000);
    expect(kept.parcels).toEqual(decision.parcels);
    expect(canBePlayedAgain(kept)).toBe(false);
  });
});
