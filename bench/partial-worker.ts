/**
 * Aftercart with parts of taking an order in left out, as its request asks: what then is not used is what they
 * cost. Only the order placed is right without them; nothing is stored of it.
 */
import type { Env } from "../src/env";
import type { AllocationRequest, AllocationResult } from "../src/inventory/domain/allocation-request";
import { accept } from "../src/kernel/result";
import worker from "../src/worker";
import { WITHOUT_HEADER, type Part } from "./left-out.ts";
import { unmetered } from "./unmetered-worker.ts";

export { SkuInventory } from "../src/worker";

const silent = { send: async () => undefined, sendBatch: async () => undefined } as unknown as Queue;

/** A batch that begins with an order stores nothing. Others read what every order needs. */
const forgetful = (database: D1Database): D1Database =>
  ({
    prepare: (sql: string) => database.prepare(sql),
    batch: async (statements: (D1PreparedStatement & { statement?: string })[]) =>
      statements[0]?.statement?.startsWith("INSERT INTO orders ") ? [] : database.batch(statements),
  }) as unknown as D1Database;

/** Has everything, at every location. */
const plenty = {
  idFromName: (sku: string) => sku,
  get: () => ({
    allocation: async (sku: string, { holder, quantity, locations }: AllocationRequest) => {
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
  }),
} as unknown as Env["SKU_INVENTORY"];

const LEFT_OUT: Record<Part, (env: Env) => Partial<Env>> = {
  messages: () => ({ NOTIFY_QUEUE: silent }),
  batch: ({ DB }) => ({ DB: forgetful(DB) }),
  allocations: () => ({ SKU_INVENTORY: plenty }),
};

const envs = new Map<string, Env>();

/** One for each way, as a Worker has one: what is kept with it is kept for all requests. */
function partialEnv(env: Env, without: string): Env {
  const known = envs.get(without);
  if (known) return known;
  const parts = without.split(",").filter((part) => part !== "") as Part[];
  const made = Object.assign(unmetered(env), ...parts.map((part) => LEFT_OUT[part](env))) as Env;
  envs.set(without, made);
  return made;
}

export default {
  fetch: (request, env, execution) =>
    worker.fetch(request, partialEnv(env, request.headers.get(WITHOUT_HEADER) ?? ""), execution),
  queue: (batch, env, execution) => worker.queue(batch, env, execution),
} satisfies ExportedHandler<Env>;
