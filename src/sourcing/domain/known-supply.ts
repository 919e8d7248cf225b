/**
 * Remembers the last known supply of SKUs for a while: a hint where to allocate first. No decision is made from it.
 */
import type { KnownSupply } from "./first-choice";

export type SupplyMemory = Readonly<{
  recall: (sku: string, now: number) => KnownSupply | null;
  remember: (sku: string, supply: KnownSupply, now: number) => void;
}>;

const TTL_MS = 10 * 60_000;
const MAX_SKUS = 5_000;

export function createSupplyMemory(): SupplyMemory {
  const kept = new Map<string, Readonly<{ supply: KnownSupply; at: number }>>();
  return {
    recall: (sku, now) => {
      const known = kept.get(sku);
      const age = known ? now - known.at : Number.POSITIVE_INFINITY;
      return known && age >= 0 && age < TTL_MS ? known.supply : null;
    },
    remember: (sku, supply, at) => {
      if (kept.size >= MAX_SKUS && !kept.has(sku)) kept.clear();
      kept.set(sku, { supply, at });
    },
  };
}
