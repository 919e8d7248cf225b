/** A context whose allocations pause after the first SKU, so that a test can act in between. */
import { env } from "cloudflare:workers";
import type { AppContext } from "../../src/modules";
import { createContext } from "../../src/app-context";
import type { Retailer } from "./retailer";

export type PausedAllocations = Readonly<{
  context: AppContext;
  /** Resolves when the first SKU is allocated. */
  firstAllocated: Promise<void>;
  /** Lets the second SKU be allocated. */
  allocateSecond: () => void;
}>;

export function pausedAllocations({ skus }: Retailer): PausedAllocations {
  const context = createContext(env, { waitUntil: () => undefined }, "test");
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const inventory: AppContext["inventory"] = {
    ...context.inventory,
    allocate: async (sku, request) => {
      if (sku === skus[1]) await second.promise;
      const answer = await context.inventory.allocate(sku, request);
      if (sku === skus[0]) first.resolve();
      return answer;
    },
  };
  return {
    context: { ...context, inventory },
    firstAllocated: first.promise,
    allocateSecond: second.resolve,
  };
}
