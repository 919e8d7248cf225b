/**
 * Aftercart with everything counted that is waited for or paid for: round trips, D1's rows, calls of objects
 * and their rows, messages on queues. It is asked alone, one request at a time, so that the counts are exact.
 */
import type { Env } from "../src/env";
import worker, { SkuInventory } from "../src/worker";
import { unmetered } from "./unmetered-worker.ts";
import { counted, countedDatabase, countedNamespace, countedQueue, counts, forget } from "./counting.ts";
import type { Counts } from "./counts.ts";

/** Later than any allocation's expiry, and the minute after it. */
const LATER_MS = 17 * 60_000;

class CountedInventory extends SkuInventory {
  constructor(ctx: DurableObjectState, env: Env) {
    super(counted(ctx), env);
  }

  /** What the alarm will do when the allocations are due. */
  async settleLater(): Promise<void> {
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

let answered: Counts | null = null;
const envs = new WeakMap<Env, Env>();

function countedEnv(env: Env): Env {
  const known = envs.get(env);
  if (known) return known;
  const made: Env = {
    ...unmetered(env),
    DB: countedDatabase(env.DB),
    SKU_INVENTORY: countedNamespace(env.SKU_INVENTORY),
    INTAKE_QUEUE: countedQueue(env.INTAKE_QUEUE),
    FULFILLMENT_QUEUE: countedQueue(env.FULFILLMENT_QUEUE),
    STOCK_QUEUE: countedQueue(env.STOCK_QUEUE),
    NOTIFY_QUEUE: countedQueue(env.NOTIFY_QUEUE),
  };
  envs.set(env, made);
  return made;
}

export default {
  fetch: async (request, env, execution) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/counts/forget") {
      forget();
      answered = null;
      return new Response(null, { status: 204 });
    }
    if (pathname === "/counts") return Response.json({ answered, all: counts() });
    if (pathname.startsWith("/counts/later/")) {
      const objects = env.SKU_INVENTORY as unknown as DurableObjectNamespace<CountedInventory>;
      counts().objectCalls += 1;
      await objects.getByName(pathname.slice("/counts/later/".length)).settleLater();
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
