/** A command that is between its allocations: what others do meanwhile can be played. */
import { env } from "cloudflare:workers";
import type { AppContext } from "../../src/modules";
import { createContext } from "../../src/app-context";
import type { Retailer } from "./retailer";

export type PausedAllocations = Readonly<{
  context: AppContext;
  /** The allocation of the first SKU was answered. */
  hasFirst: Promise<void>;
  /** Lets the allocation of the second SKU be asked for. */
  goOn: () => void;
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
  return { context: { ...context, inventory }, hasFirst: first.promise, goOn: second.resolve };
}
