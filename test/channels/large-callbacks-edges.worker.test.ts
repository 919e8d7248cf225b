/** Large callbacks beside others: states of clocks that are ahead, WooCommerce, and what the answer waits for. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { applyLargeCallback } from "../../src/channels/large-callbacks";
import type { LargeCallbackMessage } from "../../src/channels/queue-messages";
import { orderIdOf, type OrderId } from "../../src/kernel/ids";
import { startTestWorker } from "../security/test-worker";
import { callerWith, unique, type Call } from "../support/api";
import { countingDatabase } from "../support/counting-database";
import { anOrderOf, openRetailer, SECRET, type Retailer } from "../support/retailer";
import {
  shopifyPayload,
  signedStorefrontRequest,
  wooPayload,
  type StorefrontKind,
  type TrafficOrder,
} from "../support/storefront-traffic";

const PADDING = "x".repeat(300_000);
const TYPE = "storefront.large-callback.v1";
const MINUTE = 60_000;

let call: Call;
let shop: Retailer;
let woo: Retailer;
beforeAll(async () => {
  call = await callerWith("admin");
  shop = await openRetailer(call, { stock: [[500], [500]] });
  woo = await openRetailer(call, { stock: [[500], [500]], channel: { kind: "woocommerce" } });
});

type Sending = Readonly<{ retailer: Retailer; kind: StorefrontKind; topic: string; payload: object }>;

async function send(
  { retailer, kind, topic, payload }: Sending,
  worker: ReturnType<typeof startTestWorker>,
): Promise<{ status: number; outcome: string }> {
  const signed = await signedStorefrontRequest(kind, SECRET, topic, payload, {
    id: unique("event"),
    now: Date.now(),
  });
  const url = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
  const answer = await worker.request(new Request(url, { method: "POST", ...signed }));
  return { status: answer.status, ...(await answer.json<{ outcome: string }>()) };
}

const idOf = ({ channelId }: Retailer, order: TrafficOrder): OrderId =>
  orderIdOf(channelId, String(order.id));
const context = (now: number) => ({
  ...createContext(env, { waitUntil: () => undefined }, "test"),
  now: () => now,
});

const messageOf = (worker: ReturnType<typeof startTestWorker>): LargeCallbackMessage =>
  worker.sent.map(({ body }) => body as LargeCallbackMessage).findLast(({ type }) => type === TYPE)!;

describe("a large callback", () => {
  it("of a clock that is ahead does not undo a newer, small one that was applied before it", async () => {
    const worker = startTestWorker();
    const order = anOrderOf(shop, [2]);
    const shopify = { retailer: shop, kind: "shopify" } as const;
    await send({ ...shopify, topic: "orders/create", payload: shopifyPayload(order) }, worker);
    const state = (ahead: number, email: string) =>
      shopifyPayload({ ...order, updatedAt: Date.now() + ahead, email });
    const older = {
      ...state(6 * MINUTE, "older@example.com"),
      note_attributes: [{ name: "g", value: PADDING }],
    };
    expect((await send({ ...shopify, topic: "orders/updated", payload: older }, worker)).outcome).toBe(
      "queued",
    );
    const message = messageOf(worker);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const newer = state(6 * MINUTE, "newer@example.com");
    expect((await send({ ...shopify, topic: "orders/updated", payload: newer }, worker)).outcome).toBe(
      "updated",
    );
    await applyLargeCallback(context(Date.now() + 2 * MINUTE), message);
    expect((await call("GET", `/v1/orders/${idOf(shop, order)}`)).body).toMatchObject({
      email: "newer@example.com",
    });
  });

  it("of WooCommerce is answered first, and an older state changes nothing after a newer one", async () => {
    const worker = startTestWorker();
    const order = anOrderOf(woo, [2, 1]);
    const large = (payload: object) => ({ ...payload, meta_data: [{ id: 1, key: "gift", value: PADDING }] });
    const wooCommerce = { retailer: woo, kind: "woocommerce" } as const;
    const created = await send(
      { ...wooCommerce, topic: "order.created", payload: large(wooPayload(order)) },
      worker,
    );
    expect(created).toMatchObject({ status: 202, outcome: "queued" });
    expect((await call("GET", `/v1/orders/${idOf(woo, order)}`)).status).toBe(404);
    const newer = { ...order, updatedAt: order.placedAt + MINUTE, email: "newer@example.com" };
    const updated = { ...wooCommerce, topic: "order.updated", payload: wooPayload(newer) };
    expect(await send(updated, worker)).toMatchObject({ status: 200 });
    await worker.deliver();
    const { body } = await call("GET", `/v1/orders/${idOf(woo, order)}`);
    expect(body).toMatchObject({
      email: "newer@example.com",
      lines: [{ allocated: 2 }, { allocated: 1 }],
    });
  });

  it("is answered after one write to R2 and one round trip to the database, however many lines it has", async () => {
    for (const lines of [1, 500]) {
      const orders = countingDatabase(env.ORDERS_00);
      const primary = countingDatabase(env.DB);
      const calls: string[] = [];
      const ARCHIVE = new Proxy(env.ARCHIVE, {
        get: (bucket, name) => {
          const method: unknown = Reflect.get(bucket, name);
          if (typeof method !== "function") return method;
          return (...values: unknown[]) => {
            calls.push(String(name));
            return method.apply(bucket, values);
          };
        },
      });
      const SKU_INVENTORY = new Proxy(env.SKU_INVENTORY, {
        get: () => {
          throw new Error("an object was called before the answer");
        },
      });
      const order = anOrderOf(shop, [1]);
      const [line] = order.lines;
      const many = {
        ...order,
        lines: Array.from({ length: lines }, (_, i) => ({ ...line!, id: order.id * 1_000 + i })),
      };
      const payload = { ...shopifyPayload(many), note_attributes: [{ name: "gift", value: PADDING }] };
      const warm = startTestWorker();
      const warming = { retailer: shop, kind: "shopify", topic: "orders/create" } as const;
      await send({ ...warming, payload: shopifyPayload(anOrderOf(shop, [1])) }, warm);
      const worker = startTestWorker({
        DB: primary.database,
        ORDERS_00: orders.database,
        ARCHIVE,
        SKU_INVENTORY,
      });
      const answer = await send({ ...warming, payload }, worker);
      expect(answer).toMatchObject({ status: 202, outcome: "queued" });
      expect({ calls, orders: orders.roundTrips(), primary: primary.roundTrips() }).toEqual({
        calls: ["put"],
        orders: 1,
        primary: 0,
      });
    }
  });
});
