/**
 * A customer's name, address, email and phone, planted everywhere they can come in, and looked for everywhere
 * they must not come out: logs, other people's pages and answers, problems, the books, queues, and answers to
 * keys that may not see them.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SCOPES, type Scope } from "../../src/platform/auth/api-keys";
import type { OrderId } from "../../src/kernel/ids";
import { statusSignature } from "../../src/orders/domain/status-link";
import { aChannel, fetchWorker, makeKey, unique, type Call } from "../support/api";
import { databaseAway, databaseWith } from "../support/faulty-bindings";
import { endpointsOf, type Document, type Endpoint } from "../support/openapi-samples";
import { anOrderOf, SECRET } from "../support/retailer";
import {
  canonicalPayload,
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  wooPayload,
  type StorefrontKind,
} from "../support/storefront-traffic";
import wranglerToml from "../../wrangler.toml?raw";
import { openEstate, type Estate } from "./populated-retailer";
import { listenToLogs, openStage } from "./test-worker";

/** Which answers tell of customers, and to which scope. `admin` includes every other. */
const MAY_TELL: Partial<Record<Scope, readonly string[]>> = {
  "orders:read": [
    "getOrder",
    "listOrders",
    "listOrderEvents",
    "listOrderNotifications",
    "listRejectedCallbacks",
  ],
  admin: ["listDeadLetters"],
};
/** The only message that carries a customer: an order whose database was away. */
const MAY_CARRY = ["order.create.v1"];

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
const scopes = Object.keys(SCOPES) as Scope[];
const mayTell = (scope: Scope, { operation }: Endpoint) =>
  MAY_TELL[scope]?.includes(operation.operationId) ||
  (scope === "admin" && Object.values(MAY_TELL).flat().includes(operation.operationId));

/** In every planted text, and in nothing else. */
const CANARY = `canary${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
const person = {
  email: `${CANARY}@customers.example`,
  phone: `+49 ${CANARY}`,
  name: `Ada ${CANARY}`,
  street: `${CANARY} Street 1`,
};
const address = {
  name: person.name,
  company: `${CANARY} Ltd`,
  line1: person.street,
  line2: `behind ${CANARY}`,
  city: "Berlin",
  postalCode: `P${CANARY}`,
  countryCode: "DE",
  phone: person.phone,
};
const placedBy = {
  email: person.email,
  phone: person.phone,
  customerName: person.name,
  shippingAddress: address,
  billingAddress: address,
  note: `ring ${CANARY} first`,
};

const mailed: { url: unknown; to: string[]; text: string }[] = [];
const realConsole = { ...console };
const logs = listenToLogs();
const stage = openStage({ NOTIFY_PROVIDER: "resend", NOTIFY_API_KEY: "re_secret" });
const tokens = new Map<Scope, string>();
let estate: Estate;
let admin: Call;
let planted: { id: string; fulfillmentId: string; lineId: string };
let somebodyElse: string;

beforeAll(async () => {
  vi.stubGlobal("fetch", (url: unknown, init: RequestInit) => {
    const { to, text } = JSON.parse(init.body as string);
    mailed.push({ url, to, text });
    // As a provider might put it: with the address in its words.
    const message = `Too many requests to ${to}`;
    return Promise.resolve(Response.json({ name: "rate_limit_exceeded", message }, { status: 429 }));
  });
  estate = await openEstate(document);
  for (const scope of scopes) tokens.set(scope, (await makeKey(scope)).token);
  admin = stage.callAs(tokens.get("admin")!);
  planted = await placedThroughTheApi();
  somebodyElse = (await admin("POST", "/v1/orders", anApiOrder({}))).body.id;
  await placedByStorefronts();
  await changed();
  await stage.deliver();
  await goneWrong();
  await stage.deliver();
  await stage.cron("* * * * *");
  await stage.cron("10 1 * * *");
  await admin("POST", `/v1/reconciliations/${new Date().toISOString().slice(0, 10)}/run`);
  await stage.deliver();
}, 120_000);
afterAll(() => {
  vi.unstubAllGlobals();
  Object.assign(console, realConsole);
});

const anApiOrder = (over: object) => ({
  channelId: estate.retailer.channelId,
  ...canonicalPayload(anOrderOf(estate.retailer, [2, 1])),
  ...over,
});

async function placedThroughTheApi() {
  const { status, body } = await admin("POST", "/v1/orders", anApiOrder(placedBy), {
    "idempotency-key": unique("key"),
  });
  expect(status).toBe(201);
  const part = body.fulfillments[0];
  return { id: body.id, fulfillmentId: part.id, lineId: part.lines[0].lineId };
}

async function callback(channelId: string, kind: StorefrontKind, topic: string, payload: unknown, over = {}) {
  const secret = kind === "generic" ? `whsec_${btoa(SECRET)}` : SECRET;
  const signed = await signedStorefrontRequest(kind, secret, topic, payload, {
    id: unique("event"),
    now: Date.now(),
  });
  const path = `https://aftercart.test/v1/webhooks/${channelId}`;
  return (await stage.request(new Request(path, { method: "POST", ...signed, ...over }))).json();
}

const traffic = () => {
  const order = anOrderOf(estate.retailer, [1, 0], { email: person.email });
  const at = { firstName: "Ada", lastName: CANARY, line1: person.street, postalCode: `P${CANARY}` };
  return { ...order, address: { ...order.address!, ...at } };
};

/** As each kind of storefront tells them: taken in, changed, refunded, and not readable. */
async function placedByStorefronts() {
  for (const kind of ["shopify", "woocommerce", "generic"] as const) {
    const channelId = unique(kind);
    const secrets = [kind === "generic" ? `whsec_${btoa(SECRET)}` : SECRET];
    const { locationIds } = estate.retailer;
    await admin(
      "PUT",
      `/v1/channels/${channelId}`,
      aChannel({ kind, currency: "USD", locationIds, secrets }),
    );
    const order = traffic();
    const payload = { shopify: shopifyPayload, woocommerce: wooPayload, generic: canonicalPayload }[kind](
      order,
    );
    const [created, updated] =
      kind === "shopify" ? ["orders/create", "orders/updated"] : ["order.created", "order.updated"];
    const more = {
      shopify: { note: CANARY, phone: person.phone },
      woocommerce: { customer_note: CANARY },
      generic: placedBy,
    };
    expect(await callback(channelId, kind, created, { ...payload, ...more[kind] })).toMatchObject({
      outcome: "created",
    });
    await callback(channelId, kind, updated, { ...payload, email: `new-${person.email}` });
    await callback(channelId, kind, created, { ...payload, id: null, externalId: null, customer: placedBy });
    await callback(channelId, kind, "some/other.topic", placedBy);
    if (kind === "shopify") {
      const lines = [{ lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const }];
      const refund = { id: 1, amountMinor: 100, at: Date.now(), reason: `${CANARY} asked`, lines };
      await callback(channelId, kind, "refunds/create", shopifyRefundPayload(order, refund));
      await callback(channelId, kind, "refunds/create", {
        ...shopifyRefundPayload(order, refund),
        order_id: 7,
      });
    }
  }
}

/** Held, noted, sent, delivered and refused, with the customer named in every text staff may write. */
async function changed() {
  const order = `/v1/orders/${planted.id}`;
  await admin("POST", `${order}/holds`, { reason: `${CANARY} called` });
  await admin("DELETE", `${order}/holds/staff`);
  await admin("POST", `${order}/notes`, { text: `${CANARY} will be in at noon` });
  await admin("POST", `${order}/fulfillments/${planted.fulfillmentId}/release`);
  const lines = [{ lineId: planted.lineId, quantity: 1 }];
  const { body } = await admin("POST", `${order}/fulfillments/${planted.fulfillmentId}/shipments`, { lines });
  await admin("POST", `${order}/shipments/${body.shipments[0].id}/deliveries`, {});
  await admin("POST", `${order}/cancellations`, { reason: `${CANARY} moved` });
}

/** What fails while the customer is in hand: the database, the queues' consumers, the provider, the request. */
async function goneWrong() {
  const key = { authorization: `Bearer ${tokens.get("admin")!}`, "content-type": "application/json" };
  const place = (body: unknown, bindings: object) =>
    openStage({ ...stage.bindings, ...bindings }).request(
      new Request("https://aftercart.test/v1/orders", {
        method: "POST",
        headers: { ...key, "idempotency-key": unique("key") },
        body: JSON.stringify(body),
      }),
    );
  expect((await place(anApiOrder(placedBy), { DB: databaseAway(), ...stage.bindings })).status).toBe(202);
  const failing = (message: string) => databaseWith(() => () => Promise.reject(new Error(message)));
  for (const message of ["D1_ERROR: CHECK constraint failed: ordered >= 0", "a bug of ours"]) {
    expect((await place(anApiOrder(placedBy), { DB: failing(message) })).status).toBe(500);
    await stage.deliver({ DB: failing(message) });
  }
  await env.DB.prepare(
    "INSERT INTO dead_letters (id, queue, message, problem, died_at) VALUES (?1, 'intake', ?2, 'gave up', ?3)",
  )
    .bind(unique("letter"), JSON.stringify({ type: "order.create.v1", order: placedBy }), Date.now())
    .run();
}

const signed = (id: string) => statusSignature(id as OrderId, env.LINK_SIGNING_KEY);

describe("a customer", () => {
  it("is known to those who may know", async () => {
    const { body } = await admin("GET", `/v1/orders/${planted.id}`);
    expect(body).toMatchObject({ email: person.email, shippingAddress: { line1: person.street } });
  });

  it("is in no line of any log", () => {
    expect(logs.lines.length).toBeGreaterThan(5);
    expect(logs.lines.filter((line) => line.includes(CANARY))).toEqual([]);
  });

  it("is not even on the page of the order's own link, which may be passed on", async () => {
    for (const path of ["/s", "/v1/public/orders"]) {
      const response = await fetchWorker(`${path}/${planted.id}/${signed(planted.id)}`);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain(CANARY);
    }
  });

  it("is not in anything told of another's order", async () => {
    const paths = [
      `/s/${somebodyElse}/${signed(somebodyElse)}`,
      `/v1/public/orders/${somebodyElse}/${signed(somebodyElse)}`,
      `/v1/orders/${somebodyElse}`,
      `/v1/orders/${somebodyElse}/events`,
      `/v1/orders/${somebodyElse}/notifications`,
      "/v1/orders?email=buyer@example.com",
    ];
    for (const path of paths) {
      const headers = { authorization: `Bearer ${tokens.get("admin")!}` };
      const response = await fetchWorker(path, { headers });
      expect(response.status).toBe(200);
      expect([path, (await response.text()).includes(CANARY)]).toEqual([path, false]);
    }
  });

  it("is in what a key reads only where its scope is to read customers", async () => {
    const reads = endpoints.filter(({ method }) => method === "GET");
    const told = new Set<string>();
    for (const scope of scopes) {
      for (const endpoint of reads) {
        const path = estate.pathOf(endpoint).replace(estate.order.id, planted.id);
        for (const more of ["", `${path.includes("?") ? "&" : "?"}limit=200`, "#text", "#html"]) {
          const accept = more === "#text" ? "text/plain" : more === "#html" ? "text/html" : "*/*";
          const url = more.startsWith("#") ? path : path + more;
          const headers = { authorization: `Bearer ${tokens.get(scope)!}`, accept };
          const text = await (await fetchWorker(url, { headers })).text();
          if (!text.includes(CANARY)) continue;
          const { operationId } = endpoint.operation;
          expect([scope, operationId, mayTell(scope, endpoint)]).toEqual([scope, operationId, true]);
          told.add(operationId);
        }
      }
    }
    // And each of those does tell: a canary that is nowhere would prove nothing.
    expect([...told].toSorted()).toEqual(Object.values(MAY_TELL).flat().toSorted());
  });

  it("is not in the answer to a change by a key that may only change things", async () => {
    const { id } = (await admin("POST", "/v1/orders", anApiOrder(placedBy))).body;
    const { body: order } = await admin("GET", `/v1/orders/${id}`);
    expect(JSON.stringify(order)).toContain(CANARY);
    const part = `/v1/orders/${id}/fulfillments/${order.fulfillments[0].id}`;
    const changes: [Scope, string, unknown][] = [
      ["orders:write", `/v1/orders/${id}/notes`, { text: "x" }],
      ["orders:write", "/v1/orders", anApiOrder({ externalId: order.externalId })],
      ["fulfillments:write", `${part}/release`, undefined],
      ["fulfillments:write", `${part}/shipments`, {}],
    ];
    for (const [scope, path, body] of changes) {
      const answer = await stage.callAs(tokens.get(scope)!)("POST", path, body);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.body).toMatchObject({ id, email: null, shippingAddress: null, customerName: null });
      expect([path, JSON.stringify(answer.body).includes(CANARY)]).toEqual([path, false]);
    }
  });

  it("is not in a problem, whatever was wrong with what they were sent in", async () => {
    for (const field of [
      "currency",
      "placedAt",
      "total",
      "countryCode",
      "locale",
      "externalId",
      "channelId",
    ]) {
      const { status, body } = await admin("POST", "/v1/orders", {
        ...anApiOrder(placedBy),
        [field]: field === "channelId" ? "nobody" : [person],
      });
      expect([field, status]).toEqual([field, 422]);
      expect(JSON.stringify(body)).not.toContain(CANARY);
    }
    const cut = JSON.stringify(anApiOrder(placedBy)).slice(0, -1);
    const response = await fetchWorker("/v1/orders", {
      method: "POST",
      headers: { authorization: `Bearer ${tokens.get("admin")!}`, "content-type": "application/json" },
      body: cut,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain(CANARY);
  });

  it("is in no message but the one that brings an order in", () => {
    const types = new Set(stage.sent.map(({ body }) => body.type));
    expect([...types]).toEqual(
      expect.arrayContaining([
        ...MAY_CARRY,
        "notification.send.v1",
        "fulfillment.release.v1",
        "stock.effect.v1",
      ]),
    );
    const carrying = stage.sent.filter(({ body }) => JSON.stringify(body).includes(CANARY));
    expect([...new Set(carrying.map(({ body }) => body.type))]).toEqual(MAY_CARRY);
  });

  it.each(["journal_entries", "outbox", "reconciliations", "api_keys", "channels", "applied_stock_events"])(
    "is not stored in %s",
    async (table) => {
      const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(CANARY);
    },
  );

  it("is written to at the provider, and nobody else", () => {
    expect(mailed.length).toBeGreaterThan(5);
    for (const { url, to, text } of mailed) {
      expect(url).toBe("https://api.resend.com/emails");
      expect(to).toHaveLength(1);
      expect(text.includes(CANARY) && !to[0]?.includes(CANARY)).toBe(false);
    }
  });
});

describe("a customer's link", () => {
  it("is in no log of the platform's own, which would hold each request's address", () => {
    expect(wranglerToml).toMatch(/^\[observability\.logs\]\nenabled = true\ninvocation_logs = false$/m);
  });
});

describe("an answer about a customer", () => {
  it("is kept by no cache", async () => {
    for (const path of [`/v1/orders/${planted.id}`, "/v1/orders", "/v1/callbacks/rejected", "/v1/nowhere"]) {
      const response = await fetchWorker(path, {
        headers: { authorization: `Bearer ${tokens.get("admin")!}` },
      });
      expect([path, response.headers.get("cache-control")]).toEqual([path, "no-store"]);
    }
  });
});
