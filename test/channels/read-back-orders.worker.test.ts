/**
 * The nightly read-back: the orders that changed at a connected storefront are fetched and compared, so that a change
 * whose callback was lost is found.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createContext } from "../../src/app-context";
import { forgetReference } from "../../src/catalog/storage/reference";
import { orderIdOf } from "../../src/kernel/ids";
import { sweepPlan } from "../../src/modules";
import { startTestWorker } from "../security/test-worker";
import { makeKey, unique, type Call } from "../support/api";
import { runJob } from "../support/jobs";
import { deliverIntake } from "../support/deliver-intake";
import { fetchWith } from "../support/faulty-bindings";
import { anOrderOf, openRetailer, SECRET, shopifyCallback, type Retailer } from "../support/retailer";
import { BASE_URLS, CREDENTIALS } from "../support/storefront-stock";
import {
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  type TrafficOrder,
} from "../support/storefront-traffic";

const testWorker = startTestWorker();
const connection = { baseUrl: BASE_URLS.shopify, credentials: CREDENTIALS.shopify };
let call: Call;
let retailer: Retailer;
/** The shop's orders. */
const orders = new Map<string, TrafficOrder>();
const requested: string[] = [];
let now = Date.now();
/** The answer instead of the documented one, or null. */
let answerOtherwise: (url: URL) => Response | null = () => null;
let pageSize = 100;

function shopAnswer(url: URL): Response {
  const id = /\/orders\/(\d+)\.json$/.exec(url.pathname)?.[1];
  if (id !== undefined) {
    const order = orders.get(id);
    return order ? Response.json({ order: shopifyPayload(order) }) : new Response("{}", { status: 404 });
  }
  const after = url.searchParams.get("page_info");
  const since = Date.parse(url.searchParams.get("updated_at_min") ?? "1970-01-01");
  const changed = [...orders].filter(([, { updatedAt, placedAt }]) => (updatedAt ?? placedAt) >= since);
  const from = after === null ? 0 : Number(after.slice(1));
  const page = changed.slice(from, from + pageSize);
  const next = `<${url.origin}${url.pathname}?page_info=p${from + pageSize}>; rel="next"`;
  const headers: Record<string, string> = from + pageSize < changed.length ? { link: next } : {};
  return Response.json({ orders: page.map(([externalId]) => ({ id: Number(externalId) })) }, { headers });
}

beforeAll(async () => {
  vi.stubGlobal("fetch", async (input: unknown) => {
    const url = new URL(String(input));
    requested.push(`${url.pathname.split("/").at(-1)}${url.search}`);
    return answerOtherwise(url) ?? shopAnswer(url);
  });
  call = testWorker.callAs((await makeKey("admin")).token);
});
beforeEach(async () => {
  // A channel of an earlier test would be read too.
  await env.DB.batch([
    env.DB.prepare("UPDATE channels SET connection = NULL"),
    env.DB.prepare("DELETE FROM order_read_backs"),
  ]);
  retailer = await openRetailer(call, { stock: [[500], [500]], channel: { connection } });
  forgetReference();
  orders.clear();
  requested.length = 0;
  answerOtherwise = () => null;
  pageSize = 100;
  now = Date.now();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => void vi.unstubAllGlobals());

const sold = async (quantities: readonly number[]) => {
  const order = anOrderOf(retailer, quantities, { placedAt: Date.now() - 60_000 });
  orders.set(String(order.id), order);
  await fetchWith(testWorker.bindings, await shopifyCallback(retailer, order));
  return order;
};
/** Changes the order in the shop. The callback is lost. */
const changeInShop = (order: TrafficOrder, over: Partial<TrafficOrder>) =>
  void orders.set(String(order.id), { ...order, updatedAt: order.placedAt + 30_000, ...over });

async function inContext<Done>(
  run: (context: ReturnType<typeof createContext>) => Promise<Done>,
): Promise<Done> {
  const execution = createExecutionContext();
  const context = createContext({ ...env, ...testWorker.bindings }, execution, "cron");
  const done = await run({ ...context, now: () => now });
  await waitOnExecutionContext(execution);
  return done;
}
const readBacks = sweepPlan.tasks.find(({ name }) => name === "readBacks")!;
/** The night begins the lists, and the next minute reads their first pages. */
const night = () =>
  inContext(async (context) => {
    await runJob(context, { name: "order-read-back" });
    return readBacks.run(context, env.DB);
  });
const sweep = () => inContext((context) => readBacks.run(context, env.DB));

let delivered = 0;
/** Delivers the messages that were sent to the intake queue since the last time. Returns how many. */
async function deliverQueued(): Promise<number> {
  const waiting = testWorker.sent.filter(({ queue }) => queue === "intake").slice(delivered);
  delivered += waiting.length;
  await deliverIntake(
    testWorker,
    waiting.map(({ body }) => body),
  );
  return waiting.length;
}

const stored = async (order: TrafficOrder) =>
  (await call("GET", `/v1/orders/${orderIdOf(retailer.channelId, String(order.id))}`)).body;
const row = () =>
  env.DB.prepare("SELECT * FROM order_read_backs WHERE channel_id = ?1").bind(retailer.channelId).first();

describe("the nightly read-back", () => {
  it("applies a change whose callback was lost, and leaves the other orders as they are", async () => {
    const [changed, same] = [await sold([2, 1]), await sold([1, 1])];
    const before = await stored(same);
    const at = changed.placedAt + 30_000;
    changeInShop(changed, { cancelledAt: at });
    expect(await night()).toBe(2);
    expect(await deliverQueued()).toBe(2);
    expect(await stored(changed)).toMatchObject({ status: "cancelled" });
    expect(await stored(same)).toEqual(before);
    expect(await row()).toMatchObject({
      started_at: null,
      due_at: null,
      since: now - 3_600_000,
      problem: null,
    });
  });

  it("finds a difference that was planted in our order, though the shop's has not changed since", async () => {
    const order = await sold([2, 1]);
    const before = await stored(order);
    await env.ORDERS_00.prepare("UPDATE orders SET email = 'planted@example.com' WHERE id = ?1")
      .bind(orderIdOf(retailer.channelId, String(order.id)))
      .run();
    await night();
    await deliverQueued();
    expect(await stored(order)).toMatchObject({ email: before.email, holds: [], lines: before.lines });
  });

  it("holds an order by name if what differs cannot be applied", async () => {
    const order = await sold([2, 1]);
    changeInShop(order, { currency: "CAD" });
    await night();
    await deliverQueued();
    expect(await stored(order)).toMatchObject({
      status: "on_hold",
      currency: "USD",
      holds: [{ code: "differs_from_storefront", detail: expect.stringContaining("Currency") }],
    });
  });

  it("creates an order of which every callback was lost", async () => {
    const order = anOrderOf(retailer, [1, 0], { placedAt: Date.now() - 60_000 });
    orders.set(String(order.id), order);
    await night();
    await deliverQueued();
    expect(await stored(order)).toMatchObject({ status: "open", lines: [{ allocated: 1 }] });
  });

  it("reads a long list in steps, a page a minute, and each order once", async () => {
    const all = Array.from({ length: 250 }, () => anOrderOf(retailer, [1, 0]));
    for (const order of all) orders.set(String(order.id), order);
    expect(await night()).toBe(100);
    expect(await row()).toMatchObject({ cursor: "p100", started_at: now, due_at: now + 60_000 });
    expect(await sweep()).toBe(0);
    now += 60_000;
    expect(await sweep()).toBe(100);
    now += 60_000;
    expect(await sweep()).toBe(50);
    expect(await row()).toMatchObject({ cursor: null, started_at: null, due_at: null });
    const ids = testWorker.sent
      .filter(({ queue }) => queue === "intake")
      .slice(delivered)
      .flatMap(({ body }) =>
        body.type === "order.fetch.v1" && "externalOrderId" in body ? [body.externalOrderId] : [],
      );
    delivered = testWorker.sent.filter(({ queue }) => queue === "intake").length;
    expect(new Set(ids)).toEqual(new Set(orders.keys()));
    expect(ids).toHaveLength(250);
  });

  it("reads small pages one after the other, and no list without an end", async () => {
    pageSize = 2;
    for (let i = 0; i < 5; i += 1) {
      const order = anOrderOf(retailer, [1, 0]);
      orders.set(String(order.id), order);
    }
    expect(await night()).toBe(5);
    delivered = testWorker.sent.filter(({ queue }) => queue === "intake").length;
    const endless = { link: `<https://stub.myshopify.com/x?page_info=p1>; rel="next"` };
    answerOtherwise = () => Response.json({ orders: [] }, { headers: endless });
    requested.length = 0;
    expect(await night()).toBe(0);
    expect(requested).toHaveLength(10);
  });

  it("waits as long as the storefront asks, and then goes on", async () => {
    const order = await sold([1, 0]);
    answerOtherwise = () => new Response("{}", { status: 429, headers: { "retry-after": "120" } });
    expect(await night()).toBe(0);
    expect(await row()).toMatchObject({
      attempts: 1,
      due_at: now + 120_000,
      problem: "the storefront answers 429",
    });
    answerOtherwise = () => null;
    now += 120_000;
    expect(await sweep()).toBe(1);
    expect(await deliverQueued()).toBe(1);
    expect(await stored(order)).toMatchObject({ status: "open" });
  });

  it("continues the same list if it fires twice, and does not list an order of both twice", async () => {
    const order = await sold([1, 0]);
    // Two runs never overlap: the second is refused, or reads the rest.
    const nights = await Promise.allSettled([night(), night()]);
    expect(nights.map(({ status }) => status)).toContain("fulfilled");
    expect(await deliverQueued()).toBeGreaterThanOrEqual(1);
    expect(await stored(order)).toMatchObject({ version: 1 });
    expect(requested.filter((path) => path.startsWith("orders.json")).length).toBeLessThanOrEqual(2);
  });

  it("calls no storefront of a channel that is inactive or not connected any more", async () => {
    await sold([1, 0]);
    answerOtherwise = () => new Response("{}", { status: 503 });
    await night();
    const {
      secretsSetAt: _secrets,
      connectionSetAt: _connection,
      id: _id,
      ...channel
    } = (await call("GET", `/v1/channels/${retailer.channelId}`)).body as Record<string, unknown>;
    await call("PUT", `/v1/channels/${retailer.channelId}`, { ...channel, active: false });
    requested.length = 0;
    now += 3_600_000;
    expect([await sweep(), await night(), requested]).toEqual([0, 0, []]);
    expect(await row()).toMatchObject({ started_at: null, due_at: null });
  });
});

describe("a refund of an order that is not known", () => {
  it("makes the order be fetched, if the channel is connected", async () => {
    const order = anOrderOf(retailer, [2, 0], { placedAt: Date.now() - 60_000 });
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const }];
    const refund = { id: order.id + 7, amountMinor: 2005, at: Date.now(), reason: "late", lines };
    orders.set(String(order.id), { ...order, updatedAt: Date.now(), refunds: [refund] });
    const meta = { id: unique("event"), now: Date.now() };
    const payload = shopifyRefundPayload(order, refund);
    const signed = await signedStorefrontRequest("shopify", SECRET, "refunds/create", payload, meta);
    const path = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
    const response = await fetchWith(testWorker.bindings, new Request(path, { method: "POST", ...signed }));
    expect([response.status, await response.json()]).toEqual([
      202,
      { outcome: "queued", orderId: orderIdOf(retailer.channelId, String(order.id)) },
    ]);
    await deliverQueued();
    expect(await stored(order)).toMatchObject({ refundedMinor: 2005, lines: [{ ordered: 2, cancelled: 1 }] });
  });
});
