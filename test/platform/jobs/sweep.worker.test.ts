/** The sweep of all modules: one query finds the due tasks, and a failing task does not stop the others. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runIsolatedSteps } from "../../../src/platform/jobs/run-isolated-steps";
import { sweep, type Swept } from "../../../src/platform/jobs/sweep";
import type { QueueMessage, SentMessage } from "../../../src/platform/queues/queue-message";
import { createContext } from "../../../src/app-context";
import { forgetReference } from "../../../src/catalog/storage/reference";
import { aLocation, callerWith, unique, type Call } from "../../support/api";
import { databasesRefusing } from "../../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../../support/retailer";
import { canonicalPayload } from "../../support/storefront-traffic";
import { BASE_URLS, CREDENTIALS, StorefrontStub } from "../../support/storefront-stock";
import { sweepPlan } from "../../../src/modules";
import { countingDatabases, databaseOf } from "../../support/databases";
import type { DatabaseBindings } from "../../../src/platform/d1/databases";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** A Thursday afternoon, when every location is open. */
const NOW = Date.UTC(2041, 0, 3, 18);
/** The first statement of each task. The tasks that call storefronts handle their failures themselves. */
const TASKS = {
  outbox: /^SELECT id, attempts, messages/,
  skus: /^SELECT \* FROM skus/,
  fulfillments: /^SELECT f\.order_id AS orderId, f\.id FROM/,
  replans: /^SELECT order_id AS orderId, reason/,
  reservations: /^DELETE FROM reservations/,
  jobs: /^SELECT id, step FROM job_runs/,
} as const;
const ALL = [...Object.keys(TASKS), "channelStock", "readBacks"].toSorted();

let call: Call;
let retailer: Retailer;
let shop: StorefrontStub;
let sent: QueueMessage[];

const contextWith = (bindings: Partial<DatabaseBindings>) => ({
  ...createContext({ ...env, ...bindings }, { waitUntil: () => undefined }, "cron"),
  now: () => NOW,
  send: async (message: QueueMessage) => void sent.push(message),
  sendAll: async (messages: readonly SentMessage[]) => {
    sent.push(...messages.map(({ message }) => message));
    return messages;
  },
});
const sweepWith = (bindings: Partial<DatabaseBindings> = {}): Promise<Swept> =>
  sweep(contextWith(bindings), sweepPlan);
const run = (sql: string, ...values: unknown[]) =>
  databaseOf(sql)
    .prepare(sql)
    .bind(...values)
    .run();

beforeAll(async () => {
  call = await callerWith("admin");
  const connection = { baseUrl: BASE_URLS.shopify, credentials: CREDENTIALS.shopify };
  retailer = await openRetailer(call, { stock: [[3]], channel: { connection } });
  vi.stubGlobal("fetch", (input: unknown, init?: RequestInit) => shop.answer(String(input), init));
  const order = { ...canonicalPayload(anOrderOf(retailer, [1])), channelId: retailer.channelId };
  await call("POST", "/v1/orders", order);
});
beforeEach(() => {
  sent = [];
  shop = new StorefrontStub();
  shop.put(retailer.skus[0]!, 0);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => void vi.restoreAllMocks());

/** Makes work of every task due, long enough ago for each. */
async function makeAllDue(): Promise<void> {
  const ago = NOW - MINUTE;
  const [sku] = retailer.skus;
  await run("DELETE FROM outbox");
  const messages = JSON.stringify([{ type: "order.fetch.v1", channelId: "shop", externalOrderId: "1" }]);
  await run("INSERT INTO outbox (id, created_at, due_at, messages) VALUES ('row', 1, ?1, ?2)", ago, messages);
  await run("UPDATE fulfillments SET due_at = ?1, release_at = ?1", ago);
  await run(
    `INSERT OR REPLACE INTO replans (order_id, reason, created_at, due_at)
     SELECT id, 'stock_arrived', ?1, ?1 FROM orders`,
    ago,
  );
  await run(
    `INSERT OR REPLACE INTO job_runs (id, job, key, parameters, status, due_at, begun_at, updated_at)
     VALUES ('run_standing', 'promises', '', '{}', 'running', ?1, ?1, ?1)`,
    ago,
  );
  await run("UPDATE skus SET upserted_at = NULL");
  await run(
    `INSERT INTO reservations (id, channel_id, lines, status, expires_at, created_at)
     VALUES (?1, 'shop', '[]', 'held', ?2, 1)`,
    unique("rsv"),
    ago - DAY,
  );
  await run(
    `INSERT OR REPLACE INTO channel_stock (channel_id, sku, quantity, due_at) VALUES (?1, ?2, 2, ?3)`,
    retailer.channelId,
    sku,
    ago,
  );
  await run(
    `INSERT OR REPLACE INTO order_read_backs (channel_id, since, started_at, due_at) VALUES ('gone', 1, 1, ?1)`,
    ago,
  );
}

/** The tasks that have no work left. */
async function done(): Promise<string[]> {
  const isSent = (type: QueueMessage["type"]) => sent.some((message) => message.type === type);
  const none = async (fromWhere: string) =>
    (await databaseOf(`FROM ${fromWhere}`)
      .prepare(`SELECT count(*) AS n FROM ${fromWhere}`)
      .first<number>("n")) === 0;
  const states: Readonly<Record<string, boolean>> = {
    outbox: isSent("order.fetch.v1"),
    fulfillments: isSent("fulfillment.release.v1"),
    replans: await none("replans"),
    jobs: isSent("job.step.v1"),
    skus: await none("skus WHERE upserted_at IS NULL"),
    reservations: await none("reservations"),
    channelStock: shop.shows(retailer.skus[0]!) === 2,
    readBacks: await none("order_read_backs WHERE due_at IS NOT NULL"),
  };
  return ALL.filter((name) => states[name] === true);
}

describe("the sweep", () => {
  it("does the work of every task that is due", async () => {
    await makeAllDue();
    expect(Object.keys(await sweepWith()).toSorted()).toEqual(ALL);
    expect(await done()).toEqual(ALL);
  });

  it("needs one query a database for due tasks and one for channels and locations where nothing is due", async () => {
    await makeAllDue();
    await sweepWith();
    await run("UPDATE fulfillments SET due_at = NULL");
    await run("DELETE FROM job_runs");
    forgetReference();
    const { bindings, roundTrips } = countingDatabases();
    expect(await sweepWith(bindings)).toEqual({});
    expect(roundTrips()).toBe(3);
  });

  it.each(Object.entries(TASKS))("does all other tasks where the task %s fails", async (task, statement) => {
    await makeAllDue();
    await expect(sweepWith(databasesRefusing(statement))).rejects.toThrow(`not done: ${task}`);
    expect(await done()).toEqual(ALL.filter((name) => name !== task));
  });

  it("does all tasks where the step before them fails, which marks orders at closed locations", async () => {
    const id = unique("loc");
    expect((await call("PUT", `/v1/locations/${id}`, aLocation({ active: false }))).status).toBe(201);
    await makeAllDue();
    const marking = /^INSERT INTO replans .*'closed'/;
    await expect(sweepWith(databasesRefusing(marking))).rejects.toThrow("not done: closed locations");
    expect(await done()).toEqual(ALL);
  });
});

describe("runIsolatedSteps", () => {
  it("runs all steps, logs each failure, and throws an error that names the failed steps", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const tried: string[] = [];
    const job = runIsolatedSteps(async (attempt) => {
      for (const step of ["first", "second", "third"]) {
        await attempt(step, async () => {
          tried.push(step);
          if (step !== "second") throw new Error(`no ${step}`);
        });
      }
    });
    await expect(job).rejects.toMatchObject({
      message: "not done: first, third",
      errors: [{ message: "no first" }, { message: "no third" }],
    });
    expect(tried).toEqual(["first", "second", "third"]);
    expect(logged).toHaveBeenCalledTimes(2);
  });
});
