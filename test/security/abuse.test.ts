/** What callers may try with what they are given: cursors, keys of their own, bodies, callbacks, and numbers. */
import { env } from "cloudflare:workers";
import { createExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../src/config";
import { createApp } from "../../src/http/app";
import { encodeCursor } from "../../src/http/schemas";
import { createContext } from "../../src/live-context";
import { revokeApiKey } from "../../src/storage/operations/api-keys";
import { aChannel, aLocation, callerOf, callerWith, fetchWorker, makeKey, unique } from "../support/api";
import { countingDatabase } from "../support/counting-database";
import { fetchWith } from "../support/faults";
import {
  bodySchemaOf,
  endpointsOf,
  sampleOf,
  type Document,
  type Endpoint,
} from "../support/openapi-samples";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload, signedStorefrontRequest, wooPayload } from "../support/storefront-traffic";
import { everythingStored, openEstate, type Estate } from "./estate";

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
let estate: Estate;
let token: string;
beforeAll(async () => {
  estate = await openEstate(document);
  ({ token } = await makeKey("admin"));
});

const named = (list: readonly Endpoint[]) =>
  list.map((endpoint): [string, Endpoint] => [endpoint.operation.operationId, endpoint]);

describe("a cursor", () => {
  const lists = endpoints.filter(({ operation }) =>
    operation.parameters?.some(({ name }) => name === "cursor"),
  );
  const PLACES = [
    "x",
    " ",
    "NaN ord_x",
    "-1 a b c",
    "1e999 a",
    "9".repeat(500),
    "0x10 a",
    "1\n2\n3\n4",
    "\u0000",
    "\ud83d\ude00 \ud83d\ude00",
    "' OR 1=1 --",
    "%' UNION SELECT hash, hash, hash FROM api_keys --",
    "{}",
    '{"createdAt":0}',
    "__proto__",
    "2026-11-22 ",
    "0000-00-00 x",
    "9999-99-99 x",
  ];

  it.each(named(lists))("is a place in the list and nothing else: %s", async (_id, endpoint) => {
    const path = estate.pathOf(endpoint);
    const read = async (cursor: string) => {
      const url = `${path}${path.includes("?") ? "&" : "?"}limit=200${cursor && `&cursor=${cursor}`}`;
      const response = await fetchWorker(url, { headers: { authorization: `Bearer ${token}` } });
      const { items = [] } = await response.json<{ items?: unknown[] }>();
      return { status: response.status, items: items.map((item) => JSON.stringify(item)) };
    };
    const all = await read("");
    expect(all.status).toBe(200);
    for (const place of PLACES) {
      const { status, items } = await read(encodeCursor(place));
      expect([place, [200, 422].includes(status)]).toEqual([place, true]);
      expect(all.items).toEqual(expect.arrayContaining(items));
    }
  });

  it.each([
    "a",
    "====",
    "%00",
    "%FF%FE",
    "a b",
    "ZZZZZ",
    encodeCursor("x").slice(0, -1),
    `${encodeCursor("x")}=`,
  ])("that is none of ours is refused: %s", async (cursor) => {
    const response = await fetchWorker(`/v1/skus?cursor=${cursor}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      422,
      "invalid_request",
    ]);
  });
});

describe("a prototype", () => {
  const POLLUTION =
    '"__proto__":{"isAdmin":true,"status":"closed"},"constructor":{"prototype":{"isAdmin":true}}';
  const isClean = () => !("isAdmin" in {}) && Object.keys(Object.prototype).length === 0;

  it.each(named(endpoints.filter((each) => bodySchemaOf(each))))(
    "is not reached by a body: %s",
    async (_id, endpoint) => {
      const before = await everythingStored();
      const sample = JSON.stringify(sampleOf(document, bodySchemaOf(endpoint)!));
      for (const body of [`{${POLLUTION}}`, sample.replaceAll("{", `{${POLLUTION},`).replaceAll(",}", "}")]) {
        const response = await fetchWorker(estate.pathOf(endpoint), {
          method: endpoint.method,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body,
        });
        expect(response.status).toBe(422);
      }
      expect(isClean()).toBe(true);
      expect(await everythingStored()).toBe(before);
    },
  );

  it.each(["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"])(
    "has no names that a location or a channel may have: %s",
    async (id) => {
      for (const [path, body] of [
        ["locations", aLocation()],
        ["channels", aChannel()],
      ] as const) {
        expect((await estate.admin("PUT", `/v1/${path}/${id}`, body)).status).toBe(422);
      }
    },
  );

  it("may lend its names to SKUs, orders and lines, which are counted as any other", async () => {
    const admin = estate.admin;
    const [locationId] = estate.retailer.locationIds;
    for (const name of ["__proto__", "constructor", "toString"]) {
      const sku = { title: name, weightGrams: 1, unitCostMinor: 1, policy: "deny" };
      expect((await admin("PUT", `/v1/skus/${name}`, sku)).status).toBe(201);
      await admin("POST", `/v1/skus/${name}/receipts`, { locationId, quantity: 5, ref: name });
      const order = canonicalPayload(anOrderOf({ ...estate.retailer, skus: [name] }, [2]));
      const lines = order.lines.map((line) => ({ ...line, externalId: name }));
      const placed = await admin("POST", "/v1/orders", {
        channelId: estate.retailer.channelId,
        ...order,
        externalId: name,
        lines,
      });
      expect([placed.status, placed.body.lines[0].allocated]).toEqual([201, 2]);
      const stock = await admin("GET", `/v1/skus/${name}/stock`);
      expect(stock.body.levels).toMatchObject([{ locationId, onHand: 5, claimed: 2, available: 3 }]);
    }
    expect(isClean()).toBe(true);
  });
});

describe("an Idempotency-Key", () => {
  const put = (token: string, key: string, id: string, name = "Berlin") =>
    callerOf(token)("PUT", `/v1/locations/${id}`, aLocation({ name }), { "idempotency-key": key });

  it("gives no other caller the answer, even where it names the first one's key", async () => {
    const [first, second] = [await makeKey("reference:write"), await makeKey("reference:write")];
    const [key, id] = [unique("key"), unique("loc")];
    await put(first.token, key, id, "The first one's");
    for (const stolen of [key, `${first.key.id}:${key}`, `:${key}`, `../${key}`]) {
      const { headers, body } = await put(second.token, stolen, id, "The second one's");
      expect([stolen, headers.get("idempotency-replayed")]).toEqual([stolen, null]);
      expect(JSON.stringify(body)).not.toContain("The first one's");
    }
  });

  it("gives a revoked caller nothing", async () => {
    const { key, token } = await makeKey("reference:write");
    const [name, id] = [unique("key"), unique("loc")];
    await put(token, name, id);
    await revokeApiKey(env.DB, key.id, Date.now());
    expect((await put(token, name, id)).status).toBe(401);
  });

  it("does not stand in for a scope", async () => {
    const { key, token } = await makeKey("reference:write");
    const [name, id] = [unique("key"), unique("loc")];
    await put(token, name, id);
    await env.DB.prepare("UPDATE api_keys SET scopes = '[\"orders:read\"]' WHERE id = ?1").bind(key.id).run();
    await revokeApiKey(env.DB, key.id, Date.now());
    await env.DB.prepare("UPDATE api_keys SET revoked_at = NULL WHERE id = ?1").bind(key.id).run();
    expect((await put(token, name, id)).status).toBe(403);
  });

  it.each(["", "x".repeat(256), "x".repeat(10_000)])("has a length: %#", async (key) => {
    const { status } = await put(token, key, unique("loc"));
    expect(status).toBe(422);
  });
});

const SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const OTHER_SECRET = "whsec_b3RoZXIgc2VjcmV0IG9mIGFub3RoZXIgY2hhbm5lbCE=";

async function openChannel(over: Record<string, unknown> = {}): Promise<string> {
  const id = unique("shop");
  const channel = aChannel({ currency: "USD", secrets: [SECRET], locationIds: estate.retailer.locationIds });
  const made = await estate.admin("PUT", `/v1/channels/${id}`, { ...channel, ...over });
  expect(made.status).toBe(201);
  return id;
}

const post = async (channelId: string, headers: Record<string, string>, body: BodyInit) => {
  const response = await fetchWorker(`/v1/webhooks/${channelId}`, { method: "POST", headers, body });
  const told = await response.json<{ outcome?: string; code?: string; orderId?: string }>();
  return { status: response.status, ...told };
};
const anOrder = () => canonicalPayload(anOrderOf(estate.retailer, [1, 0]));
const sign = (payload: unknown, { secret = SECRET, now = Date.now(), topic = "order.created" } = {}) =>
  signedStorefrontRequest("generic", secret, topic, payload, { id: unique("event"), now });

describe("a callback", () => {
  it("that its channel's secret did not sign is refused, and nothing is kept of it", async () => {
    const [channelId, other] = [await openChannel(), await openChannel({ secrets: [OTHER_SECRET] })];
    const woo = await openChannel({ kind: "woocommerce" });
    const shopify = await openChannel({ kind: "shopify" });
    const unsecured = unique("shop");
    await estate.admin("PUT", `/v1/channels/${unsecured}`, aChannel({ currency: "USD" }));
    const { headers, body } = await sign(anOrder());
    const signedWith = async (secret: string) => (await sign(anOrder(), { secret })).headers;
    const at = (offset: number) => sign(anOrder(), { now: Date.now() + offset });
    const early = await at(6 * 60_000);
    const late = await at(-6 * 60_000);
    const before = await everythingStored();
    const without = (name: string) =>
      Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

    const wrong: [string, string, Record<string, string>, string][] = [
      ["another channel's secret", channelId, await signedWith(OTHER_SECRET), body],
      ["for another channel", other, headers, body],
      ["for a channel of another kind", woo, headers, body],
      ["for a channel of another kind", shopify, headers, body],
      ["for a channel that has no secret", unsecured, headers, body],
      ["another body", channelId, headers, body.replace("USD", "EUR")],
      ["a space more", channelId, headers, `${body} `],
      ["no signature", channelId, without("webhook-signature"), body],
      ["no time", channelId, without("webhook-timestamp"), body],
      ["no id", channelId, without("webhook-id"), body],
      ["another id", channelId, { ...headers, "webhook-id": "another" }, body],
      [
        "another time",
        channelId,
        { ...headers, "webhook-timestamp": String(Math.floor(Date.now() / 1000) + 1) },
        body,
      ],
      [
        "a version that is not ours",
        channelId,
        { ...headers, "webhook-signature": headers["webhook-signature"]!.replace("v1,", "v2,") },
        body,
      ],
      ["an empty signature", channelId, { ...headers, "webhook-signature": "v1," }, body],
      ["many wrong ones", channelId, { ...headers, "webhook-signature": "v1,AAAA ".repeat(500) }, body],
      ["too early", channelId, early.headers, early.body],
      ["too late", channelId, late.headers, late.body],
    ];
    for (const [what, to, given, bytes] of wrong) {
      const { status, code } = await post(to, given, bytes);
      expect([what, status, code]).toEqual([what, 401, "invalid_signature"]);
    }
    for (const time of ["NaN", "", "1e9", "0x65", "-1", "99999999999999", `${Date.now()}`, " ", "1.5"]) {
      const given = { ...headers, "webhook-timestamp": time };
      expect([time, (await post(channelId, given, body)).status]).toEqual([time, 401]);
    }
    expect(await everythingStored()).toBe(before);
    expect(await post(channelId, headers, body)).toMatchObject({ status: 200, outcome: "accepted" });
  });

  it("is taken once, however often it is played again", async () => {
    const channelId = await openChannel();
    const { headers, body } = await sign(anOrder());
    const first = await post(channelId, headers, body);
    const { body: order } = await estate.admin("GET", `/v1/orders/${first.orderId}`);
    for (let i = 0; i < 3; i += 1) expect((await post(channelId, headers, body)).status).toBe(200);
    expect((await estate.admin("GET", `/v1/orders/${first.orderId}`)).body).toEqual(order);
  });

  it("cannot be made to end its order by a header that is not signed", async () => {
    const generic = await openChannel();
    const order = anOrder();
    const bare = JSON.stringify(order);
    const { headers } = await sign(order);
    const { orderId } = await post(generic, await signedAs(bare), bare);
    const again = { ...(await signedAs(bare)), "webhook-topic": "order.cancelled" };
    expect(await post(generic, again, bare)).toMatchObject({ status: 422, code: "invalid_request" });
    expect(headers).toBeDefined();
    expect((await estate.admin("GET", `/v1/orders/${orderId}`)).body.status).toBe("open");

    const woo = await openChannel({ kind: "woocommerce", secrets: ["a secret of WooCommerce"] });
    const payload = wooPayload(anOrderOf(estate.retailer, [1, 0]));
    const meta = { id: unique("event"), now: Date.now() };
    const created = await signedStorefrontRequest(
      "woocommerce",
      "a secret of WooCommerce",
      "order.created",
      payload,
      meta,
    );
    const taken = await post(woo, created.headers, created.body);
    expect(taken.outcome).toBe("accepted");
    const ended = await post(
      woo,
      { ...created.headers, "x-wc-webhook-topic": "order.deleted" },
      created.body,
    );
    expect(ended.outcome).toBe("kept");
    expect((await estate.admin("GET", `/v1/orders/${taken.orderId}`)).body.status).toBe("open");
  });

  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const BOMBS: [string, string][] = [
    ["nested", nested(50_000)],
    ["a list in a list", "[".repeat(100_000) + "]".repeat(100_000)],
    ["never closed", "[".repeat(400_000)],
    ["many fields", `{${Array.from({ length: 30_000 }, (_, i) => `"f${i}":0`).join(",")}}`],
    ["one field many times", `{${'"lines":[],'.repeat(30_000)}"lines":[]}`],
    [
      "many empty lines",
      JSON.stringify({ externalId: "1", lines: Array.from({ length: 20_000 }, () => ({})) }),
    ],
    ["numbers beyond all bounds", '{"externalId":1e999,"total":-1e999,"lines":[{"quantity":1e308}]}'],
    ["a prototype", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'],
    ["an envelope's prototype", '{"type":"__proto__","data":{"__proto__":{"isAdmin":true}}}'],
    ["a text", `"${"x".repeat(500_000)}"`],
    ["nothing", ""],
    ["null", "null"],
  ];
  it.each(BOMBS)(
    "that is signed and of no use is kept for staff, and answered briefly: %s",
    async (_what, body) => {
      const channelId = await openChannel();
      const response = await fetchWorker(`/v1/webhooks/${channelId}`, {
        method: "POST",
        headers: await signedAs(body),
        body,
      });
      expect([200, 422]).toContain(response.status);
      expect((await response.text()).length).toBeLessThan(5_000);
      expect("isAdmin" in {}).toBe(false);
      const row = await env.DB.prepare("SELECT count(*) AS orders FROM orders WHERE channel_id = ?1")
        .bind(channelId)
        .first<number>("orders");
      expect(row).toBe(0);
    },
  );

  it("of more than a megabyte is not read to its end", async () => {
    const channelId = await openChannel();
    const body = "x".repeat(1024 * 1024 + 1);
    expect(await post(channelId, await signedAs(body), body)).toMatchObject({ status: 413 });
  });
});

/** A generic callback's headers over exactly this body. */
async function signedAs(body: string): Promise<Record<string, string>> {
  const [id, timestamp] = [unique("event"), String(Math.floor(Date.now() / 1000))];
  const key = Uint8Array.from(atob(SECRET.slice("whsec_".length)), (c) => c.charCodeAt(0));
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const signed = await crypto.subtle.sign(
    "HMAC",
    imported,
    new TextEncoder().encode(`${id}.${timestamp}.${body}`),
  );
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${btoa(String.fromCharCode(...new Uint8Array(signed)))}`,
  };
}

/** The platform's limiter with so many for each key, and who asked. */
function limiter(most: number) {
  const asked = new Map<string, number>();
  const limit = ({ key }: { key: string }) => {
    asked.set(key, (asked.get(key) ?? 0) + 1);
    return Promise.resolve({ success: asked.get(key)! <= most });
  };
  return { binding: { limit }, asked };
}

describe("a caller nobody knows", () => {
  const from = (address: string) => ({ "cf-connecting-ip": address });
  const request = (path: string, init: RequestInit = {}) =>
    new Request(`https://aftercart.test${path}`, init);

  const open = endpoints.filter(({ operation }) => operation.security?.length === 0);
  it.each(named(open))("may ask only so often: %s", async (_id, endpoint) => {
    const api = limiter(2);
    const bindings: Partial<Env> = { API_RATE_LIMIT: api.binding, PUBLIC_RATE_LIMIT: api.binding };
    const ask = async (address: string) => {
      const { method } = endpoint;
      const init = { method, headers: from(address), ...(method === "POST" ? { body: "{}" } : {}) };
      return (await fetchWith(bindings, request(estate.pathOf(endpoint), init))).status;
    };
    const statuses = [await ask("1.1.1.1"), await ask("1.1.1.1"), await ask("1.1.1.1"), await ask("2.2.2.2")];
    expect(statuses.map((status) => status === 429)).toEqual([false, false, true, false]);
  });

  it("may try only so many callbacks, whatever the channel, and fills no inbox with them", async () => {
    const { binding } = limiter(20);
    const channelId = await openChannel();
    const before = await everythingStored();
    const attempts = Array.from({ length: 60 }, async (_, i) => {
      const init = { method: "POST", headers: from("203.0.113.9"), body: `{"forged":${i}}` };
      const to = i % 2 === 0 ? channelId : unique("nobody");
      return (await fetchWith({ API_RATE_LIMIT: binding }, request(`/v1/webhooks/${to}`, init))).status;
    });
    const statuses = await Promise.all(attempts);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40);
    expect(new Set(statuses)).toEqual(new Set([401, 404, 429]));
    expect(await everythingStored()).toBe(before);
    const { headers, body } = await sign(anOrder());
    const init = { method: "POST", headers: { ...headers, ...from("198.51.100.7") }, body };
    const signed = await fetchWith({ API_RATE_LIMIT: binding }, request(`/v1/webhooks/${channelId}`, init));
    expect(signed.status).toBe(200);
  });

  it("costs the database nothing beyond the limit, though every guess is another key", async () => {
    const { database, roundTrips } = countingDatabase(env.DB);
    const { binding } = limiter(5);
    const app = createApp((bindings, execution, actor) => ({
      ...createContext(bindings, execution, actor),
      databases: { primary: database, orders: () => database, allOrders: [database] },
    }));
    const bindings = { ...env, API_RATE_LIMIT: binding };
    for (let i = 0; i < 50; i += 1) {
      const guess = `ak_${String(i).padStart(26, "0")}_${"0".repeat(64)}`;
      const headers = { authorization: `Bearer ${guess}`, ...from("203.0.113.10") };
      const response = await app.request("/v1/orders", { headers }, bindings, createExecutionContext());
      expect(response.status).toBe(i < 5 ? 401 : 429);
    }
    expect(roundTrips()).toBe(5);
  });

  it("does not use up what a known key may ask", async () => {
    const { binding } = limiter(5);
    const { token } = await makeKey("reference:read");
    const ask = async (given: string) => {
      const headers = { authorization: `Bearer ${given}`, ...from("203.0.113.11") };
      return (await fetchWith({ API_RATE_LIMIT: binding }, request("/v1/skus", { headers }))).status;
    };
    expect(await ask(token)).toBe(200);
    for (let i = 0; i < 10; i += 1) await ask("hunter2");
    expect(await ask("hunter2")).toBe(429);
    expect(await ask(token)).toBe(200);
  });

  it("leaves nothing behind, whatever is asked", async () => {
    const before = await everythingStored();
    const caller = await callerWith("orders:read");
    expect(caller).toBeDefined();
    const withKey = await everythingStored();
    expect(withKey).not.toBe(before);
    for (const endpoint of endpoints) {
      const { method } = endpoint;
      const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
      await fetchWorker(estate.pathOf(endpoint), { method, ...body });
    }
    expect(await everythingStored()).toBe(withKey);
  });
});
