/** Orders by Shopify's REST Admin API, against a stub that answers as the documents describe. */
import { describe, expect, it } from "vitest";
import type { StorefrontApi } from "../../../src/channels/storefront-api";
import { orderIn, registryWith } from "../../support/storefront-adapters";
import { BASE_URLS, CREDENTIALS } from "../../support/storefront-stock";
import partiallyRefunded from "../../fixtures/shopify/order-partially-refunded.json";
import { payload, read, receivedAt } from "./payloads";

type Answer = (url: URL, init: RequestInit) => Response | Promise<Response>;

/** The API of a shop that answers so, and the requests that it received. */
function shopThat(answer: Answer) {
  const requests: { url: URL; init: RequestInit }[] = [];
  const registry = registryWith(async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    requests.push({ url, init });
    return answer(url, init);
  });
  const connection = { baseUrl: BASE_URLS.shopify, credentials: CREDENTIALS.shopify };
  const api = registry.connect("shopify", connection, { loopback: false });
  if (!api.ok) throw new Error(JSON.stringify(api.rejection));
  return { api: api.value, requests };
}

const channel = { id: "shop", currency: "EUR" };
const fetchOrder = ({ fetchOrder: fetch }: StorefrontApi, id = "1001") =>
  fetch!(id, { channel, fetchedAt: receivedAt });

describe("a fetched Shopify order", () => {
  it("is what a callback with the same order has, in one request with the token", async () => {
    const { api, requests } = shopThat(() => Response.json({ order: partiallyRefunded }));
    const fetched = await fetchOrder(api, "450789469");
    expect(fetched).toEqual({
      ok: true,
      value: { type: "order", order: orderIn(read("orders/updated", partiallyRefunded)) },
    });
    expect(requests.map(({ url }) => url.href)).toEqual([
      "https://stub.myshopify.com/admin/api/2026-10/orders/450789469.json",
    ]);
    const { init } = requests[0]!;
    expect(new Headers(init.headers).get("x-shopify-access-token")).toBe(CREDENTIALS.shopify.accessToken);
    expect([init.method, init.redirect]).toEqual(["GET", "manual"]);
  });

  it.each<{ status: number; headers?: Record<string, string>; body?: string; rejection: object }>([
    { status: 404, rejection: { code: "order_gone" } },
    {
      status: 429,
      headers: { "retry-after": "2.0" },
      rejection: { code: "storefront_away", afterMs: 2_000 },
    },
    { status: 401, rejection: { code: "storefront_away", afterMs: 0 } },
    { status: 402, rejection: { code: "storefront_away" } },
    { status: 423, rejection: { code: "storefront_away" } },
    { status: 503, rejection: { code: "storefront_away" } },
    { status: 500, rejection: { code: "answer_unusable" } },
    { status: 301, rejection: { code: "answer_unusable" } },
    { status: 200, body: "<html>", rejection: { code: "answer_unusable" } },
    { status: 200, body: "{}", rejection: { code: "order_unreadable", errors: [{ path: "order" }] } },
    {
      status: 200,
      body: JSON.stringify({ order: { id: 1001, line_items: "none" } }),
      rejection: {
        code: "order_unreadable",
        errors: [{ path: "order.line_items" }],
        response: { order: { id: 1001 } },
      },
    },
    {
      status: 200,
      body: JSON.stringify({ order: payload({ currency: "QQQ" }) }),
      rejection: { code: "order_unreadable", errors: [{ path: "currency" }] },
    },
  ])(
    "does not exist after a response of $status with $body",
    async ({ status, headers = {}, body = "", rejection }) => {
      const { api } = shopThat(() => new Response(body, { status, headers }));
      expect(await fetchOrder(api)).toMatchObject({ ok: false, rejection });
    },
  );

  it("does not exist if there is no response, or one that does not end", async () => {
    const away = { ok: false, rejection: { code: "storefront_away" } };
    expect(await fetchOrder(shopThat(() => Promise.reject(new TypeError("fetch failed"))).api)).toMatchObject(
      away,
    );
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000_000).fill(0x20)),
    });
    expect(await fetchOrder(shopThat(() => new Response(endless)).api)).toMatchObject(away);
  });

  it("cannot be requested from another address by its id", async () => {
    const { api, requests } = shopThat(() => new Response("", { status: 404 }));
    await fetchOrder(api, "../../x?y");
    expect(requests[0]!.url.pathname).toBe("/admin/api/2026-10/orders/..%2F..%2Fx%3Fy.json");
  });
});

describe("the changed orders of a Shopify shop", () => {
  const since = Date.UTC(2026, 10, 21);
  const list = (ids: readonly number[], link?: string) =>
    Response.json({ orders: ids.map((id) => ({ id })) }, link === undefined ? {} : { headers: { link } });

  it("are listed page by page", async () => {
    const next = (info: string) =>
      `<https://stub.myshopify.com/admin/api/2026-10/orders.json?limit=100&page_info=old>; rel="previous", <https://elsewhere.example/orders.json?limit=100&page_info=${info}>; rel="next"`;
    const { api, requests } = shopThat((url) =>
      url.searchParams.get("page_info") === "p2" ? list([3]) : list([1, 2], next("p2")),
    );
    expect(await api.listChanged!(since, null)).toEqual({
      ok: true,
      value: { externalIds: ["1", "2"], cursor: "p2" },
    });
    expect(await api.listChanged!(since, "p2")).toEqual({
      ok: true,
      value: { externalIds: ["3"], cursor: null },
    });
    expect(requests.map(({ url }) => `${url.origin}${url.pathname}`)).toEqual(
      Array.from({ length: 2 }, () => "https://stub.myshopify.com/admin/api/2026-10/orders.json"),
    );
    expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { status: "any", updated_at_min: "2026-11-21T00:00:00.000Z", limit: "100", fields: "id" },
      { page_info: "p2", limit: "100", fields: "id" },
    ]);
  });

  it("have exact ids beyond 2^53", async () => {
    const { api } = shopThat(() => new Response('{"orders":[{"id":820982911946154508}]}'));
    expect(await api.listChanged!(since, null)).toMatchObject({
      value: { externalIds: ["820982911946154508"] },
    });
  });

  it.each([
    { status: 429, rejection: { code: "away", afterMs: 3_000 } },
    { status: 500, rejection: { code: "away" } },
    { status: 400, rejection: { code: "refused" } },
    { status: 200, rejection: { code: "away" } },
  ])("are not listed after a response of $status", async ({ status, rejection }) => {
    const { api } = shopThat(() => new Response("{}", { status, headers: { "retry-after": "3" } }));
    expect(await api.listChanged!(since, null)).toMatchObject({ ok: false, rejection });
  });
});
