/** Large callbacks: kept before they are answered, applied from the queue, once, whatever happens in between. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { applyLargeCallback } from "../../src/channels/large-callbacks";
import type { LargeCallbackMessage } from "../../src/channels/queue-messages";
import { deleteKeptEvents } from "../../src/channels/storage/kept-events";
import { orderIdOf, type OrderId } from "../../src/kernel/ids";
import { callerWith, unique, type Call } from "../support/api";
import { databasesAway, databaseAway } from "../support/faulty-bindings";
import { anOrderOf, openRetailer, SECRET, type Retailer } from "../support/retailer";
import {
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  type TrafficOrder,
} from "../support/storefront-traffic";
import { startTestWorker } from "../security/test-worker";

/** Beyond the bound, whatever the order has: Shopify sends attributes of any length. */
const PADDING = "x".repeat(300_000);
const TYPE = "storefront.large-callback.v1";
const LATER = Date.parse("2030-01-01T00:00:00Z");

let call: Call;
let retailer: Retailer;
beforeAll(async () => {
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: [[500], [500]] });
});
let testWorker: ReturnType<typeof startTestWorker>;
beforeEach(() => void (testWorker = startTestWorker()));

const idOf = (order: TrafficOrder): OrderId => orderIdOf(retailer.channelId, String(order.id));
const orderOf = async (order: TrafficOrder) => (await call("GET", `/v1/orders/${idOf(order)}`)).body;
const context = (bindings: Partial<typeof env> = {}) =>
  createContext({ ...env, ...bindings }, { waitUntil: () => undefined }, "test");

async function send(
  topic: string,
  payload: object,
  { isLarge = true, eventId = unique("event"), worker = testWorker } = {},
) {
  const sent = isLarge ? { ...payload, note_attributes: [{ name: "gift", value: PADDING }] } : payload;
  const signed = await signedStorefrontRequest("shopify", SECRET, topic, sent, {
    id: eventId,
    now: Date.now(),
  });
  const url = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
  const answer = await worker.request(new Request(url, { method: "POST", ...signed }));
  return { status: answer.status, body: await answer.json<{ outcome?: string; orderId?: string }>() };
}

/** The message that the worker has sent of the order. */
function messageOf(order: TrafficOrder): LargeCallbackMessage {
  const bodies = testWorker.sent.map(({ body }) => body as LargeCallbackMessage);
  const found = bodies.findLast(
    ({ type, externalOrderId }) => type === TYPE && externalOrderId === String(order.id),
  );
  if (found === undefined) throw new Error("no message was sent");
  return found;
}

describe("a large callback", () => {
  it("is answered before its order is created, and creates it once", async () => {
    const order = anOrderOf(retailer, [2, 1]);
    const eventId = unique("event");
    const payload = shopifyPayload(order);
    const answer = await send("orders/create", payload, { eventId });
    expect(answer).toEqual({ status: 202, body: { outcome: "queued", orderId: idOf(order) } });
    expect((await call("GET", `/v1/orders/${idOf(order)}`)).status).toBe(404);
    expect(await send("orders/create", payload, { eventId })).toEqual(answer);
    await testWorker.deliver();
    const created = await orderOf(order);
    expect(created).toMatchObject({ version: 1, holds: [], lines: [{ allocated: 2 }, { allocated: 1 }] });
    await applyLargeCallback(context(), messageOf(order));
    expect(await orderOf(order)).toEqual(created);
    const { results } = await env.ORDERS_00.prepare("SELECT id FROM outbox WHERE id GLOB ?1 || '/large/*'")
      .bind(idOf(order))
      .all();
    expect(results).toEqual([]);
  });

  it("of an older state changes nothing after a newer, small one", async () => {
    const order = anOrderOf(retailer, [2, 2]);
    await send("orders/create", shopifyPayload(order));
    const newer = { ...order, updatedAt: order.placedAt + 60_000, email: "newer@example.com" };
    expect((await send("orders/updated", shopifyPayload(newer), { isLarge: false })).status).toBe(200);
    await testWorker.deliver();
    expect(await orderOf(order)).toMatchObject({ email: "newer@example.com" });
  });

  it("updates and refunds an order that is known", async () => {
    const order = anOrderOf(retailer, [3]);
    await send("orders/create", shopifyPayload(order), { isLarge: false });
    const changed = { ...order, updatedAt: order.placedAt + 60_000, email: "changed@example.com" };
    expect((await send("orders/updated", shopifyPayload(changed))).body.outcome).toBe("queued");
    const refund = {
      id: order.id + 1,
      amountMinor: 1_500,
      at: order.placedAt + 90_000,
      reason: "one too many",
      lines: [{ lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const }],
    };
    expect((await send("refunds/create", shopifyRefundPayload(order, refund))).body.outcome).toBe("queued");
    await testWorker.deliver();
    expect(await orderOf(order)).toMatchObject({
      email: "changed@example.com",
      refundedMinor: 1_500,
      lines: [{ cancelled: 1, allocated: 2 }],
    });
  });

  it("that cannot be read is listed for staff at once, as a small one is", async () => {
    const answer = await send("orders/create", { id: 7, line_items: "none" });
    expect(answer.body.outcome).toBe("kept");
    expect(testWorker.sent.filter(({ body }) => body.type === TYPE)).toEqual([]);
  });

  it("is kept by the queue alone while the orders database is away", async () => {
    const order = anOrderOf(retailer, [1]);
    const { ORDERS_00 } = databasesAway();
    const worker = startTestWorker({ ORDERS_00 });
    expect((await send("orders/create", shopifyPayload(order), { worker })).status).toBe(202);
    const [sent] = worker.sent.filter(({ body }) => body.type === TYPE);
    const message = sent!.body as LargeCallbackMessage;
    await expect(applyLargeCallback(context({ ORDERS_00: databaseAway() }), message)).rejects.toThrow(
      /D1_ERROR|does not answer|outcome/,
    );
    await applyLargeCallback(context(), message);
    expect(await orderOf(order)).toMatchObject({ version: 1, lines: [{ allocated: 1 }] });
  });

  it("is not answered as done if it cannot be kept", async () => {
    const order = anOrderOf(retailer, [1]);
    const put = () => Promise.reject(new Error("put: We encountered an internal error. (10001)"));
    const ARCHIVE = new Proxy(env.ARCHIVE, {
      get: (bucket, name) => (name === "put" ? put : Reflect.get(bucket, name)),
    });
    const worker = startTestWorker({ ARCHIVE });
    expect((await send("orders/create", shopifyPayload(order), { worker })).status).toBe(503);
    expect(worker.sent).toEqual([]);
    // The storefront repeats it.
    await send("orders/create", shopifyPayload(order));
    await testWorker.deliver();
    expect(await orderOf(order)).toMatchObject({ version: 1 });
  });

  it("is deleted after a week, and one that was not applied by then is listed for staff", async () => {
    const order = anOrderOf(retailer, [1]);
    await send("orders/create", shopifyPayload(order));
    const message = messageOf(order);
    expect(await deleteKeptEvents(env.ARCHIVE, Date.now() - 3_600_000, 1_000)).toBe(0);
    expect(await deleteKeptEvents(env.ARCHIVE, LATER * 2, 1_000)).toBeGreaterThan(0);
    await applyLargeCallback(context(), message);
    const { body } = await call("GET", "/v1/callbacks/rejected");
    expect(body.items).toContainEqual(
      expect.objectContaining({
        eventId: message.eventId,
        problem: "a large callback that is not kept any more",
      }),
    );
  });
});
