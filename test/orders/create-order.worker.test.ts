/** Creating an order: exactly once, despite duplicates, crashes and outages; and its cost in round trips and rows. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Env } from "../../src/env";
import { orderIdOf } from "../../src/kernel/ids";
import worker from "../../src/worker";
import { CanonicalOrder } from "../../src/orders/canonical-order-schema";
import { sweep } from "../../src/platform/jobs/sweep";
import { placeOrder } from "../../src/orders/place-order";
import { createContext } from "../../src/app-context";
import { callerWith, fetchWorker, makeKey, type Call } from "../support/api";
import { countingDatabases } from "../support/databases";
import {
  databasesAway,
  databasesWith,
  fetchIn,
  fetchWith,
  queueAway,
  queueKeeping,
  stockAway,
} from "../support/faulty-bindings";
import { pausedAllocations } from "../support/paused-allocations";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";
import { canonicalPayload, type TrafficOrder } from "../support/storefront-traffic";
import { sweepPlan } from "../../src/modules";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});
afterEach(() => {
  vi.useRealTimers();
});

const MINUTE = 60_000;
const count = async (sql: string, ...values: unknown[]) =>
  env.ORDERS_00.prepare(`SELECT count(*) AS n ${sql}`)
    .bind(...values)
    .first<number>("n");
const stockOf = async (sku: string) => {
  const { body } = await call("GET", `/v1/skus/${sku}/stock`);
  const [level] = (body as { levels: { onHand: number; allocated: number; available: number }[] }).levels;
  return level;
};
const idOf = (retailer: Retailer, order: { id: number }) => orderIdOf(retailer.channelId, String(order.id));
const shift = (ms: number) => vi.useFakeTimers({ now: Date.now() + ms, toFake: ["Date"] });
const sweepNow = () => sweep(createContext(env, { waitUntil: () => undefined }, "cron"), sweepPlan);
const alarmOf = (sku: string) => runDurableObjectAlarm(env.SKU_INVENTORY.getByName(sku));

describe("an order", () => {
  it("is created once from 50 concurrent copies of its callback", async () => {
    const retailer = await openRetailer(call, { stock: [[60]] });
    const order = anOrderOf(retailer, [2]);
    const copies = await Promise.all(
      Array.from({ length: 50 }, async (_, i) =>
        fetchWorker(await shopifyCallback(retailer, order, i % 2 === 0 ? { id: "same" } : {})),
      ),
    );
    const answers = await Promise.all(
      copies.map((copy) => copy.json<{ outcome: string; orderId: string }>()),
    );
    const orderId = idOf(retailer, order);
    expect(copies.map(({ status }) => status)).toEqual(copies.map(() => 200));
    expect(new Set(answers.map((answer) => answer.orderId))).toEqual(new Set([orderId]));
    expect(answers.filter(({ outcome }) => outcome === "created")).toHaveLength(1);

    expect(await count("FROM orders WHERE id = ?1", orderId)).toBe(1);
    expect(await count("FROM journal_entries WHERE id LIKE ?1 || '/%'", orderId)).toBe(1);
    expect(await stockOf(retailer.skus[0]!)).toMatchObject({ allocated: 2, available: 58 });
    await vi.waitUntil(
      async () => (await count("FROM notifications WHERE order_id = ?1", orderId)) === 1,
      10_000,
    );
    expect(await count("FROM notifications WHERE order_id = ?1", orderId)).toBe(1);
  });

  it("is created from `updated`, and the older states of `paid` and `create` do not overwrite it", async () => {
    const retailer = await openRetailer(call, { stock: [[9]] });
    const order = anOrderOf(retailer, [1]);
    const placedAt = order.placedAt;
    const newer = { ...order, updatedAt: placedAt + 5_000, email: "new@example.com" };
    const send = async (state: typeof order, topic: string) =>
      (await fetchWorker(await shopifyCallback(retailer, state, { topic }))).status;
    expect(await send(newer, "orders/updated")).toBe(200);
    expect(await send({ ...order, updatedAt: placedAt + 1_000 }, "orders/paid")).toBe(200);
    expect(await send(order, "orders/create")).toBe(200);
    const { body } = await call("GET", `/v1/orders/${idOf(retailer, order)}`);
    expect(body).toMatchObject({ email: "new@example.com", version: 1, paymentStatus: "paid" });
  });
});

describe("two concurrent copies of an unpaid order", () => {
  function start(retailer: Retailer, order: TrafficOrder) {
    const { context, ...pause } = pausedAllocations(retailer);
    const canonical = CanonicalOrder.parse(canonicalPayload(order));
    return { ...pause, answer: placeOrder(context, retailer.channelId, canonical, null) };
  }

  const twoLines = async () => {
    const channel = { kind: "generic", secrets: undefined };
    const retailer = await openRetailer(call, { stock: [[5], [0]], channel });
    return { retailer, order: anOrderOf(retailer, [2, 1], { status: "authorized" }) };
  };

  it.each([
    { name: "first", isShortFirst: true },
    { name: "last", isShortFirst: false },
  ])("keep the units of one if the other, which allocated $name, is short", async ({ isShortFirst }) => {
    const { retailer, order } = await twoLines();
    const one = start(retailer, order);
    await one.firstAllocated;
    const other = start(retailer, order);
    await other.firstAllocated;
    const short = isShortFirst ? one : other;
    short.allocateSecond();
    expect(await short.answer).toMatchObject({ ok: false, rejection: { code: "insufficient_stock" } });
    const receipt = { locationId: retailer.locationIds[0], quantity: 1, ref: `po-${order.id}` };
    await call("POST", `/v1/skus/${retailer.skus[1]}/receipts`, receipt);
    const created = isShortFirst ? other : one;
    created.allocateSecond();
    expect(await created.answer).toMatchObject({ ok: true, value: { outcome: "created" } });
    const allocated = await Promise.all(retailer.skus.map(async (sku) => (await stockOf(sku))!.allocated));
    expect(allocated).toEqual([2, 1]);
  });

  it("hold nothing after both were refused, one after the other", async () => {
    const { retailer, order } = await twoLines();
    for (let copy = 0; copy < 2; copy += 1) {
      const refused = start(retailer, order);
      refused.allocateSecond();
      expect(await refused.answer).toMatchObject({ ok: false });
      expect(await stockOf(retailer.skus[0]!)).toMatchObject({ allocated: 0, available: 5 });
    }
  });
});

describe("a Worker that crashes", () => {
  it("between allocation and commit leaves no units allocated once the allocation has expired", async () => {
    const retailer = await openRetailer(call, { stock: [[4]] });
    const sku = retailer.skus[0]!;
    const crashing = { ...databasesWith(() => () => Promise.reject(new Error("the isolate is gone"))) };
    const response = await fetchWith(crashing, await shopifyCallback(retailer, anOrderOf(retailer, [3])));
    expect(response.status).toBe(500);
    expect(await stockOf(sku)).toMatchObject({ allocated: 3 });

    shift(17 * MINUTE);
    await alarmOf(sku);
    expect(await stockOf(sku)).toMatchObject({ allocated: 0, available: 4 });
  });

  it("after the commit loses nothing: the sweep sends its messages, and the allocation stays", async () => {
    const retailer = await openRetailer(call, { stock: [[4]] });
    const sku = retailer.skus[0]!;
    const order = anOrderOf(retailer, [3]);
    const away = { NOTIFY_QUEUE: queueAway(), DIRECTORY_QUEUE: queueAway() };
    const response = await fetchWith(away, await shopifyCallback(retailer, order));
    expect(response.status).toBe(200);
    const orderId = idOf(retailer, order);
    expect(await count("FROM outbox WHERE id LIKE ?1", `${orderId}%`)).toBe(1);

    shift(17 * MINUTE);
    await alarmOf(sku);
    expect(await stockOf(sku)).toMatchObject({ allocated: 3 });
    await sweepNow();
    const left = () => count("FROM outbox WHERE id LIKE ?1", `${orderId}%`);
    await vi.waitFor(
      async () => expect(await left(), "a row stays until its consumer is done").toBe(0),
      10_000,
    );
    await vi.waitUntil(
      async () => (await count("FROM notifications WHERE order_id = ?1", orderId)) === 1,
      10_000,
    );
  });

  it("after D1 committed and its reply was lost creates the order once", async () => {
    const retailer = await openRetailer(call, { stock: [[4]] });
    const order = anOrderOf(retailer, [3]);
    let lost = 0;
    const losesReply = databasesWith((real) => async (statements) => {
      const results = await real(statements);
      if (lost++ === 0) throw new Error("D1_ERROR: Network connection lost.");
      return results;
    });
    const response = await fetchWith(losesReply, await shopifyCallback(retailer, order));
    expect([response.status, await response.json()]).toEqual([
      200,
      { outcome: "created", orderId: idOf(retailer, order) },
    ]);
    expect(await count("FROM order_events WHERE order_id = ?1", idOf(retailer, order))).toBe(1);
    expect(await count("FROM journal_entries WHERE id LIKE ?1 || '/%'", idOf(retailer, order))).toBe(1);
  });
});

describe("the Worker during an outage", () => {
  it("does not queue an unpaid order whose units cannot be allocated, and answers 503", async () => {
    const retailer = await openRetailer(call, {
      stock: [[1]],
      channel: { kind: "generic", secrets: undefined },
    });
    const { token } = await makeKey("admin");
    const order = canonicalPayload(anOrderOf(retailer, [1], { status: "authorized" }));
    const request = new Request("https://aftercart.test/v1/orders", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ channelId: retailer.channelId, ...order }),
    });
    const queued: unknown[] = [];
    const intake = queueKeeping((message) => void queued.push(message));
    const away = { SKU_INVENTORY: stockAway(), INTAKE_QUEUE: intake };
    expect((await fetchWith(away, request)).status).toBe(503);
    expect(queued).toEqual([]);
  });

  it("answers 202 with the order's id, and each order is created once afterwards", async () => {
    const retailer = await openRetailer(call, { stock: [[50]] });
    await fetchWorker(`/v1/webhooks/${retailer.channelId}`, { method: "POST", body: "warms the caches" });
    const orders = Array.from({ length: 5 }, () => anOrderOf(retailer, [1]));
    const queued: unknown[] = [];
    const intake = queueKeeping((message) => void queued.push(message));
    const away = { ...databasesAway(), INTAKE_QUEUE: intake };
    const answers = await Promise.all(
      orders.map(async (order) => fetchWith(away, await shopifyCallback(retailer, order))),
    );
    for (const [i, answer] of answers.entries()) {
      const orderId = idOf(retailer, orders[i]!);
      expect([answer.status, await answer.json()]).toEqual([202, { outcome: "queued", orderId }]);
    }
    const deliver = async (bindings: Partial<Env>) => {
      const retried: number[] = [];
      const messages = queued.map((body, i) => ({
        id: `intake-${i}`,
        timestamp: new Date(),
        body,
        attempts: 1,
        ack: () => undefined,
        retry: () => void retried.push(i),
      }));
      const batch = { queue: "aftercart-intake", messages, ackAll() {}, retryAll() {} };
      await worker.queue(batch as unknown as MessageBatch, { ...env, ...bindings }, {
        waitUntil: () => undefined,
      } as unknown as ExecutionContext);
      return retried.length;
    };
    expect(await deliver(databasesAway())).toBe(orders.length);
    shift(90_000);
    expect(await deliver({})).toBe(0);
    expect(await deliver({})).toBe(0);

    for (const order of orders) {
      expect(await count("FROM order_events WHERE order_id = ?1", idOf(retailer, order))).toBe(1);
    }
    expect(await stockOf(retailer.skus[0]!)).toMatchObject({ allocated: orders.length });
  });

  it("answers 503 if the queue is unavailable too, and a retry creates the order", async () => {
    const retailer = await openRetailer(call, { stock: [[5]] });
    const order = anOrderOf(retailer, [1]);
    await fetchWorker(await shopifyCallback(retailer, anOrderOf(retailer, [1])));
    const away = { ...databasesAway(), INTAKE_QUEUE: queueAway() };
    const refused = await fetchWith(away, await shopifyCallback(retailer, order));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, expect.any(String)]);
    const retried = await fetchWorker(await shopifyCallback(retailer, order));
    expect(await retried.json()).toMatchObject({ outcome: "created" });
  });
});

describe("the cost of an order", () => {
  it("is one round trip to D1 and one call to each of three SKUs; a duplicate and the status page take one to D1", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [5], [5]] });
    await fetchWorker(await shopifyCallback(retailer, anOrderOf(retailer, [1])));
    const order = anOrderOf(retailer, [1, 1, 1]);

    const stock = countingStock();
    const fresh = await answeredWithin(
      1,
      { SKU_INVENTORY: stock.namespace },
      await shopifyCallback(retailer, order),
    );
    expect(await fresh.json()).toMatchObject({ outcome: "created" });
    expect(stock.calls()).toBe(3);

    const copy = await answeredWithin(1, {}, await shopifyCallback(retailer, order));
    expect(await copy.json()).toMatchObject({ outcome: "updated" });

    const { body } = await call("GET", `/v1/orders/${idOf(retailer, order)}`);
    const page = await answeredWithin(1, {}, new Request(body.statusUrl as string));
    expect(page.status).toBe(200);
  });

  it.each([
    { lines: 1, rows: 9 },
    { lines: 3, rows: 11 },
  ])("is $rows written rows, with indexes, for a paid order of $lines lines", async ({ lines, rows }) => {
    const retailer = await openRetailer(call, { stock: [[5], [5], [5]] });
    const quantities = Array.from({ length: lines }, () => 1);
    expect(await rowsWritten(retailer, quantities)).toBe(rows);
  });
});

/** The rows of the orders database that are written until an order is accepted. */
async function rowsWritten(retailer: Retailer, quantities: readonly number[]): Promise<number> {
  let written = 0;
  const counting = databasesWith((real) => async (statements) => {
    const results = await real(statements);
    written += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
    return results;
  });
  const body = { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, quantities)) };
  const { token } = await makeKey("admin");
  const answer = await fetchWith(
    counting,
    new Request("https://aftercart.test/v1/orders", {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  expect(answer.status).toBe(201);
  return written;
}

/** The answer of a Worker whose D1 does that many round trips and then stops answering. */
async function answeredWithin(
  roundTrips: number,
  bindings: Partial<Env>,
  request: Request,
): Promise<Response> {
  const limited = countingDatabases(roundTrips);
  const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;
  const response = await fetchIn(execution, { ...bindings, ...limited.bindings }, request);
  expect(limited.roundTrips()).toBeGreaterThanOrEqual(roundTrips);
  return response;
}

/** The SKUs' objects, with a count of how often one was called. */
function countingStock() {
  let calls = 0;
  const namespace = new Proxy(env.SKU_INVENTORY, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (name === "get" || name === "getByName") calls += 1;
        return (value as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { namespace, calls: () => calls };
}
