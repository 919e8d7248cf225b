/**
 * A customer's name, address, email and phone are sent in every field that may hold them. They must not appear in logs,
 * in other customers' pages and answers, in error messages, in the journal, in queues, and in answers to keys without the
 * scope.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SCOPES, type Scope } from "../../src/platform/auth/api-keys";
import type { OrderId } from "../../src/kernel/ids";
import { exportedOrder } from "../../src/orders/export-order";
import { statusSignature } from "../../src/orders/domain/status-link";
import { insertExport } from "../support/exports";
import { finishJobs, jobContext, reconcileNow } from "../support/jobs";
import { aChannel, fetchWorker, makeKey, unique, type Call } from "../support/api";
import { databasesAway, databasesWith } from "../support/faulty-bindings";
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
import { openPopulatedRetailer, type PopulatedRetailer } from "./populated-retailer";
import { captureLogs, startTestWorker } from "./test-worker";
import { databaseOf } from "../support/databases";

/** Operations whose answers have customer data, by scope. `admin` includes every other. */
const MAY_RETURN: Partial<Record<Scope, readonly string[]>> = {
  "orders:read": [
    "getOrder",
    "listOrders",
    "listOrderEvents",
    "listOrderNotifications",
    "listRejectedCallbacks",
  ],
  admin: ["listDeadLetters", "getCustomerData"],
};
/** The only queue message with customer data: an order that arrived while its database was unavailable. */
const MAY_CARRY = ["order.create.v1"];

const document: Document = await (await fetchWorker("/openapi.json")).json();
const endpoints = endpointsOf(document);
const scopes = Object.keys(SCOPES) as Scope[];
const mayReturn = (scope: Scope, { operation }: Endpoint) =>
  MAY_RETURN[scope]?.includes(operation.operationId) ||
  (scope === "admin" && Object.values(MAY_RETURN).flat().includes(operation.operationId));

/** A text in every piece of customer data, and in nothing else. */
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
const originalConsole = { ...console };
const logs = captureLogs();
const testWorker = startTestWorker({ NOTIFY_PROVIDER: "resend", NOTIFY_API_KEY: "re_secret" });
const tokens = new Map<Scope, string>();
let populated: PopulatedRetailer;
let admin: Call;
let planted: { id: string; fulfillmentId: string; lineId: string };
let otherOrderId: string;

beforeAll(async () => {
  vi.stubGlobal("fetch", (url: unknown, init: RequestInit) => {
    const { to, text } = JSON.parse(init.body as string);
    mailed.push({ url, to, text });
    // A provider's error message may contain the address.
    const message = `Too many requests to ${to}`;
    return Promise.resolve(Response.json({ name: "rate_limit_exceeded", message }, { status: 429 }));
  });
  populated = await openPopulatedRetailer(document);
  for (const scope of scopes) tokens.set(scope, (await makeKey(scope)).token);
  admin = testWorker.callAs(tokens.get("admin")!);
  planted = await placeByApi();
  otherOrderId = (await admin("POST", "/v1/orders", anApiOrder({}))).body.id;
  await sendCallbacks();
  await changeByStaff();
  await testWorker.deliver();
  await causeFailures();
  await testWorker.deliver();
  await testWorker.cron("* * * * *");
  await testWorker.cron("10 1 * * *");
  await finishJobs();
  await reconcileNow(admin, new Date().toISOString().slice(0, 10));
  await testWorker.deliver();
}, 120_000);
afterAll(() => {
  vi.unstubAllGlobals();
  Object.assign(console, originalConsole);
});

const anApiOrder = (over: object) => ({
  channelId: populated.retailer.channelId,
  ...canonicalPayload(anOrderOf(populated.retailer, [2, 1])),
  ...over,
});

async function placeByApi() {
  const { status, body } = await admin("POST", "/v1/orders", anApiOrder(placedBy), {
    "idempotency-key": unique("key"),
  });
  expect(status).toBe(201);
  const [fulfillment] = body.fulfillments;
  return { id: body.id, fulfillmentId: fulfillment.id, lineId: fulfillment.lines[0].lineId };
}

async function callback(channelId: string, kind: StorefrontKind, topic: string, payload: unknown, over = {}) {
  const secret = kind === "generic" ? `whsec_${btoa(SECRET)}` : SECRET;
  const signed = await signedStorefrontRequest(kind, secret, topic, payload, {
    id: unique("event"),
    now: Date.now(),
  });
  const path = `https://aftercart.test/v1/webhooks/${channelId}`;
  return (await testWorker.request(new Request(path, { method: "POST", ...signed, ...over }))).json();
}

const traffic = () => {
  const order = anOrderOf(populated.retailer, [1, 0], { email: person.email });
  const at = { firstName: "Ada", lastName: CANARY, line1: person.street, postalCode: `P${CANARY}` };
  return { ...order, address: { ...order.address!, ...at } };
};

/** Callbacks of each kind of storefront: created, updated, refunded and unreadable orders. */
async function sendCallbacks() {
  for (const kind of ["shopify", "woocommerce", "generic"] as const) {
    const channelId = unique(kind);
    const secrets = [kind === "generic" ? `whsec_${btoa(SECRET)}` : SECRET];
    const { locationIds } = populated.retailer;
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
      const refund = { id: 1, amountMinor: 100, at: Date.now(), reason: `${CANARY} wants it`, lines };
      await callback(channelId, kind, "refunds/create", shopifyRefundPayload(order, refund));
      await callback(channelId, kind, "refunds/create", {
        ...shopifyRefundPayload(order, refund),
        order_id: 7,
      });
    }
  }
}

/** Changes by staff, with the customer named in every text that staff may write. */
async function changeByStaff() {
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

/** Failures of requests and messages with customer data: of the database, of consumers, of the provider. */
async function causeFailures() {
  const key = { authorization: `Bearer ${tokens.get("admin")!}`, "content-type": "application/json" };
  const place = (body: unknown, bindings: object) =>
    startTestWorker({ ...testWorker.bindings, ...bindings }).request(
      new Request("https://aftercart.test/v1/orders", {
        method: "POST",
        headers: { ...key, "idempotency-key": unique("key") },
        body: JSON.stringify(body),
      }),
    );
  expect((await place(anApiOrder(placedBy), { ...databasesAway(), ...testWorker.bindings })).status).toBe(
    202,
  );
  const failing = (message: string) => databasesWith(() => () => Promise.reject(new Error(message)));
  for (const message of ["D1_ERROR: CHECK constraint failed: ordered >= 0", "a bug of ours"]) {
    expect((await place(anApiOrder(placedBy), failing(message))).status).toBe(500);
    await testWorker.deliver(failing(message));
  }
  await env.DB.prepare(
    "INSERT INTO dead_letters (id, queue, message, problem, died_at) VALUES (?1, 'intake', ?2, 'gave up', ?3)",
  )
    .bind(unique("letter"), JSON.stringify({ type: "order.create.v1", order: placedBy }), Date.now())
    .run();
}

const signed = (id: string) => statusSignature(id as OrderId, env.LINK_SIGNING_KEY);

describe("customer data", () => {
  it("is returned to an admin", async () => {
    const { body } = await admin("GET", `/v1/orders/${planted.id}`);
    expect(body).toMatchObject({ email: person.email, shippingAddress: { line1: person.street } });
  });

  it("is in no line of any log", () => {
    expect(logs.lines.length).toBeGreaterThan(5);
    expect(logs.lines.filter((line) => line.includes(CANARY))).toEqual([]);
  });

  it("is not on the page of the order's link, which may be forwarded", async () => {
    for (const path of ["/s", "/v1/public/orders"]) {
      const response = await fetchWorker(`${path}/${planted.id}/${signed(planted.id)}`);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain(CANARY);
    }
  });

  it("is not in answers about another customer's order", async () => {
    const paths = [
      `/s/${otherOrderId}/${signed(otherOrderId)}`,
      `/v1/public/orders/${otherOrderId}/${signed(otherOrderId)}`,
      `/v1/orders/${otherOrderId}`,
      `/v1/orders/${otherOrderId}/events`,
      `/v1/orders/${otherOrderId}/notifications`,
      "/v1/orders?email=buyer@example.com",
    ];
    for (const path of paths) {
      const headers = { authorization: `Bearer ${tokens.get("admin")!}` };
      const response = await fetchWorker(path, { headers });
      expect(response.status).toBe(200);
      expect([path, (await response.text()).includes(CANARY)]).toEqual([path, false]);
    }
  });

  it("is only in answers to keys whose scope allows it", async () => {
    const exported = await insertExport(populated.retailer.channelId, [
      await exportedOrder(jobContext(), planted.id as OrderId),
    ]);
    const reads = endpoints.filter(({ method }) => method === "GET");
    const returned = new Set<string>();
    for (const scope of scopes) {
      for (const endpoint of reads) {
        const path = populated
          .pathOf(endpoint)
          .replace(populated.order.id, planted.id)
          .replace(populated.requestId, exported);
        for (const more of ["", `${path.includes("?") ? "&" : "?"}limit=200`, "#text", "#html"]) {
          const accept = more === "#text" ? "text/plain" : more === "#html" ? "text/html" : "*/*";
          const url = more.startsWith("#") ? path : path + more;
          const headers = { authorization: `Bearer ${tokens.get(scope)!}`, accept };
          const text = await (await fetchWorker(url, { headers })).text();
          if (!text.includes(CANARY)) continue;
          const { operationId } = endpoint.operation;
          expect([scope, operationId, mayReturn(scope, endpoint)]).toEqual([scope, operationId, true]);
          returned.add(operationId);
        }
      }
    }
    // Each allowed operation does return it: otherwise the check would prove nothing.
    expect([...returned].toSorted()).toEqual(Object.values(MAY_RETURN).flat().toSorted());
  });

  it("is not in the answer to a write by a key that may not read it", async () => {
    const placed = anApiOrder(placedBy);
    const { id } = (await admin("POST", "/v1/orders", placed)).body;
    const { body: order } = await admin("GET", `/v1/orders/${id}`);
    expect(JSON.stringify(order)).toContain(CANARY);
    const fulfillment = `/v1/orders/${id}/fulfillments/${order.fulfillments[0].id}`;
    const changes: [Scope, string, unknown][] = [
      ["orders:write", `/v1/orders/${id}/notes`, { text: "x" }],
      ["orders:write", "/v1/orders", placed],
      ["fulfillments:write", `${fulfillment}/release`, undefined],
      ["fulfillments:write", `${fulfillment}/shipments`, {}],
    ];
    for (const [scope, path, body] of changes) {
      const answer = await testWorker.callAs(tokens.get(scope)!)("POST", path, body);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.body).toMatchObject({ id, email: null, shippingAddress: null, customerName: null });
      expect([path, JSON.stringify(answer.body).includes(CANARY)]).toEqual([path, false]);
    }
  });

  it("is not in the error message for an invalid order", async () => {
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
        [field]: field === "channelId" ? "unknown" : [person],
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

  it("is in no queue message but the one that creates an order", () => {
    const types = new Set(testWorker.sent.map(({ body }) => body.type));
    expect([...types]).toEqual(
      expect.arrayContaining([
        ...MAY_CARRY,
        "notification.send.v1",
        "fulfillment.release.v1",
        "stock.effect.v1",
      ]),
    );
    const carrying = testWorker.sent.filter(({ body }) => JSON.stringify(body).includes(CANARY));
    expect([...new Set(carrying.map(({ body }) => body.type))]).toEqual(MAY_CARRY);
  });

  it.each(["journal_entries", "outbox", "reconciliations", "api_keys", "channels", "applied_stock_events"])(
    "is not stored in %s",
    async (table) => {
      const { results } = await databaseOf(`FROM ${table}`).prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(CANARY);
    },
  );

  it("is sent only to the mail provider, in mails to the customer", () => {
    expect(mailed.length).toBeGreaterThan(5);
    for (const { url, to, text } of mailed) {
      expect(url).toBe("https://api.resend.com/emails");
      expect(to).toHaveLength(1);
      expect(text.includes(CANARY) && !to[0]?.includes(CANARY)).toBe(false);
    }
  });
});

describe("a customer's link", () => {
  it("is not in the platform's invocation logs, which have each request's URL", () => {
    expect(wranglerToml).toMatch(/^\[observability\.logs\]\nenabled = true\ninvocation_logs = false$/m);
  });
});

describe("an answer about a customer", () => {
  it("is not cached", async () => {
    for (const path of [`/v1/orders/${planted.id}`, "/v1/orders", "/v1/callbacks/rejected", "/v1/nowhere"]) {
      const response = await fetchWorker(path, {
        headers: { authorization: `Bearer ${tokens.get("admin")!}` },
      });
      expect([path, response.headers.get("cache-control")]).toEqual([path, "no-store"]);
    }
  });
});
