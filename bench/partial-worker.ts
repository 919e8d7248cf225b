/**
 * Aftercart that omits parts of creating an order, as a header of the request says: the time saved is what they cost. Its
 * answer is right, but nothing is stored.
 */
import type { Env } from "../src/env";
import type { AllocationRequest, AllocationResult } from "../src/inventory/domain/allocation-request";
import { accept } from "../src/kernel/result";
import worker, { type SkuInventory } from "../src/worker";
import { WITHOUT_HEADER, type Part } from "./omitted-parts.ts";
import { unmetered } from "./unmetered-worker.ts";

export { SkuInventory } from "../src/worker";

const silentQueue = { send: async () => undefined, sendBatch: async () => undefined } as unknown as Queue;

/** Ignores the batch that stores an order. Other batches read what every order needs. */
const withoutOrderBatch = (database: D1Database): D1Database =>
  ({
    prepare: (sql: string) => database.prepare(sql),
    batch: async (statements: (D1PreparedStatement & { statement?: string })[]) =>
      statements[0]?.statement?.startsWith("INSERT INTO orders ") ? [] : database.batch(statements),
  }) as unknown as D1Database;

/** Allocates everything at the first location. */
const plentifulStock: Pick<SkuInventory, "allocate"> = {
  allocate: async (sku: string, { holder, quantity, locations }: AllocationRequest) => {
    const allocated: AllocationResult = {
      holder,
      repeated: false,
      allocated: [{ locationId: locations[0]!, quantity }],
      backordered: 0,
      free: Object.fromEntries(locations.map((id) => [id, 1_000_000])),
      facts: {
        sku,
        policy: "backorder",
        unitCostMinor: 700,
        weightGrams: 200,
        volumeMm3: null,
        hazardous: false,
        oversize: false,
      },
    };
    return accept(allocated);
  },
};

const plentifulNamespace = {
  idFromName: (sku: string) => sku,
  get: () => plentifulStock,
} as unknown as Env["SKU_INVENTORY"];

const OMISSIONS: Record<Part, (env: Env) => Partial<Env>> = {
  messages: () => ({ NOTIFY_QUEUE: silentQueue }),
  batch: ({ ORDERS_00 }) => ({ ORDERS_00: withoutOrderBatch(ORDERS_00) }),
  allocations: () => ({ SKU_INVENTORY: plentifulNamespace }),
};

const envs = new Map<string, Env>();

/** One env for each combination, because the Worker caches by env. */
function partialEnv(env: Env, without: string): Env {
  const known = envs.get(without);
  if (known) return known;
  const parts = without.split(",").filter((part) => part !== "") as Part[];
  const partial = Object.assign(unmetered(env), ...parts.map((part) => OMISSIONS[part](env))) as Env;
  envs.set(without, partial);
  return partial;
}

export default {
  fetch: (request, env, execution) =>
    worker.fetch(request, partialEnv(env, request.headers.get(WITHOUT_HEADER) ?? ""), execution),
  queue: (batch, env, execution) => worker.queue(batch, env, execution),
} satisfies ExportedHandler<Env>;
