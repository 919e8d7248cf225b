/** What storefronts show and are told of stock, against a shop that answers as each one's documents say. */
import { describe, expect, it } from "vitest";
import type { StorefrontStock } from "../../../src/channels/ports";
import { stockConnector } from "../../../src/channels/storefronts/stock";
import { parseConnection } from "../../../src/channels/domain/channel-connection";
import { BASE_URLS, CREDENTIALS, StorefrontStub } from "../../support/storefront-stock";

const KINDS = ["shopify", "woocommerce", "bigcommerce"] as const;
type Kind = (typeof KINDS)[number];
type Answer = (url: string, init?: RequestInit) => Promise<Response>;

function connect(kind: Kind, answer: Answer, apiVersion?: string): StorefrontStock {
  const credentials = { ...CREDENTIALS[kind], ...(apiVersion ? { apiVersion } : {}) };
  const connection = parseConnection(kind, { baseUrl: BASE_URLS[kind], credentials }, { loopback: false });
  if (!connection.ok) throw new Error(JSON.stringify(connection.rejection));
  return stockConnector(async (input, init) => answer(new Request(input).url, init))(connection.value);
}

function open(kind: Kind) {
  const shop = new StorefrontStub();
  return { shop, stock: connect(kind, (url, init) => shop.answer(url, init)) };
}

/** Finds the SKUs and tells them these quantities. */
async function push(stock: StorefrontStock, quantities: Readonly<Record<string, number>>, key = "key-1") {
  const found = await stock.find(Object.keys(quantities));
  if (!found.ok) throw new Error(found.rejection.detail);
  const pushed = found.value.map(({ sku, externalId }) => {
    return { sku, externalId, quantity: quantities[sku]!, before: null };
  });
  return stock.push(pushed, key);
}

describe.each(KINDS)("%s", (kind) => {
  it("is asked where it has SKUs and what it shows, and pushed what it may sell", async () => {
    const { shop, stock } = open(kind);
    shop.put("MUG", 5);
    shop.put("MUG-BLUE", 7);
    const found = await stock.find(["MUG", "NOWHERE"]);
    expect(found).toMatchObject({ ok: true, value: [{ sku: "MUG", shown: 5 }] });
    expect(await push(stock, { MUG: 3, "MUG-BLUE": 0 })).toEqual({ ok: true, value: [] });
    expect([shop.shows("MUG"), shop.shows("MUG-BLUE")]).toEqual([3, 0]);
  });

  it("is away where its answer has no end", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(1_000_000).fill(0x20));
      },
    });
    const stock = connect(kind, async () => new Response(endless));
    expect(await stock.find(["MUG"])).toMatchObject({ ok: false, rejection: { code: "away" } });
    expect(sent).toBeLessThan(12);
  });

  it("is found among however many that are alike", async () => {
    const { shop, stock } = open(kind);
    for (let like = 0; like < 9; like += 1) shop.put(`MUG-${like}`, 1);
    shop.put("MUG", 5);
    expect(await stock.find(["MUG"])).toMatchObject({ ok: true, value: [{ sku: "MUG", shown: 5 }] });
  });

  it("names what it did not take, and takes the rest, or is pushed in parts", async () => {
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

  it.each([
    [429, { "retry-after": "7" }, "away", 7_000],
    [429, { "x-rate-limit-time-reset-ms": "2500" }, "away", 2_500],
    [429, { "retry-after": "864000" }, "away", 900_000],
    [503, { "retry-after": "Thu, 26 Nov 2026 00:00:00 GMT" }, "away", 0],
    [500, {}, "away", 0],
    [401, {}, "away", 0],
    [302, { location: "http://169.254.169.254/" }, "away", 0],
    [200, {}, "away", 0],
    [422, {}, "refused", undefined],
  ])("answers %i %j: %s", async (status, headers, code, afterMs) => {
    const asked: RequestInit[] = [];
    const stock = connect(kind, async (_url, init) => {
      asked.push(init ?? {});
      return new Response("<html>", { status, headers });
    });
    const found = await stock.find(["MUG"]);
    const rejection = afterMs === undefined ? { code } : { code, afterMs };
    expect(found).toMatchObject({ ok: false, rejection });
    expect(asked[0]?.redirect, "nobody is followed").toBe("manual");
  });

  it("that does not answer is away", async () => {
    const stock = connect(kind, () => Promise.reject(new TypeError("fetch failed")));
    expect(await stock.push([{ sku: "MUG", externalId: "1 1", quantity: 1, before: null }], "key")).toEqual({
      ok: false,
      rejection: { code: "away", detail: "the storefront does not answer", afterMs: 0 },
    });
  });

  it("takes as many as it says in one call", async () => {
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

describe("shopify", () => {
  it("does not overwrite a sale that has not reached us, and takes the others", async () => {
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

  it("finds SKUs with quotes, and not those it does not track", async () => {
    const { shop, stock } = open("shopify");
    shop.put('5" PIPE \\ X', 2);
    shop.put("FREE", 0, { counted: false });
    expect(await stock.find(['5" PIPE \\ X', "FREE"])).toMatchObject({
      ok: true,
      value: [{ sku: '5" PIPE \\ X', shown: 2 }],
    });
  });

  it("says how long to wait when its bucket is empty", async () => {
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
    const stock = connect("shopify", async () => Response.json(throttled));
    expect(await stock.find(["MUG"])).toMatchObject({
      ok: false,
      rejection: { code: "away", afterMs: 2_000 },
    });
  });

  it("is not pushed in a version of its API without keys", async () => {
    const stock = connect("shopify", () => Promise.reject(new Error("not to be called")), "2026-01");
    const pushed = [{ sku: "MUG", externalId: "a b", quantity: 1, before: null }];
    expect(await stock.push(pushed, "key")).toMatchObject({ ok: false, rejection: { code: "refused" } });
  });
});

describe("woocommerce", () => {
  it("tells variations under their product, and no product that is not counted", async () => {
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

describe("bigcommerce", () => {
  it("tells variants by themselves, and products without any by theirs", async () => {
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
