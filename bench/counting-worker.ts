/**
 * Aftercart with counted bindings: round trips, D1's rows, calls of objects and their rows, queue messages. It gets one
 * request at a time, so that the counts are exact.
 */
import type { Env } from "../src/env";
import { ordersDatabases } from "../src/platform/d1/databases";
import worker, { SkuInventory } from "../src/worker";
import { unmetered } from "./unmetered-worker.ts";
import {
  countedState,
  countedDatabase,
  countedNamespace,
  countedQueue,
  counts,
  resetCounts,
} from "./counted-bindings.ts";
import type { Counts } from "./counts.ts";

/** Later than the expiry of any allocation. */
const LATER_MS = 17 * 60_000;

class CountedInventory extends SkuInventory {
  constructor(ctx: DurableObjectState, env: Env) {
    super(countedState(ctx), countedEnv(env));
  }

  /** Runs the alarm as if the allocations had expired. */
  async runExpiryAlarm(): Promise<void> {
    const now = Date.now;
    Date.now = () => now() + LATER_MS;
    try {
      await this.alarm();
    } finally {
      Date.now = now;
    }
  }
}

export { CountedInventory as SkuInventory };

for (const level of ["log", "info", "warn", "error"] as const) {
  const write = console[level].bind(console);
  console[level] = (...line: unknown[]) => {
    counts().logLines += 1;
    write(...line);
  };
}

let answered: Counts | null = null;
const envs = new WeakMap<Env, Env>();

/** However many orders databases are bound. */
function countedOrders(env: Env): Pick<Env, "ORDERS_00"> {
  const bound = [...ordersDatabases(env)].map(([name, database]) => [name, countedDatabase(database)]);
  return Object.fromEntries(bound) as Pick<Env, "ORDERS_00">;
}

function countedEnv(env: Env): Env {
  const known = envs.get(env);
  if (known) return known;
  const wrapped: Env = {
    ...unmetered(env),
    ...countedOrders(env),
    DB: countedDatabase(env.DB),
    DIRECTORY: countedDatabase(env.DIRECTORY),
    SKU_INVENTORY: countedNamespace(env.SKU_INVENTORY),
    INTAKE_QUEUE: countedQueue(env.INTAKE_QUEUE),
    FULFILLMENT_QUEUE: countedQueue(env.FULFILLMENT_QUEUE),
    STOCK_QUEUE: countedQueue(env.STOCK_QUEUE),
    NOTIFY_QUEUE: countedQueue(env.NOTIFY_QUEUE),
    JOBS_QUEUE: countedQueue(env.JOBS_QUEUE),
    DIRECTORY_QUEUE: countedQueue(env.DIRECTORY_QUEUE),
  };
  envs.set(env, wrapped);
  return wrapped;
}

export default {
  fetch: async (request, env, execution) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/counts/reset") {
      resetCounts();
      answered = null;
      return new Response(null, { status: 204 });
    }
    if (pathname === "/counts") return Response.json({ answered, all: counts() });
    if (pathname.startsWith("/counts/expire/")) {
      const objects = env.SKU_INVENTORY as unknown as DurableObjectNamespace<CountedInventory>;
      counts().objectCalls += 1;
      await objects.getByName(pathname.slice("/counts/expire/".length)).runExpiryAlarm();
      return new Response(null, { status: 204 });
    }
    counts().invocations += 1;
    const response = await worker.fetch(request, countedEnv(env), execution);
    answered = { ...counts() };
    return response;
  },
  queue: (batch, env, execution) => {
    counts().invocations += 1;
    return worker.queue(batch, countedEnv(env), execution);
  },
} satisfies ExportedHandler<Env>;
