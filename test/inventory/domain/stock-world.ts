/** A SKU's stock for the tests of its rules, with all its holdings in one `Stock`. */
import { expect } from "vitest";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import type { AllocationRequest, AllocationResult } from "../../../src/inventory/domain/allocation-request";
import { fillBackorders } from "../../../src/inventory/domain/backorders";
import type { Holding } from "../../../src/inventory/domain/holding";
import { cutLatest, overallocated } from "../../../src/inventory/domain/overallocation";
import type { SkuFacts } from "../../../src/inventory/domain/sku-facts";
import {
  available,
  levelAt,
  withLevel,
  type Level,
  type Stock,
} from "../../../src/inventory/domain/sku-stock";
import { upsertSku } from "../../../src/inventory/domain/stock-operations";
import { plainFacts } from "../../support/reference-defaults";

export const MINUTE = 60_000;

export const mug: SkuFacts = {
  sku: "MUG",
  policy: "deny",
  unitCostMinor: 250,
  weightGrams: 300,
  ...plainFacts,
};

/** `stockOf({ east: 5 })`: 5 units on hand at east, valued at cost, and nothing allocated. */
export function stockOf(onHand: Record<string, number>, facts: Partial<SkuFacts> = {}): Stock {
  const stock = upsertSku(null, { ...mug, ...facts }, 0);
  const levels = Object.entries(onHand).map(([locationId, units]): [string, Level] => [
    locationId,
    { locationId, onHand: units, allocated: 0, safetyStock: 0 },
  ]);
  const units = sum(Object.values(onHand));
  return { ...stock, levels: new Map(levels), valueMinor: units * stock.facts.unitCostMinor };
}

/** The stock with other units on hand at the location, before the consequences. */
export function withOnHand(stock: Stock, locationId: string, onHand: number): Stock {
  const level = levelAt(stock, locationId);
  const valueMinor = stock.valueMinor + (onHand - level.onHand) * stock.facts.unitCostMinor;
  return withLevel({ ...stock, valueMinor }, { ...level, onHand });
}

/** A request of `line_a` for one unit at east or west, which is rejected if units are missing. */
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

/** Allocates as `allocationOf` describes, and checks the stock. @throws if the request is rejected. */
export function allocate(
  stock: Stock,
  over: Partial<AllocationRequest> = {},
): Readonly<{ stock: Stock; value: AllocationResult }> {
  const result = allocateStock(stock, allocationOf(over));
  if (!result.ok) throw new Error(`rejected: ${JSON.stringify(result.rejection)}`);
  expectSound(result.value.stock);
  return result.value;
}

/** The stock after these requests in turn. Missing units are backordered. */
export const withAllocations = (stock: Stock, ...requests: Partial<AllocationRequest>[]): Stock =>
  requests.reduce((next, request) => allocate(next, { shortage: "backorder", ...request }).stock, stock);

/** The stock with the consequences that its object adds to every decision: cuts, then filled backorders. */
export function withConsequences(stock: Stock, at: number): Stock {
  const cut = overallocated(stock).reduce(
    (next, { locationId, units }) => cutLatest(next, locationId, units, at),
    stock,
  );
  return fillBackorders(cut, at);
}

/** A holding as text: `pending east:2 west:1+1 shipped backordered:3`. */
export function summaryOf(holding: Holding | undefined): string {
  if (holding === undefined) return "nothing";
  const allocations = holding.allocations
    .toSorted((a, b) => (a.locationId < b.locationId ? -1 : 1))
    .filter(({ live, shipped }) => live + shipped > 0)
    .map(
      ({ locationId, live, shipped }) => `${locationId}:${live}${shipped > 0 ? `+${shipped} shipped` : ""}`,
    );
  const backordered = holding.backordered > 0 ? [`backordered:${holding.backordered}`] : [];
  return [holding.status, ...allocations, ...backordered].join(" ");
}

/** What must hold after every decision and its consequences. */
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
  const own = [...stock.levels.values()].filter(({ vendorOwned }) => !vendorOwned);
  const onHand = sum(own.map((level) => level.onHand));
  expect(stock.valueMinor, "value is on hand × cost").toBe(onHand * stock.facts.unitCostMinor);
  for (const holding of stock.holdings.values()) {
    if (holding.backordered === 0) continue;
    const free = sum(
      [...stock.levels.values()]
        .filter(({ locationId }) => holding.locations.includes(locationId))
        .map(available),
    );
    expect(free, "no backorder waits for units that are free").toBeLessThan(
      holding.fill === "whole" ? holding.backordered : 1,
    );
  }
}

const sum = (units: readonly number[]): number => units.reduce((total, quantity) => total + quantity, 0);
