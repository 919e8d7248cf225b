/**
 * A callback of WooCommerce has only the amounts of refunds. If the channel is connected, the order is fetched with their
 * units, from the queue.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { orderIdOf } from "../../../src/kernel/ids";
import worker from "../../../src/worker";
import { startTestWorker } from "../../security/test-worker";
import { makeKey, unique, type Call } from "../../support/api";
import { fetchWith } from "../../support/faulty-bindings";
import { anOrderOf, openRetailer, SECRET, type Retailer } from "../../support/retailer";
import { signedStorefrontRequest, wooPayload, type TrafficOrder } from "../../support/storefront-traffic";

const connection = {
  baseUrl: "https://shop.example.com",
  credentials: { consumerKey: "ck_0123456789", consumerSecret: "cs_0123456789" },
};

const testWorker = startTestWorker();
let call: Call;
let connected: Retailer;
let alone: Retailer;
/** What the shop's API has, by path. */
const responses = new Map<string, unknown>();
const requested: string[] = [];

beforeAll(async () => {
  vi.stubGlobal("fetch", async (input: unknown) => {
    const { pathname } = new URL(String(input));
    requested.push(pathname);
    return responses.has(pathname) ? Response.json(responses.get(pathname)) : Response.error();
  });
  call = testWorker.callAs((await makeKey("admin")).token);
  const plan = { stock: [[500], [500]] };
  connected = await openRetailer(call, { ...plan, channel: { kind: "woocommerce", connection } });
  alone = await openRetailer(call, { ...plan, channel: { kind: "woocommerce" } });
});
beforeEach(() => void requested.splice(0));
afterAll(() => void vi.unstubAllGlobals());

async function sendCallback(retailer: Retailer, payload: unknown) {
  const delivery = { id: unique("delivery"), now: Date.now() };
  const signed = await signedStorefrontRequest("woocommerce", SECRET, "order.updated", payload, delivery);
  const path = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
  return (await fetchWith(testWorker.bindings, new Request(path, { method: "POST", ...signed }))).status;
}

/** The requests for orders that were sent to the queue since the last time. */
let seen = 0;
function sentFetches() {
  const all = testWorker.sent.filter(({ body }) => body.type === "order.fetch.v1");
  return all.slice(seen, (seen = all.length)).map(({ body }) => body);
}

async function deliver(bodies: readonly unknown[]) {
  const messages = bodies.map((body) => ({
    id: unique("message"),
    timestamp: new Date(),
    body,
    attempts: 1,
    ack() {},
    retry() {
      throw new Error("the message was not handled");
    },
  }));
  const batch = { queue: "aftercart-intake", messages, ackAll() {}, retryAll() {} };
  const execution = createExecutionContext();
  await worker.queue(batch as unknown as MessageBatch, { ...env, ...testWorker.bindings }, execution);
  await waitOnExecutionContext(execution);
}

const refunded = (order: TrafficOrder): TrafficOrder => ({
  ...order,
  updatedAt: order.placedAt + 60_000,
  refunds: [{ id: order.id + 9, amountMinor: 500, at: order.placedAt, reason: "broken", lines: [] }],
});

it("fetches the order with the units of its refunds", async () => {
  const order = anOrderOf(connected, [2, 1]);
  expect(await sendCallback(connected, wooPayload(order))).toBe(200);
  expect(sentFetches()).toEqual([]);

  const path = `/wp-json/wc/v3/orders/${order.id}`;
  responses.set(path, wooPayload(refunded(order)));
  responses.set(`${path}/refunds`, []);
  expect(await sendCallback(connected, wooPayload(refunded(order)))).toBe(200);
  const fetches = sentFetches();
  expect(fetches).toMatchObject([{ channelId: connected.channelId, externalOrderId: String(order.id) }]);
  expect(requested).toEqual([]);
  await deliver(fetches);
  expect(requested).toEqual([path, `${path}/refunds`]);
  const inbox = await env.DB.prepare(
    "SELECT outcome FROM inbox WHERE order_id = ?1 AND event_id LIKE '%:units'",
  )
    .bind(orderIdOf(connected.channelId, String(order.id)))
    .all();
  expect(inbox.results).toEqual([{ outcome: "applied" }]);
});

it("fetches nothing if the channel is not connected", async () => {
  const order = anOrderOf(alone, [1, 1]);
  expect(await sendCallback(alone, wooPayload(refunded(order)))).toBe(200);
  expect(sentFetches()).toEqual([]);
});
