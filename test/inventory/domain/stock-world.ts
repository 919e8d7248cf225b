/** A SKU's stock for the tests of its rules: everything in one `Stock`, settled as the object settles it. */
import { expect } from "vitest";
import { available, type Level, type Stock } from "../../../src/inventory/domain/sku-stock";
import type { Holding } from "../../../src/inventory/domain/holding";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import type { SkuFacts } from "../../../src/inventory/domain/sku-facts";
import { upsertSku } from "../../../src/inventory/domain/stock-operations";
import { cutLatest, overallocated } from "../../../src/inventory/domain/overallocation";
import { fillBackorders } from "../../../src/inventory/domain/backorders";
import { plainFacts } from "../../support/reference-defaults";

export const MINUTE = 60_000;

export const mug: SkuFacts = {
  sku: "MUG",
  policy: "deny",
  unitCostMinor: 250,
  weightGrams: 300,
  ...plainFacts,
};

/** `stockOf({ east: 5 })`: 5 on hand, nothing allocated, and a journal that says the same. */
export function stockOf(onHand: Record<string, number>, facts: Partial<SkuFacts> = {}): Stock {
  const stock = upsertSku(null, { ...mug, ...facts }, 0);
  const levels = Object.entries(onHand).map(([locationId, units]): [string, Level] => [
    locationId,
    { locationId, onHand: units, allocated: 0, safetyStock: 0 },
  ]);
  const units = Object.values(onHand).reduce((sum, quantity) => sum + quantity, 0);
  return { ...stock, levels: new Map(levels), valueMinor: units * stock.facts.unitCostMinor };
}

export const allocationOf = (over: Partial<AllocationRequest> = {}): AllocationRequest => ({
  holder: "line_a",
  orderId: "ord_1",
  quantity: 1,
  locations: ["east", "west"],
  shortage: "refuse",
  fill: "partial",
  placedAt: 1_000,
  takesOver: [],
  expiresAt: 15 * MINUTE,
  now: 1_000,
  ...over,
});

export function settled(stock: Stock, at: number): Stock {
  const cut = overallocated(stock).reduce(
    (next, { locationId, units }) => cutLatest(next, locationId, units, at),
    stock,
  );
  return fillBackorders(cut, at);
}

/** A holding as a reader would say it: `pending east:2 west:1+1 shipped owed:3`. */
export function say(holding: Holding | undefined): string {
  if (holding === undefined) return "nothing";
  const allocations = holding.allocations
    .toSorted((a, b) => (a.locationId < b.locationId ? -1 : 1))
    .filter(({ live, shipped }) => live + shipped > 0)
    .map(
      ({ locationId, live, shipped }) => `${locationId}:${live}${shipped > 0 ? `+${shipped} shipped` : ""}`,
    );
  const owed = holding.backordered > 0 ? [`owed:${holding.backordered}`] : [];
  return [holding.status, ...allocations, ...owed].join(" ");
}

/** What must hold whatever was done. */
export function expectSound(stock: Stock): void {
  for (const level of stock.levels.values()) {
    const allocations = [...stock.holdings.values()].flatMap((holding) => holding.allocations);
    const here = allocations.filter(({ locationId }) => locationId === level.locationId);
    expect(level.allocated, "allocated is the sum of the allocations").toBe(
      sum(here.map(({ live }) => live)),
    );
    expect(level.allocated, "no oversell").toBeLessThanOrEqual(level.onHand);
    expect(level.allocated).toBeGreaterThanOrEqual(0);
  }
  const onHand = sum([...stock.levels.values()].map((level) => level.onHand));
  expect(stock.valueMinor, "value is on hand × cost").toBe(onHand * stock.facts.unitCostMinor);
  for (const holding of stock.holdings.values()) {
    if (holding.backordered === 0) continue;
    const free = sum(
      [...stock.levels.values()]
        .filter(({ locationId }) => holding.locations.includes(locationId))
        .map(available),
    );
    expect(free, "nobody waits for units that are free").toBeLessThan(
      holding.fill === "whole" ? holding.backordered : 1,
    );
  }
}

const sum = (units: readonly number[]): number => units.reduce((total, quantity) => total + quantity, 0);
