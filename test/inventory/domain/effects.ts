/** Effects of an order's line `line_a`, at the location "east" by default, and stock on which they are applied. */
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import { applyEffect } from "../../../src/inventory/domain/apply-effect";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import { expectSound, stockOf, withAllocations, withConsequences } from "./stock-world";

export type Effect<Type extends StockEffect["type"]> = Extract<StockEffect, { type: Type }>;

export const common = { ref: "eff_1", orderId: "ord_1", lineId: "line_a", at: 2_000 } as const;
export const here = { ...common, locationId: "east" } as const;
export const ship = (quantity: number, over: Partial<Effect<"ship">> = {}): StockEffect => ({
  type: "ship",
  ...here,
  quantity,
  unitCostMinor: 250,
  ...over,
});
export const release = (quantity: number, locationId: string | null = "east"): StockEffect => ({
  type: "release",
  ...common,
  locationId,
  quantity,
});
export const reject = (quantity: number, over: Partial<Effect<"reject">> = {}): StockEffect => ({
  type: "reject",
  ...here,
  quantity,
  ...over,
});
export const restock = (quantity: number, unitCostMinor = 250): StockEffect => ({
  type: "restock",
  ...here,
  quantity,
  unitCostMinor,
});

/** Stock with allocations of `line_a`, unless a request names another holder. Missing units are backordered. */
export const allocated = (onHand: Record<string, number>, ...requests: Partial<AllocationRequest>[]): Stock =>
  withAllocations(stockOf(onHand), ...requests);

/** The stock after the effect and its consequences. */
export function applied(stock: Stock, effect: StockEffect, arrivedSince = 0): Stock {
  const after = withConsequences(applyEffect(stock, effect, arrivedSince), 2_000);
  expectSound(after);
  return after;
}

export const otherLine = { holder: "line_b", orderId: "ord_2", placedAt: 2_000 } as const;
