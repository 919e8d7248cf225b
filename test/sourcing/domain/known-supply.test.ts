import { describe, expect, it } from "vitest";
import type { KnownSupply } from "../../../src/sourcing/domain/first-choice";
import { createSupplyMemory } from "../../../src/sourcing/domain/known-supply";
import { supplyOf } from "./retailer";

const supply: KnownSupply = supplyOf(1, { newark: 1 });

describe("the supply memory", () => {
  it("forgets a supply after ten minutes, and ignores one from the future", () => {
    const memory = createSupplyMemory();
    memory.remember("mug", supply, 1_000);
    expect(memory.recall("mug", 1_000 + 599_999)).toBe(supply);
    expect(memory.recall("mug", 1_000 + 600_000)).toBeNull();
    expect(memory.recall("mug", 999)).toBeNull();
  });

  it("starts again when it is full", () => {
    const memory = createSupplyMemory();
    memory.remember("mug", supply, 1_000);
    for (let i = 0; i < 5_000; i += 1) memory.remember(`other-${i}`, supply, 1_000);
    expect(memory.recall("mug", 1_000)).toBeNull();
    expect(memory.recall("other-4999", 1_000)).toBe(supply);
  });
});
