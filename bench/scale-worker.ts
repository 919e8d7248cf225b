/**
 * Aftercart with counted bindings, objects that can be filled at once, and jobs that are performed step by step. Its clock
 * can be set ahead, so that jobs which wait for minutes need not.
 */
import { createContext, type AppContext } from "./scale/context";
import type { Env } from "../src/env";
import { jobs } from "../src/modules";
import { databasesOf, knowDatabases } from "../src/platform/d1/databases";
import { skusAfter } from "../src/catalog/skus";
import { STOCK_ONLY } from "../src/inventory/domain/stock-reading";
import { postStockMovement } from "../src/inventory/post-movement";
import { runById, runsBefore } from "../src/platform/jobs/job-runs";
import { performStep } from "../src/platform/jobs/perform-step";
import counting, { SkuInventory as CountedInventory } from "./counting-worker.ts";
import { fillObject } from "./scale/fill-object.ts";
import type { Driven, SkuContent, TemplateLine } from "./scale/messages.ts";

const realNow = Date.now.bind(Date);
let aheadMs = 0;
Date.now = () => realNow() + aheadMs;

/** A call of the driver ends after about this time. */
const A_CALL_MS = 5_000;

class FilledInventory extends CountedInventory {
  fill(content: SkuContent): void {
    fillObject(this.ctx.storage, content, (facts, now) => this.upsertSku(facts, now));
  }

  /** Frees the one unit that the line holds. */
  forget(lineId: string): void {
    const { sql } = this.ctx.storage;
    sql.exec(
      `UPDATE levels SET allocated = allocated - 1, version = version + 1
       WHERE location_id = (SELECT allocations ->> '$[0][0]' FROM holdings WHERE holder = ?)`,
      lineId,
    );
    sql.exec("DELETE FROM pending WHERE holder = ?", lineId);
    sql.exec("DELETE FROM holdings WHERE holder = ?", lineId);
  }
}

export { FilledInventory as SkuInventory };

const byName = new Map(jobs.map((job) => [job.name, job]));

/** Performs steps of the run for some seconds, or until it ends. Pauses are passed by setting the clock ahead. */
async function drive(env: Env, runId: `run_${string}`): Promise<Driven> {
  const startedAt = realNow();
  let steps = 0;
  for (;;) {
    await knowDatabases(env, Date.now());
    const { primary } = databasesOf(env);
    const run = await runById(primary, runId);
    if (run === null) throw new Error(`there is no run ${runId}`);
    const isOver = run.status !== "running" || run.problem !== null;
    if (isOver || realNow() - startedAt > A_CALL_MS) {
      const { status, problem, step, progress, mostQueries, mostObjectCalls } = run;
      return { status, problem, steps: step, performed: steps, progress, mostQueries, mostObjectCalls };
    }
    if (run.dueAt !== null && run.dueAt - Date.now() > PAUSE_MS) aheadMs += run.dueAt - Date.now();
    await performStep(withoutStepMessages(env), byName, { runId, step: run.step });
    steps += 1;
  }
}

/** A step that is due later than its lost message would be waits for something. */
const PAUSE_MS = 3 * 60_000;

/** The driver performs the next step itself. */
function withoutStepMessages(env: Env): AppContext {
  const context = createContext(env);
  const send: AppContext["send"] = (message, outboxId) =>
    message.type === "job.step.v1" ? Promise.resolve() : context.send(message, outboxId);
  return { ...context, send };
}

/** Does what the queue's consumers would: posts the movements of all SKUs, and ends all runs of jobs. */
async function settle(env: Env): Promise<void> {
  await knowDatabases(env, Date.now());
  const context = withoutStepMessages(env);
  const { primary } = context.databases;
  for (const { sku } of await skusAfter(primary, "", 1_000)) {
    const audited = await context.inventory.audit(sku, STOCK_ONLY);
    if (!audited.ok) continue;
    const moved = audited.value.undelivered.filter((event) => event.type === "stock.moved");
    for (const event of moved) await postStockMovement(context, sku, event);
    await context.inventory.forgetEvents(
      sku,
      audited.value.undelivered.map(({ id }) => id),
    );
  }
  for (const run of await runsBefore(primary, { job: null, before: null, limit: 100 })) {
    let { status, problem } = run;
    while (status === "running" && problem === null) ({ status, problem } = await drive(env, run.id));
  }
}

const FILLS_AT_ONCE = 8;

const objectsOf = (env: Env) => env.SKU_INVENTORY as unknown as DurableObjectNamespace<FilledInventory>;

async function fillAll(env: Env, contents: readonly SkuContent[]): Promise<void> {
  const objects = objectsOf(env);
  const left = [...contents];
  const worker = async () => {
    for (let content = left.shift(); content !== undefined; content = left.shift()) {
      await objects.getByName(content.sku).fill(content);
    }
  };
  await Promise.all(Array.from({ length: FILLS_AT_ONCE }, worker));
}

export default {
  ...counting,
  fetch: async (request, env, execution) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/scale/fill") {
      await fillAll(env, await request.json<SkuContent[]>());
      return new Response(null, { status: 204 });
    }
    if (pathname === "/scale/settle") {
      await settle(env);
      return new Response(null, { status: 204 });
    }
    if (pathname === "/scale/forget") {
      for (const { sku, lineId } of await request.json<TemplateLine[]>()) {
        await objectsOf(env).getByName(sku).forget(lineId);
      }
      return new Response(null, { status: 204 });
    }
    if (pathname.startsWith("/scale/runs/")) {
      return Response.json(await drive(env, pathname.slice("/scale/runs/".length) as `run_${string}`));
    }
    return counting.fetch(request, env, execution);
  },
} satisfies ExportedHandler<Env>;
