/** The stock of each storefront, against a stub that answers as the storefront's documents describe. */
import { describe, expect, it } from "vitest";
import type { StorefrontStock } from "../../src/channels/storefront-api";
import { registryWith } from "../support/storefront-adapters";
import { BASE_URLS, CREDENTIALS, StorefrontStub } from "../support/storefront-stock";

const KINDS = ["shopify", "woocommerce", "bigcommerce"] as const;
type Kind = (typeof KINDS)[number];
type Answer = (url: string, init?: RequestInit) => Promise<Response>;

function stockOf(kind: Kind, answer: Answer, apiVersion?: string): StorefrontStock {
  const credentials = { ...CREDENTIALS[kind], ...(apiVersion ? { apiVersion } : {}) };
  const registry = registryWith(async (input, init) => answer(new Request(input).url, init));
  const api = registry.connect(kind, { baseUrl: BASE_URLS[kind], credentials }, { loopback: false });
  if (!api.ok) throw new Error(JSON.stringify(api.rejection));
  return api.value.stock!;
}

function open(kind: Kind) {
  const shop = new StorefrontStub();
  return { shop, stock: stockOf(kind, (url, init) => shop.answer(url, init)) };
}

/** Finds the SKUs and pushes these quantities. */
async function push(stock: StorefrontStock, quantities: Readonly<Record<string, number>>, key = "key-1") {
  const found = await stock.find(Object.keys(quantities));
  if (!found.ok) throw new Error(found.rejection.detail);
  const pushed = found.value.map(({ sku, externalId }) => {
    return { sku, externalId, quantity: quantities[sku]!, before: null };
  });
  return stock.push(pushed, key);
}

describe.each(KINDS)("the stock of %s", (kind) => {
  it("is found by SKU with what it shows, and set to what is pushed", async () => {
    const { shop, stock } = open(kind);
    shop.put("MUG", 5);
    shop.put("MUG-BLUE", 7);
    const found = await stock.find(["MUG", "NOWHERE"]);
    expect(found).toMatchObject({ ok: true, value: [{ sku: "MUG", shown: 5 }] });
    expect(await push(stock, { MUG: 3, "MUG-BLUE": 0 })).toEqual({ ok: true, value: [] });
    expect([shop.shows("MUG"), shop.shows("MUG-BLUE")]).toEqual([3, 0]);
  });

  it("is away if its response does not end", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(1_000_000).fill(0x20));
      },
    });
    const stock = stockOf(kind, async () => new Response(endless));
    expect(await stock.find(["MUG"])).toMatchObject({ ok: false, rejection: { code: "away" } });
    expect(sent).toBeLessThan(12);
  });

  it("is found among many similar SKUs", async () => {
    const { shop, stock } = open(kind);
    for (let i = 0; i < 9; i += 1) shop.put(`MUG-${i}`, 1);
    shop.put("MUG", 5);
    expect(await stock.find(["MUG"])).toMatchObject({ ok: true, value: [{ sku: "MUG", shown: 5 }] });
  });

  it("is set for the other SKUs of a batch if one is refused, or for none", async () => {
    const { shop, stock } = open(kind);
    const kept = shop.put("KEPT", 1);
    const gone = shop.put("GONE", 1);
    const found = await stock.find(["KEPT", "GONE"]);
    if (!found.ok) throw new Error("not found");
    gone.id = 9_999_999;
    const pushed = found.value.map(({ sku, externalId }) => ({ sku, externalId, quantity: 8, before: null }));
    const answer = await stock.push(pushed, "key-1");
    const partly = { answer: { ok: true, value: [{ sku: "GONE" }] }, kept: 8 };
    const none = { answer: { ok: false, rejection: { code: "refused" } }, kept: 1 };
    expect({ answer, kept: kept.quantity }).toMatchObject(kind === "bigcommerce" ? none : partly);
    expect(gone.quantity).toBe(1);
  });

  it.each<{ status: number; headers?: Record<string, string>; code: string; afterMs?: number }>([
    { status: 429, headers: { "retry-after": "7" }, code: "away", afterMs: 7_000 },
    { status: 429, headers: { "x-rate-limit-time-reset-ms": "2500" }, code: "away", afterMs: 2_500 },
    { status: 429, headers: { "retry-after": "864000" }, code: "away", afterMs: 900_000 },
    { status: 503, headers: { "retry-after": "Thu, 26 Nov 2026 00:00:00 GMT" }, code: "away", afterMs: 0 },
    { status: 500, code: "away", afterMs: 0 },
    { status: 401, code: "away", afterMs: 0 },
    { status: 302, headers: { location: "http://169.254.169.254/" }, code: "away", afterMs: 0 },
    { status: 200, code: "away", afterMs: 0 },
    { status: 422, code: "refused" },
  ])(
    "is $code after a response of $status with $headers",
    async ({ status, headers = {}, code, afterMs }) => {
      const requests: RequestInit[] = [];
      const stock = stockOf(kind, async (_url, init) => {
        requests.push(init ?? {});
        return new Response("<html>", { status, headers });
      });
      const found = await stock.find(["MUG"]);
      const rejection = afterMs === undefined ? { code } : { code, afterMs };
      expect(found).toMatchObject({ ok: false, rejection });
      expect(requests[0]?.redirect, "redirections are not followed").toBe("manual");
    },
  );

  it("is away if there is no response", async () => {
    const stock = stockOf(kind, () => Promise.reject(new TypeError("fetch failed")));
    expect(await stock.push([{ sku: "MUG", externalId: "1 1", quantity: 1, before: null }], "key")).toEqual({
      ok: false,
      rejection: { code: "away", detail: "the storefront does not answer", afterMs: 0 },
    });
  });

  it("is set for `maxPushed` SKUs in one call", async () => {
    const { shop, stock } = open(kind);
    const pushed = Array.from({ length: stock.maxPushed }, (_, i) => {
      const { sku, id } = shop.put(`SKU-${i}`, 1);
      const externalId = {
        shopify: `gid://shopify/InventoryItem/${id} gid://shopify/Location/1`,
        woocommerce: `0 ${id}`,
        bigcommerce: `product:${id}`,
      }[kind];
      return { sku, externalId, quantity: 2, before: 1 };
    });
    expect(await stock.push(pushed, "key")).toEqual({ ok: true, value: [] });
    expect(shop.calls).toHaveLength(1);
    expect(shop.items.every(({ quantity }) => quantity === 2)).toBe(true);
  });
});

describe("the stock of Shopify", () => {
  it("is not overwritten if a sale changed it, and is set for the other SKUs", async () => {
    const { shop, stock } = open("shopify");
    shop.put("SOLD", 4);
    shop.put("STILL", 5);
    const found = await stock.find(["SOLD", "STILL"]);
    if (!found.ok) throw new Error("not found");
    const pushed = found.value.map(({ sku, externalId }) => ({ sku, externalId, quantity: 9, before: 5 }));
    const detail = "Shopify answers CHANGE_FROM_QUANTITY_STALE";
    expect(await stock.push(pushed, "key")).toEqual({ ok: true, value: [{ sku: "SOLD", detail }] });
    expect([shop.shows("SOLD"), shop.shows("STILL")]).toEqual([4, 9]);
  });

  it("is found for SKUs with quotes, and not for items that are not tracked", async () => {
    const { shop, stock } = open("shopify");
    shop.put('5" PIPE \\ X', 2);
    shop.put("FREE", 0, { counted: false });
    expect(await stock.find(['5" PIPE \\ X', "FREE"])).toMatchObject({
      ok: true,
      value: [{ sku: '5" PIPE \\ X', shown: 2 }],
    });
  });

  it("is away until the rate limit's bucket is full enough", async () => {
    const throttled = {
      errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }],
      extensions: {
        cost: {
          requestedQueryCost: 112,
          actualQueryCost: null,
          throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 12, restoreRate: 50 },
        },
      },
    };
    const stock = stockOf("shopify", async () => Response.json(throttled));
    expect(await stock.find(["MUG"])).toMatchObject({
      ok: false,
      rejection: { code: "away", afterMs: 2_000 },
    });
  });

  it("is not pushed to a version of the API without idempotency keys", async () => {
    const stock = stockOf("shopify", () => Promise.reject(new Error("not to be called")), "2026-01");
    const pushed = [{ sku: "MUG", externalId: "a b", quantity: 1, before: null }];
    expect(await stock.push(pushed, "key")).toMatchObject({ ok: false, rejection: { code: "refused" } });
  });
});

describe("the stock of WooCommerce", () => {
  it("is pushed for variations under their product, and not for products that are not counted", async () => {
    const { shop, stock } = open("woocommerce");
    shop.put("SHIRT-S", 1, { product: 77 });
    shop.put("SHIRT-M", 1, { product: 77 });
    shop.put("CAP", 1);
    shop.put("POSTER", 0, { counted: false });
    expect(await push(stock, { "SHIRT-S": 4, "SHIRT-M": 5, CAP: 6, POSTER: 7 })).toEqual({
      ok: true,
      value: [],
    });
    expect(shop.items.map(({ quantity }) => quantity)).toEqual([4, 5, 6, 0]);
    expect(shop.calls.slice(1).toSorted()).toEqual([
      "POST /wp-json/wc/v3/products/77/variations/batch",
      "POST /wp-json/wc/v3/products/batch",
    ]);
  });
});

describe("the stock of BigCommerce", () => {
  it("is pushed by variant, or by product if it has no variants", async () => {
    const { shop, stock } = open("bigcommerce");
    shop.put("SHIRT-S", 1, { product: 77 });
    shop.put("CAP", 1);
    expect(await stock.find(["SHIRT-S", "CAP"])).toMatchObject({
      value: [{ externalId: "1000" }, { externalId: "product:1001" }],
    });
    expect(await push(stock, { "SHIRT-S": 4, CAP: 6 })).toEqual({ ok: true, value: [] });
    expect([shop.shows("SHIRT-S"), shop.shows("CAP")]).toEqual([4, 6]);
  });
});
