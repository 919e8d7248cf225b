import { describe, expect, it } from "vitest";
import { forStorage, isReplayable } from "../../../src/sourcing/domain/decision";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { place, problemOf, supplyOf } from "./retailer";

const times = <Each>(count: number, make: (i: number) => Each) =>
  Array.from({ length: count }, (_, i) => make(i));

/** Every location has one unit of every SKU; every second one does not accept hazardous goods. */
function decisionOn(skus: number, locations: number) {
  const ids = times(locations, (i) => `store-with-quite-a-long-name-in-town-${i}`);
  const free = Object.fromEntries(ids.map((id) => [id, 1]));
  const supply = times(skus, (i) => [`SKU-${i}`, supplyOf(1, free, { hazardous: true })] as const);
  const stores = ids.map((id, i) =>
    place(id, "US", [40 + i / locations, -74], { acceptsHazardous: i % 2 === 0 }),
  );
  return sourceOrder(problemOf(Object.fromEntries(supply), {}, { locations: stores }));
}

describe("forStorage", () => {
  it("keeps the supply, so that the decision can be replayed", () => {
    const decision = decisionOn(10, 100);
    expect(forStorage(decision)).toBe(decision);
    expect(isReplayable(forStorage(decision))).toBe(true);
  });

  it("leaves out the supply of a decision that is too large for a row", () => {
    const decision = decisionOn(250, 120);
    const stored = forStorage(decision);
    expect(JSON.stringify(decision).length).toBeGreaterThan(2_000_000);
    expect(JSON.stringify(stored).length).toBeLessThan(200_000);
    expect(stored.parcels).toEqual(decision.parcels);
    expect(isReplayable(stored)).toBe(false);
  });
});
