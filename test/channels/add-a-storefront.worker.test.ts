/**
 * A new storefront needs one folder and one line: `made-up-storefront/adapter.ts`, and its place in the list of
 * adapters. From then on its channels can be written, send orders, and receive stock.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { catalog } from "../../src/catalog/module";
import { channelsModule } from "../../src/channels/module";
import { pushChannel } from "../../src/channels/push-channel-stock";
import { signBase64 } from "../../src/channels/shared/signatures";
import type { Fetch } from "../../src/channels/storefront-adapter";
import { documented } from "../support/documented";
import { createStorefrontRegistry } from "../../src/channels/storefront-registry";
import { storefronts } from "../../src/channels/storefronts";
import type { Env } from "../../src/env";
import { inventory } from "../../src/inventory/module";
import { orders } from "../../src/orders/module";
import { createApp, type Routes } from "../../src/platform/http/app";
import { registerDocs } from "../../src/platform/http/docs";
import { aChannel, callerWith, makeKey, unique, type Call } from "../support/api";
import { openRetailer, SECRET, type Retailer } from "../support/retailer";
import { cornerShop } from "./made-up-storefront/adapter";

const adapters = [...storefronts, cornerShop];

/** The shop behind the API: units by SKU. */
const shown = new Map<string, number>();
const fetchFromShop: Fetch = async (input, init) => {
  const url = new URL(new Request(input).url);
  expect(url.origin).toBe("https://mugs.corner.example.com");
  expect(new Headers(init?.headers).get("x-corner-key")).toBe("corner-key-0123456789");
  if (init?.method === "PUT") {
    const items: { sku: string; units: number }[] = await new Request(input, init).json();
    for (const { sku, units } of items) shown.set(sku, units);
    return Response.json({});
  }
  const skus = (url.searchParams.get("skus") ?? "").split(",");
  return Response.json(skus.filter((sku) => shown.has(sku)).map((sku) => ({ sku, units: shown.get(sku) })));
};

const registry = createStorefrontRegistry(adapters, fetchFromShop);
const contextOf = (...args: Parameters<typeof createContext>) => ({
  ...createContext(...args),
  storefronts: registry,
});
const routes: readonly Routes[] = [catalog, inventory, orders, channelsModule(adapters)].flatMap((module) =>
  module.routes ? [module.routes as Routes] : [],
);
const app = createApp<ReturnType<typeof contextOf>, Env>(contextOf, [...routes, registerDocs]);

const fetchApp = documented(async (sent) => {
  const execution = createExecutionContext();
  const response = await app.fetch(sent, env, execution);
  await waitOnExecutionContext(execution);
  return response;
});

async function request(path: string, init: RequestInit) {
  const response = await fetchApp(new Request(`https://aftercart.test${path}`, init), init.body ?? null);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

let call: Call;
let retailer: Retailer;
beforeAll(async () => {
  const { token } = await makeKey("admin");
  call = (method, path, body) =>
    request(path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  retailer = await openRetailer(call, {
    stock: [[5]],
    channel: {
      kind: "corner-shop",
      connection: {
        baseUrl: "https://mugs.corner.example.com",
        credentials: { apiKey: "corner-key-0123456789" },
      },
    },
  });
});

const anOrder = (id: string) => ({
  id,
  placed: new Date().toISOString(),
  email: "ada@example.com",
  items: [{ sku: retailer.skus[0], count: 2, price: "12.50" }],
  to: { street: "1 Main Street", city: "Louisville", state: "KY", zip: "40202" },
  total: "25.00",
});

const sendCallback = (topic: string, payload: unknown, secret = SECRET) => {
  const body = JSON.stringify(payload);
  const signature = signBase64(secret, new TextEncoder().encode(body));
  const headers = { "x-corner-topic": topic, "x-corner-signature": signature };
  return request(`/v1/webhooks/${retailer.channelId}`, { method: "POST", headers, body });
};

describe("a storefront of one folder and one line", () => {
  it("creates an order by its callback, once, and changes it", async () => {
    const order = anOrder(unique("order"));
    const first = await sendCallback("sold", order);
    expect(first).toMatchObject({ status: 200, body: { outcome: "created" } });
    expect(await sendCallback("sold", order)).toMatchObject({ body: { orderId: first.body.orderId } });
    const read = () => call("GET", `/v1/orders/${first.body.orderId}`);
    expect((await read()).body).toMatchObject({
      channelId: retailer.channelId,
      status: "open",
      totalMinor: 2500,
      paymentStatus: "paid",
      lines: [{ sku: retailer.skus[0], ordered: 2, allocated: 2 }],
      holds: [],
    });
    const later = new Date(Date.now() + 1_000).toISOString();
    const changed = { ...order, placed: later, email: "byron@example.com" };
    expect(await sendCallback("changed", changed)).toMatchObject({ body: { outcome: "updated" } });
    expect((await read()).body).toMatchObject({ email: "byron@example.com" });
  });

  it("has its callbacks refused with a wrong signature, and kept for staff if they cannot be read", async () => {
    const order = anOrder(unique("order"));
    expect(await sendCallback("sold", order, "another secret")).toMatchObject({ status: 401 });
    const unreadable = await sendCallback("sold", { ...order, items: "none" });
    expect(unreadable).toMatchObject({ status: 200, body: { outcome: "kept" } });
    const { items } = (await call("GET", "/v1/callbacks/rejected")).body;
    const ofChannel = items.filter(
      ({ channelId }: { channelId: string }) => channelId === retailer.channelId,
    );
    expect(ofChannel).toMatchObject([{ topic: "sold", problem: expect.stringMatching(/^items /) }]);
  });

  it("receives what its channel may sell", async () => {
    const [sku] = retailer.skus;
    shown.set(sku!, 0);
    const { body } = await call("GET", `/v1/skus/${sku}/stock`);
    const available = body.levels[0].available;
    await expect
      .poll(async () => {
        await pushChannel(contextOf(env, createExecutionContext(), "test"), retailer.channelId);
        return shown.get(sku!);
      })
      .toBe(available);
  });

  it("is unknown without its line", async () => {
    const staff = await callerWith("reference:write");
    const { status, body } = await staff(
      "PUT",
      `/v1/channels/${unique("shop")}`,
      aChannel({ kind: "corner-shop" }),
    );
    expect([status, body.errors[0].path]).toEqual([422, "kind"]);
    const wrongHost = { baseUrl: "https://evil.example", credentials: { apiKey: "corner-key-0123456789" } };
    const refused = await call(
      "PUT",
      `/v1/channels/${unique("shop")}`,
      aChannel({ kind: "corner-shop", connection: wrongHost }),
    );
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, "connection.baseUrl"]);
  });
});
