/**
 * The cost of reading does not grow with the number of orders: every operation and job reads as many rows of D1 with
 * 100,000 stored orders as with 1,000, and no statement scans a table that grows.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { refreshPromisesJob } from "../../../src/orders/refresh-promises";
import { sweep, tasksOf } from "../../../src/platform/jobs/sweep";
import type { Env } from "../../../src/env";
import { addDays } from "../../../src/kernel/calendar";
import { orderIdOf } from "../../../src/kernel/ids";
import worker from "../../../src/worker";
import { createContext } from "../../../src/app-context";
import { fullToday } from "../../../src/orders/storage/location-load";
import { dueChannelStock } from "../../../src/channels/storage/channel-stock";
import { DUE_TRACKING, dueLabels, labelsTracked } from "../../../src/shipping/storage/labels";
import { backorderedLines } from "../../../src/orders/storage/backordered-lines";
import { callerOf, fetchWorker, makeKey } from "../../support/api";
import { fetchWith, queueKeeping } from "../../support/faulty-bindings";
import { endpointsOf, type Document } from "../../support/openapi-samples";
import { planOf } from "../../support/query-plans";
import { readingCases, type ReadingCases } from "../../support/reading-cases";
import type { Ran } from "../../support/recording-database";
import { anOrderOf, shopifyCallback } from "../../support/retailer";
import { deleteOrder } from "../../support/seed-orders";
import {
  NOW,
  openSeededRetailer,
  seedHistory,
  TODAY,
  type SeededRetailer,
  unlist,
} from "../../support/seeded-retailer";
import { sweepPlan, type AppContext } from "../../../src/modules";
import { checkAccounts } from "../../../src/reconciliation/check-accounts";
import { closeDays } from "../../../src/reconciliation/close-days";
import type { Night, Phase } from "../../../src/reconciliation/night";
import { readOrders } from "../../../src/reconciliation/read-orders";
import { beginNight } from "../../../src/reconciliation/reconcile";
import { jobContext, runJob } from "../../support/jobs";
import { databaseOf, recordingDatabases } from "../../support/databases";
import type { DatabaseBindings } from "../../../src/platform/d1/databases";

const FEW = 1_000;
const MANY = 100_000;
const HOUR = 3_600_000;

/** Rows read, by operation. */
type Measured = Map<string, number>;

let token: string;
let retailer: SeededRetailer;
let document: Document;
let cases: ReadingCases;
/** Operations whose list had a second page. */
const paged = new Set<string>();
/** Every statement that ran, with the operation that ran it first. */
const statements = new Map<string, Readonly<{ database: keyof DatabaseBindings; operation: string }>>();
let withFew: Measured;
let withMany: Measured;

const sumOf = (ran: readonly Ran[]): number => ran.reduce((sum, { rowsRead }) => sum + rowsRead, 0);

/** Does the work with a recording database, and stores the number of rows that it read. */
async function measure<Done>(
  measured: Measured,
  name: string,
  work: (databases: DatabaseBindings) => Promise<Done>,
): Promise<Done> {
  const { bindings, ran } = recordingDatabases();
  const done = await work(bindings);
  for (const { sql, database } of ran()) {
    statements.set(sql, statements.get(sql) ?? { database, operation: name });
  }
  measured.set(name, sumOf(ran()));
  return done;
}

const requestTo = (path: string, method = "GET", body?: unknown): Request =>
  new Request(`https://aftercart.test${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function measureReading(measured: Measured, operation: string, path: string): Promise<void> {
  const ask = (name: string, to: string) =>
    measure(measured, name, async (databases) => {
      const answer = await fetchWith(databases, requestTo(to));
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${to}: ${answer.status} ${text}`);
      return answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : {};
    });
  const { nextCursor } = await ask(path, path);
  if (typeof nextCursor !== "string") return;
  paged.add(operation);
  const next = new URL(path, "https://aftercart.test");
  next.searchParams.set("cursor", nextCursor);
  await ask(`${path}, second page`, next.pathname + next.search);
}

/** One order from creation to delivery, with repeated callbacks. The Worker handles its messages at once. */
async function measureOrder(measured: Measured, quantities: readonly number[]): Promise<void> {
  const order = anOrderOf(retailer, quantities);
  const orderId = orderIdOf(retailer.channelId, String(order.id));
  const called = `an order of ${quantities.filter((quantity) => quantity > 0).length} lines`;
  const queued: { queue: string; body: unknown }[] = [];
  const queue = (name: string) => queueKeeping((body) => void queued.push({ queue: name, body }));
  const bindings = (databases: DatabaseBindings): Partial<Env> => ({
    ...databases,
    NOTIFY_QUEUE: queue("aftercart-notify"),
    DIRECTORY_QUEUE: queue("aftercart-directory"),
    STOCK_QUEUE: queue("aftercart-stock"),
    FULFILLMENT_QUEUE: queue("aftercart-fulfillment"),
  });
  const send = (what: string, makeRequest: () => Promise<Request> | Request) =>
    measure(measured, `${called}, ${what}`, async (databases) => {
      const answer = await fetchWith(bindings(databases), await makeRequest());
      if (answer.status >= 300) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
      return answer.json<ReturnType<typeof JSON.parse>>();
    });
  const consume = (what: string) =>
    measure(measured, `${called}, its messages when ${what}`, async (databases) => {
      for (const { queue: name, body } of queued.splice(0)) await deliver(bindings(databases), name, body);
    });

  const id = `event-${order.id}`;
  await send("created", () => shopifyCallback(retailer, order, { id }));
  await send("sent again", () => shopifyCallback(retailer, order, { id }));
  await send("pushed as updated", () => shopifyCallback(retailer, order, { topic: "orders/updated" }));
  await consume("created");
  vi.setSystemTime(NOW + HOUR);
  const { fulfillments } = await send("read", () => requestTo(`/v1/orders/${orderId}`));
  for (const part of fulfillments) {
    const path = `/v1/orders/${orderId}/fulfillments/${part.id}`;
    await send("released", () => requestTo(`${path}/release`, "POST"));
    const label = { parcel: { weightGrams: 900 }, reference: "box" };
    const { shipmentId } = await send("labelled", () => requestTo(`${path}/labels`, "POST", label));
    await send("its label voided", () => requestTo(`/v1/shipments/${shipmentId}/label/void`, "POST"));
    await send("shipped", () => requestTo(`${path}/shipments`, "POST", { trackingNumber: "1Z" }));
    await consume("shipped");
  }
  const { shipments } = await send("read once shipped", () => requestTo(`/v1/orders/${orderId}`));
  for (const { id: shipmentId } of shipments) {
    const path = `/v1/orders/${orderId}/shipments/${shipmentId}/deliveries`;
    await send("delivered", () => requestTo(path, "POST", {}));
  }
  await consume("delivered");
  // The next measurement must start from the same rows.
  await deleteOrder(env.ORDERS_00, orderId);
  await unlist(orderId);
  vi.setSystemTime(NOW);
}

async function deliver(bindings: Partial<Env>, queue: string, body: unknown): Promise<void> {
  const failed: string[] = [];
  const message = {
    id: "m",
    timestamp: new Date(),
    body,
    attempts: 1,
    ack: () => undefined,
    retry: () => void failed.push(JSON.stringify(body)),
  };
  const batch = { queue, messages: [message], ackAll() {}, retryAll() {} };
  const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;
  await worker.queue(batch as unknown as MessageBatch, { ...env, ...bindings }, execution);
  if (failed.length > 0) throw new Error(`not done: ${failed.join()}`);
}

/** The rows that crons read. The nightly close also reads each SKU's object, and the days since the last close. */
async function measureCrons(measured: Measured): Promise<void> {
  const swallow = queueKeeping(() => undefined);
  const unhurried = { waitUntil: () => undefined };
  const measureWith = (name: string, work: (context: ReturnType<typeof createContext>) => Promise<unknown>) =>
    measure(measured, name, (databases) =>
      work(createContext({ ...env, ...databases, FULFILLMENT_QUEUE: swallow }, unhurried, "cron")),
    );
  // Otherwise the first sweep would replan the orders that wait for the stock received before.
  await env.ORDERS_00.prepare("DELETE FROM replans").run();
  await measureWith("the sweep", (context) => sweep(context, sweepPlan));
  await measureWith("each task of the sweep, due or not", async (context) => {
    for (const db of context.databases.allOrders) {
      for (const { run } of tasksOf(context, sweepPlan.tasks, db)) await run(context, db);
    }
  });
  await measureWith("the load of locations today", async ({ databases, reference }) => {
    const limited = [...(await reference()).locations.values()].map((at) => ({ ...at, capacityPerDay: 5 }));
    await fullToday(databases.allOrders, limited, NOW);
  });
  await measureWith("the due pushes of a storefront", ({ databases }) =>
    dueChannelStock(databases.primary, retailer.channelId, NOW, 100),
  );
  await measureWith("the lines that wait for a SKU", ({ databases }) =>
    backorderedLines(databases.allOrders[0]!, retailer.skus[0]!, 100),
  );
  await measureWith("the parcels under way to ask for", ({ databases }) =>
    dueLabels(databases.allOrders[0]!, DUE_TRACKING, { now: NOW, limit: 8 }),
  );
  await measureWith("the parcel of a tracking number", ({ databases }) =>
    labelsTracked(databases.allOrders[0]!, "sandbox", "0095212340000000000-640"),
  );
  // The first run of a day does work that later runs do not repeat.
  await runJob(createContext({ ...env, FULFILLMENT_QUEUE: swallow }, unhurried, "cron"), refreshPromisesJob);
  // Its changes of promises wait for the directory.
  await env.ORDERS_00.prepare("DELETE FROM outbox").run();
  await measureWith("the hourly promises", (context) => runJob(context, refreshPromisesJob));
  const yesterday = addDays(TODAY, -1);
  const night = (await beginNight(jobContext(), { on: yesterday, compare: "all" }))!;
  const play =
    <Place>(perform: Phase<Place>) =>
    (context: AppContext) =>
      playPhase(context, night, perform);
  await measureWith("the nightly check of live orders", play(readOrders));
  await measureWith("the nightly check of accounts", play(checkAccounts));
  await measureWith("the nightly closing", play(closeDays));
  // As it was, for the next measurement.
  await env.DB.batch([
    env.DB.prepare("DELETE FROM expected_allocations"),
    env.DB.prepare("DELETE FROM account_balances WHERE closed_on = ?1").bind(yesterday),
    env.DB.prepare("DELETE FROM reconciliations WHERE reconciled_on = ?1").bind(yesterday),
  ]);
  await measureWith("the nightly clean-up", (context) => runJob(context, { name: "aged-rows" }));
}

/** Performs a phase of a reconciliation, from its first part to its last. */
async function playPhase<Place>(context: AppContext, begun: Night, perform: Phase<Place>): Promise<void> {
  let night = begun;
  for (let at: Place | null = null; ;) {
    ({ night, at } = await perform(context, night, at));
    if (at === null) return;
  }
}

async function measureAll(): Promise<Measured> {
  const measured: Measured = new Map();
  // Fills the isolate's cache, which only the first request would do.
  await fetchWorker(`/v1/availability?channelId=${retailer.channelId}&skus=${retailer.skus[0]}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await fetchWorker(`/v1/webhooks/${retailer.channelId}`, { method: "POST", body: "unsigned" });
  for (const [operation, paths] of Object.entries(cases)) {
    for (const path of paths) await measureReading(measured, operation, path);
  }
  await measureCrons(measured);
  await measureOrder(measured, [1, 0, 0, 0]);
  await measureOrder(measured, [1, 1, 1, 0]);
  return measured;
}

beforeAll(async () => {
  ({ token } = await makeKey("admin"));
  retailer = await openSeededRetailer(callerOf(token));
  document = await (await fetchWorker("/openapi.json")).json<Document>();
  cases = readingCases(retailer, { linkSigningKey: env.LINK_SIGNING_KEY });
  await seedHistory(retailer, 0, FEW);
  withFew = await measureAll();
  await seedHistory(retailer, FEW, MANY);
  withMany = await measureAll();
}, 600_000);

afterAll(() => void vi.useRealTimers());

it("has 100,000 complete orders of every status", async () => {
  const count = (table: string) =>
    databaseOf(`FROM ${table}`).prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n");
  expect(await count("orders")).toBeGreaterThanOrEqual(MANY);
  expect(await count("order_events")).toBeGreaterThan(3 * MANY);
  for (const n of [0, 1, 2, 3, 4, 5, 6, 700, 701, 702, 703, MANY - 1]) {
    const answer = await fetchWorker(`/v1/orders/${retailer.nthId(n)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
  }
});

describe("reading", () => {
  const gets = () => endpointsOf(document).filter(({ method }) => method === "GET");

  it("has a measurement of each GET operation, each of its query parameters and its second page", () => {
    const known = new Set(Object.keys(cases));
    expect(gets().filter(({ operation }) => !known.has(operation.operationId))).toEqual([]);
    const untried = gets().flatMap(({ operation: { operationId, parameters = [] } }) =>
      parameters
        .filter(({ in: place }) => place === "query")
        .map(({ name }) => name)
        .filter((name) =>
          name === "cursor"
            ? !paged.has(operationId)
            : !cases[operationId]!.some((path) =>
                new URL(path, "https://aftercart.test").searchParams.has(name),
              ),
        )
        .map((name) => `${operationId} ${name}`),
    );
    expect(untried).toEqual([]);
  });

  it("costs as many rows with 100,000 orders as with 1,000", () => {
    expect(withFew.size).toBeGreaterThan(80);
    const grown = [...withFew].filter(([name, rows]) => withMany.get(name) !== rows);
    expect(grown.map(([name, rows]) => `${name}: ${rows}, then ${withMany.get(name)}`)).toEqual([]);
    expect([...withMany.keys()]).toEqual([...withFew.keys()]);
  });

  it("costs few more rows than a list shows", () => {
    const lists = [...withMany].filter(([name]) => name.includes("limit=4"));
    expect(lists.length).toBeGreaterThan(50);
    expect(lists.filter(([, rows]) => rows > 40)).toEqual([]);
  });
});

/** Scans that are allowed, and why they stay short. */
const SHORT: readonly (readonly [step: RegExp, why: string])[] = [
  [/VIRTUAL TABLE/, "JSON of a parameter or of a row"],
  [/^SCAN CONSTANT ROW$/, "no table"],
  [/^SCAN (?:channels|locations|carrier_services)$/, "few rows, cached in the isolate for five seconds"],
  [/^SCAN order_buckets$/, "64 rows at most"],
  [/^SCAN reconciliations$/, "the last forty days"],
  [/^SCAN expected_allocations$/, "as many rows as it deletes"],
  [/^SCAN skus USING INDEX skus_to_upsert$/, "only SKUs whose object does not have their row yet"],
  [/^SCAN orders USING INDEX orders_owing$/, "only orders that owe a refund now"],
  [
    /^SCAN inbound USING INDEX inbound_changed$/,
    "only inbound stock that changed and is not promised from yet",
  ],
  [/^SCAN location$/, "each location that has fulfillments, found by an index"],
  [/^SCAN outbox$/, "only messages that are not handled yet"],
  [/^SCAN recovery_findings USING INDEX recovery_findings_open$/, "only findings that nobody has decided"],
  [/^SCAN restores$/, "the restores of the last ninety days, mostly none"],
  [/^SCAN dead_letters USING INDEX dead_letters_open$/, "only letters that were not replayed"],
];

describe("the statements", () => {
  it("scan no table that grows", async () => {
    expect(statements.size).toBeGreaterThan(60);
    const scans = new Set<string>();
    for (const [sql, { database, operation: asker }] of statements) {
      const plan = await planOf(env[database], sql);
      for (const step of plan) {
        const [, name] = /^SCAN (\S+)/.exec(step) ?? [];
        if (name === undefined || SHORT.some(([short]) => short.test(step))) continue;
        // A subquery's own rows, whose reading has steps of its own.
        if (plan.includes(`CO-ROUTINE ${name}`) || plan.includes(`MATERIALIZE ${name}`)) continue;
        scans.add(`${step}, for ${asker}: ${sql.slice(0, 200)}`);
      }
    }
    expect([...scans]).toEqual([]);
  });

  it("use every index", async () => {
    const indexes = await Promise.all(
      [env.DB, env.ORDERS_00].map((database) =>
        database
          .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
          .all<{ name: string }>(),
      ),
    );
    const plans = await Promise.all([...statements].map(([sql, { database }]) => planOf(env[database], sql)));
    const used = new Set(plans.flat().map((step) => / INDEX (\S+)/.exec(step)?.[1]));
    const names = indexes.flatMap(({ results }) => results.map(({ name }) => name));
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });
});
