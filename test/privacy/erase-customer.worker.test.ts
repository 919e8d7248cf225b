/** A customer's data is erased and exported on request: by staff, and by Shopify's three mandatory callbacks. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { archiveOrdersJob } from "../../src/orders/archive-orders";
import { orderIdOf, type OrderId } from "../../src/kernel/ids";
import { movedTables } from "../../src/modules";
import { repeatRequestsJob } from "../../src/privacy/repeat-requests";
import { callerWith, fetchWorker, unique, type Answer, type Call } from "../support/api";
import { finishJobs, jobContext, reconcileNow, runJob } from "../support/jobs";
import { anOrderOf, openRetailer, SECRET, shopifyCallback, type Retailer } from "../support/retailer";
import { signedStorefrontRequest, type TrafficOrder } from "../support/storefront-traffic";

const DAY = 86_400_000;
const OPENED_AT = Date.parse("2032-05-03T15:00:00Z");
const SOON = { timeout: 20_000, interval: 100 };

let call: Call;
let retailer: Retailer;

/** A text that is in every piece of the customer's data, and in nothing else. */
let canary: string;

const sentBy = async (request: Request | Promise<Request>): Promise<number> =>
  (await fetchWorker(await request)).status;

async function callback(topic: string, payload: unknown, channelId = retailer.channelId): Promise<Answer> {
  const signed = await signedStorefrontRequest("shopify", SECRET, topic, payload, {
    id: unique("event"),
    now: Date.now(),
  });
  const answer = await fetchWorker(
    new Request(`https://aftercart.test/v1/webhooks/${channelId}`, { method: "POST", ...signed }),
  );
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const anOrderOfCanary = (over: Partial<TrafficOrder> = {}): TrafficOrder => {
  const order = anOrderOf(retailer, [1, 1]);
  return {
    ...order,
    email: `${canary}@example.com`,
    address: { ...order.address!, firstName: canary, line1: `1 ${canary} Street`, city: canary },
    ...over,
  };
};

const untilHandled = () =>
  vi.waitUntil(async () => {
    const waiting =
      "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM notifications WHERE status = 'pending')";
    return (await env.ORDERS_00.prepare(`${waiting} AS n`).first<number>("n")) === 0;
  }, SOON);

const idOf = ({ id }: TrafficOrder): OrderId => orderIdOf(retailer.channelId, String(id));

async function placed(over: Partial<TrafficOrder> = {}): Promise<TrafficOrder> {
  const order = anOrderOfCanary(over);
  expect(await sentBy(shopifyCallback(retailer, order))).toBe(200);
  return order;
}

const PARCEL = { weightGrams: 900, lengthMm: 300, widthMm: 200, heightMm: 100 };

/** One unit leaves with a label that was bought here, the others with another carrier's number. */
async function deliver(id: OrderId): Promise<void> {
  const at = `/v1/orders/${id}`;
  const { body } = await call("GET", at);
  for (const { id: fulfillmentId } of body.fulfillments) {
    const path = `${at}/fulfillments/${fulfillmentId}`;
    await call("POST", `${path}/release`);
    const lines = [{ lineId: body.lines[0].id, quantity: 1 }];
    const label = await call("POST", `${path}/labels`, { parcel: PARCEL, reference: "first", lines });
    if (label.status === 200) await call("POST", `/v1/shipments/${label.body.shipmentId}/ship`);
    const shipped = await call("POST", `${path}/shipments`, {
      carrier: "UPS",
      trackingNumber: `1Z-${canary}`,
    });
    for (const { id: shipmentId } of shipped.body.shipments)
      await call("POST", `${at}/shipments/${shipmentId}/deliveries`);
  }
  await untilHandled();
}

/** A delivered order with personal data wherever staff and storefront can write any. */
async function delivered(): Promise<TrafficOrder> {
  const order = await placed();
  const id = idOf(order);
  await call(
    "POST",
    `/v1/orders/${id}/notes`,
    { text: `${canary} called` },
    { "idempotency-key": unique("k") },
  );
  await call("POST", `/v1/orders/${id}/holds`, { reason: `ask ${canary}` });
  await call("DELETE", `/v1/orders/${id}/holds/staff?reason=${canary}`);
  await deliver(id);
  return order;
}

/** Every row of every database that has the text, by table. Tables of the full-text index are among them. */
async function mentions(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const [name, db] of [
    ["DB", env.DB],
    ["ORDERS_00", env.ORDERS_00],
    ["DIRECTORY", env.DIRECTORY],
  ] as const) {
    const { results } = await db
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_*' AND name NOT GLOB 'sqlite*' AND name NOT GLOB 'd1_*' AND name NOT GLOB 'order_terms*'",
      )
      .all<{ name: string }>();
    for (const { name: table } of results) {
      const { results: rows } = await db.prepare(`SELECT * FROM ${table}`).all();
      const count = rows.filter((row) =>
        JSON.stringify(row).toLowerCase().includes(text.toLowerCase()),
      ).length;
      if (count > 0) found.push(`${name}.${table}: ${count}`);
    }
  }
  const { objects } = await env.ARCHIVE.list();
  for (const { key } of objects) {
    const object = await env.ARCHIVE.get(key);
    const stream = key.endsWith(".gz")
      ? object!.body.pipeThrough(new DecompressionStream("gzip"))
      : object!.body;
    if ((await new Response(stream).text()).includes(text)) found.push(`ARCHIVE ${key.split("/")[0]}`);
  }
  return found;
}

const requestOf = async (id: string) => (await call("GET", `/v1/customers/requests/${id}`)).body;

async function erase(body: Record<string, unknown>): Promise<string> {
  const begun = await call("POST", "/v1/customers/erase", { channelId: retailer.channelId, ...body });
  expect(begun.status).toBe(202);
  await finishJobs();
  await untilHandled();
  return begun.body.id;
}

/** The night of a later day. */
async function nextNight(days = 1): Promise<void> {
  vi.setSystemTime(Date.now() + days * DAY);
  await runJob(jobContext(), repeatRequestsJob);
  await finishJobs();
  await untilHandled();
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(OPENED_AT);
  call = await callerWith("admin");
  retailer = await openRetailer(call, {
    stock: [
      [90, 90],
      [90, 90],
    ],
  });
});
afterAll(() => void vi.useRealTimers());

const fresh = () => {
  canary = `canary${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
};

describe("an erasure", () => {
  it("leaves no personal data anywhere, and the same amounts, units, books and counts", async () => {
    fresh();
    const id = idOf(await delivered());
    const path = `/v1/orders/${id}`;
    const before = (await call("GET", path)).body;
    const today = new Date().toISOString().slice(0, 10);
    const balances = (await call("GET", `/v1/trial-balance?on=${today}`)).body;
    expect((await mentions(canary)).join()).toContain("ORDERS_00.orders");

    const requestId = await erase({ email: `${canary.toUpperCase()}@example.com` });
    expect(await requestOf(requestId)).toMatchObject({ status: "waiting", orders: 1, waiting: 0 });
    expect(await mentions(canary)).toEqual([]);
    const after = (await call("GET", path)).body;
    expect(after).toMatchObject({
      email: null,
      customerName: null,
      shippingAddress: { countryCode: "US", region: "KY", postalCode: "402", line1: null, city: null },
      totalMinor: before.totalMinor,
      payments: before.payments,
      lines: before.lines,
      status: "closed",
      version: before.version + 1,
    });
    expect((await call("GET", `/v1/trial-balance?on=${today}`)).body).toEqual(balances);
    const history = (await call("GET", `${path}/events?limit=200`)).body.items;
    expect(history.at(-1).events).toMatchObject([{ type: "order.personal_data_erased" }]);
    expect(JSON.stringify(history)).toContain("(erased)");
    expect((await call("GET", `${path}/notifications`)).body.items.length).toBeGreaterThan(0);
    const statusPage = await fetchWorker(new URL(after.statusUrl).pathname);
    expect(statusPage.status).toBe(200);
    expect((await call("GET", `/v1/orders?q=${canary}`)).body.items).toEqual([]);

    await nextNight();
    expect(await requestOf(requestId)).toMatchObject({ status: "done", orders: 1, waiting: 0 });
    expect((await call("GET", path)).body.version, "a second pass changes nothing").toBe(after.version);
    const row = await env.DB.prepare("SELECT subject FROM privacy_requests WHERE id = ?1")
      .bind(requestId)
      .first();
    expect(row).toEqual({ subject: null });
    const report = await reconcileNow(call, today);
    const named = ["order_money", "accounts", "directory", "overdue"];
    const found = report.checks.filter(({ name }: { name: string }) => named.includes(name));
    expect(found.flatMap(({ exceptions }: { exceptions: unknown[] }) => exceptions)).toEqual([]);
  });

  it("keeps the data of an order that has not ended until it has", async () => {
    fresh();
    const open = await placed();
    await untilHandled();
    const requestId = await erase({ email: `${canary}@example.com` });
    expect(await requestOf(requestId)).toMatchObject({
      status: "waiting",
      waiting: 1,
      waitingOrders: [{ orderId: idOf(open), detail: "it is open" }],
    });
    expect((await call("GET", `/v1/orders/${idOf(open)}`)).body.email).toBe(`${canary}@example.com`);
    await deliver(idOf(open));
    await nextNight();
    expect(await requestOf(requestId)).toMatchObject({ orders: 1, waiting: 0 });
    await nextNight();
    expect(await requestOf(requestId)).toMatchObject({ status: "done" });
    expect(await mentions(canary)).toEqual([]);
  });

  it("is reported by the night if it is not done after 30 days", async () => {
    fresh();
    await placed();
    await untilHandled();
    const requestId = await erase({ email: `${canary}@example.com` });
    await nextNight(29);
    const overdue = async () => {
      const report = await reconcileNow(call, new Date().toISOString().slice(0, 10));
      const check = report.checks.find(({ name }: { name: string }) => name === "overdue");
      return check.exceptions.filter(({ subject }: { subject: string }) => subject === requestId);
    };
    expect(await overdue()).toEqual([]);
    await nextNight(2);
    expect(await overdue()).toMatchObject([{ detail: expect.stringContaining("personal data not erased") }]);
  });

  it("erases archived orders, and their documents", async () => {
    fresh();
    const archived = await delivered();
    vi.setSystemTime(Date.now() + 400 * DAY);
    await runJob(jobContext(), archiveOrdersJob(movedTables));
    expect((await mentions(canary)).join()).toContain("ARCHIVE orders");
    const document = await (await env.ARCHIVE.get(`orders/${idOf(archived)}.json.gz`))!.arrayBuffer();
    const requestId = await erase({ email: `${canary}@example.com` });
    expect(await mentions(canary)).toEqual([]);
    // A run of the archive that had read the order before stores its document once more.
    await env.ARCHIVE.put(`orders/${idOf(archived)}.json.gz`, document);
    await nextNight();
    expect(await requestOf(requestId)).toMatchObject({ status: "done" });
    expect(await mentions(canary)).toEqual([]);
    expect((await env.ARCHIVE.head(`orders/${idOf(archived)}.json.gz`))?.customMetadata).toMatchObject({
      version: String((await call("GET", `/v1/orders/${idOf(archived)}`)).body.version),
    });
    // Archived again, the order is read as it was erased.
    vi.setSystemTime(Date.now() + 400 * DAY);
    await runJob(jobContext(), archiveOrdersJob(movedTables));
    const read = await call("GET", `/v1/orders/${idOf(archived)}`);
    expect(read.body).toMatchObject({ email: null, status: "closed", lines: [{}, {}] });
    await erase({ externalOrderIds: [String(archived.id)] });
    expect((await call("GET", `/v1/orders/${idOf(archived)}`)).body.lines).toHaveLength(2);
  });

  it("is not undone by what the storefront sends of the order afterwards, but a new order is one", async () => {
    fresh();
    const order = await delivered();
    await erase({ email: `${canary}@example.com` });
    const version = (await call("GET", `/v1/orders/${idOf(order)}`)).body.version;
    for (const topic of ["orders/create", "orders/updated", "orders/fulfilled"])
      expect(await sentBy(shopifyCallback(retailer, order, { topic }))).toBe(200);
    vi.setSystemTime(Date.now() + 60_000);
    const lines = [{ lineId: order.lines[0]!.id, quantity: 1, restock: "return" as const }];
    const refund = { id: order.id, amountMinor: 100, at: Date.now(), reason: `for ${canary}`, lines };
    const refunded = { ...order, refunds: [refund], updatedAt: Date.now() };
    expect(await sentBy(shopifyCallback(retailer, refunded, { topic: "orders/updated" }))).toBe(200);
    await untilHandled();
    const after = (await call("GET", `/v1/orders/${idOf(order)}`)).body;
    expect(after).toMatchObject({ email: null, refunds: [{ amountMinor: 100 }], holds: [] });
    expect(after.version).toBeGreaterThan(version);
    expect(await mentions(canary)).toEqual([]);

    const again = await placed();
    expect((await call("GET", `/v1/orders/${idOf(again)}`)).body.email).toBe(`${canary}@example.com`);
  });

  it("holds an erased order that its storefront opens again, since it has no address any more", async () => {
    fresh();
    const order = await placed({ status: "pending" });
    await untilHandled();
    const cancelled = { ...order, cancelledAt: Date.now(), updatedAt: Date.now() + 1 };
    expect(await sentBy(shopifyCallback(retailer, cancelled, { topic: "orders/cancelled" }))).toBe(200);
    await untilHandled();
    const requestId = await erase({ email: `${canary}@example.com` });
    expect(await requestOf(requestId)).toMatchObject({ orders: 1 });
    vi.setSystemTime(Date.now() + 60_000);
    await sentBy(shopifyCallback(retailer, { ...order, updatedAt: Date.now() }, { topic: "orders/updated" }));
    const { holds, status } = (await call("GET", `/v1/orders/${idOf(order)}`)).body;
    expect([status, holds.map(({ code }: { code: string }) => code)]).toEqual([
      "on_hold",
      expect.arrayContaining(["address_missing"]),
    ]);
    expect(await mentions(canary)).toEqual([]);
  });

  it("erases only the customer of the channel", async () => {
    fresh();
    const mine = await delivered();
    const email = `${canary}@example.com`;
    const mineOnly = canary;
    fresh();
    const other = await delivered();
    await erase({ email });
    expect(await mentions(mineOnly)).toEqual([]);
    expect((await call("GET", `/v1/orders/${idOf(other)}`)).body.email).toBe(`${canary}@example.com`);
    expect((await call("GET", `/v1/orders/${idOf(mine)}`)).body.email).toBeNull();
    const elsewhere = await call("POST", "/v1/customers/erase", {
      channelId: "another-shop",
      email: `${canary}@example.com`,
    });
    await finishJobs();
    expect(await requestOf(elsewhere.body.id)).toMatchObject({ orders: 0, waiting: 0 });
    expect((await call("GET", `/v1/orders/${idOf(other)}`)).body.email).toBe(`${canary}@example.com`);
  });

  it("erases stored answers, replayed dead letters and resolved callbacks, and names those that wait", async () => {
    fresh();
    const email = `${canary}@example.com`;
    const body = { note: email };
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO idempotency_keys (key, request_hash, status, response, created_at) VALUES (?1, 'h', 200, ?2, 1)",
      ).bind(unique("key"), JSON.stringify(body)),
      ...[1, 0].map((replayed) =>
        env.DB.prepare(
          "INSERT INTO dead_letters (id, queue, message, died_at, replayed_at) VALUES (?1, 'intake', ?2, 1, ?3)",
        ).bind(
          unique("dead"),
          JSON.stringify({ type: "order.create.v1", order: { channelId: retailer.channelId, email } }),
          replayed ? 2 : null,
        ),
      ),
      ...[1, 0].map((resolved) =>
        env.DB.prepare(
          "INSERT INTO inbox (channel_id, event_id, topic, received_at, outcome, body, resolved_at) VALUES (?1, ?2, 't', 1, 'rejected', ?3, ?4)",
        ).bind(retailer.channelId, unique("event"), JSON.stringify(body), resolved ? 2 : null),
      ),
    ]);
    const requestId = await erase({ email });
    expect(await requestOf(requestId)).toMatchObject({ status: "waiting", waiting: 2 });
    expect((await mentions(canary)).toSorted()).toEqual(["DB.dead_letters: 1", "DB.inbox: 1"]);
    await env.DB.batch([
      env.DB.prepare("UPDATE dead_letters SET replayed_at = 3"),
      env.DB.prepare("UPDATE inbox SET resolved_at = 3 WHERE outcome = 'rejected'"),
    ]);
    await nextNight();
    expect(await requestOf(requestId)).toMatchObject({ status: "done", waiting: 0 });
    expect(await mentions(canary)).toEqual([]);
  });

  it("finds orders by telephone in whatever notation, if no email is given", async () => {
    fresh();
    const digits = String(20_000_000 + (crypto.getRandomValues(new Uint32Array(1))[0]! % 70_000_000));
    const order = await placed({ phone: `+1 502 ${digits.slice(0, 4)}-${digits.slice(4)}` });
    await deliver(idOf(order));
    const requestId = await erase({ phone: `+1502${digits}` });
    expect(await requestOf(requestId)).toMatchObject({ orders: 1, waiting: 0 });
    expect(await mentions(canary)).toEqual([]);
    expect(await mentions(digits)).toEqual([]);
  });

  it("takes an email, a telephone or orders, from an administrator", async () => {
    const nobody = await call("POST", "/v1/customers/erase", { channelId: retailer.channelId });
    expect(nobody.status).toBe(422);
    const writer = await callerWith("orders:write", "orders:read");
    const body = { channelId: retailer.channelId, email: "a@example.com" };
    for (const path of ["erase", "export"])
      expect((await writer("POST", `/v1/customers/${path}`, body)).status).toBe(403);
    expect((await call("GET", "/v1/customers/requests/prq_unknown")).status).toBe(404);
  });
});

describe("an export", () => {
  it("is one document with the order, its history, mails and callbacks, and without costs", async () => {
    fresh();
    const orders = [await delivered(), await placed(), await delivered(), await placed(), await placed()];
    await untilHandled();
    const begun = await call("POST", "/v1/customers/export", {
      channelId: retailer.channelId,
      email: `${canary}@example.com`,
      externalOrderIds: [String(orders[0]!.id)],
    });
    await finishJobs();
    const done = await requestOf(begun.body.id);
    expect(done).toMatchObject({ status: "done", orders: 5, kind: "export" });
    const { status, body } = await call("GET", new URL(done.documentUrl).pathname);
    expect(status).toBe(200);
    const ids = body.orders.map(({ order }: { order: { id: string } }) => order.id);
    expect(ids.toSorted()).toEqual(orders.map(idOf).toSorted());
    expect(body.orders[0]).toMatchObject({
      order: { email: `${canary}@example.com` },
      notifications: expect.arrayContaining([expect.objectContaining({ kind: "order_received" })]),
      callbacks: expect.arrayContaining([expect.objectContaining({ topic: "orders/create" })]),
    });
    expect(JSON.stringify(body)).not.toContain("unitCostMinor");
    const reader = await callerWith("orders:read", "reports:read");
    expect((await reader("GET", new URL(done.documentUrl).pathname)).status).toBe(403);

    vi.setSystemTime(Date.now() + 31 * DAY);
    const { jobs } = await import("../../src/modules");
    await runJob(
      jobContext(),
      jobs.find(({ name }) => name === "aged-rows")!,
    );
    expect((await call("GET", new URL(done.documentUrl).pathname)).status).toBe(404);
    expect((await env.ARCHIVE.list({ prefix: `exports/${begun.body.id}/` })).objects).toEqual([]);
  });
});

describe("Shopify's", () => {
  const shop = { shop_id: 954_889, shop_domain: "shop.myshopify.com" };

  it("customers/redact erases the orders that it lists and those with the email, once", async () => {
    fresh();
    const listed = await delivered();
    const byEmail = await delivered();
    const payload = {
      ...shop,
      customer: { id: 191_167, email: `${canary}@Example.com`, phone: "555-625-1199" },
      orders_to_redact: [listed.id],
    };
    const { status, body } = await callback("customers/redact", payload);
    expect([status, body]).toEqual([200, { outcome: "requested", orderId: null }]);
    await finishJobs();
    await untilHandled();
    expect(await mentions(canary)).toEqual([]);
    for (const order of [listed, byEmail])
      expect((await call("GET", `/v1/orders/${idOf(order)}`)).body.email).toBeNull();
    // The shop stays: its callbacks are verified as before.
    expect(await sentBy(shopifyCallback(retailer, anOrderOf(retailer, [1, 0])))).toBe(200);
  });

  it.each([
    { what: "without email and phone", customer: { id: 1, email: null, phone: null } },
    { what: "without a customer", customer: undefined },
  ])("customers/redact $what erases the orders that it lists", async ({ customer }) => {
    fresh();
    const listed = await delivered();
    await callback("customers/redact", { ...shop, customer, orders_to_redact: [String(listed.id)] });
    await finishJobs();
    await untilHandled();
    expect((await call("GET", `/v1/orders/${idOf(listed)}`)).body.email).toBeNull();
  });

  it("customers/redact of a customer without orders is done, and so is one that lists no orders", async () => {
    const answer = await callback("customers/redact", {
      ...shop,
      customer: { id: 5, email: "nobody@example.com", phone: null },
    });
    expect(answer.status).toBe(200);
    await finishJobs();
    const { body } = await call("GET", "/v1/customers/requests");
    expect(body.items[0]).toMatchObject({ kind: "erase", orders: 0, waiting: 0 });
  });

  it("customers/data_request makes a document, and staff are reminded to give it to the customer", async () => {
    fresh();
    const order = await placed();
    await untilHandled();
    const payload = {
      ...shop,
      orders_requested: [order.id],
      customer: { id: 191_167, email: `${canary}@example.com`, phone: null },
      data_request: { id: 9_999 },
    };
    expect((await callback("customers/data_request", payload)).status).toBe(200);
    await finishJobs();
    const { body } = await call("GET", "/v1/customers/requests");
    const [request] = body.items;
    expect(request).toMatchObject({ kind: "export", status: "done", orders: 1, answeredAt: null });
    vi.setSystemTime(Date.now() + DAY);
    const reminders = async () => {
      const report = await reconcileNow(call, new Date().toISOString().slice(0, 10));
      const check = report.checks.find(({ name }: { name: string }) => name === "overdue");
      return check.exceptions.filter(({ subject }: { subject: string }) => subject === request.id);
    };
    expect(await reminders()).toMatchObject([
      { detail: expect.stringContaining("data request not answered") },
    ]);
    const answered = await call("POST", `/v1/customers/requests/${request.id}/answer`);
    expect(answered.body.answeredAt).not.toBeNull();
    expect(await reminders()).toEqual([]);
  });

  it("shop/redact erases all orders of the channel, and then its secrets, and nothing of other channels", async () => {
    fresh();
    const others = await delivered();
    const kept = retailer;
    retailer = await openRetailer(call, { stock: [[20], [20]] });
    const ended = await delivered();
    const open = await placed();
    await untilHandled();
    const answer = await callback("shop/redact", shop);
    expect(answer.status).toBe(200);
    await finishJobs();
    const { body } = await call("GET", "/v1/customers/requests");
    const [request] = body.items;
    expect(request).toMatchObject({ kind: "erase_channel", orders: 1, waiting: 1 });
    expect((await call("GET", `/v1/orders/${idOf(ended)}`)).body.email).toBeNull();
    expect((await callback("shop/redact", shop)).status, "sent again while it waits").toBe(200);
    await finishJobs();
    await deliver(idOf(open));
    await nextNight();
    await nextNight();
    expect(await requestOf(request.id)).toMatchObject({ status: "done" });
    expect((await call("GET", `/v1/orders/${idOf(open)}`)).body.email).toBeNull();
    const channel = (await call("GET", `/v1/channels/${retailer.channelId}`)).body;
    expect(channel).toMatchObject({ active: false, secretsSetAt: [] });
    vi.setSystemTime(Date.now() + 6_000);
    expect((await callback("shop/redact", shop)).status).toBe(401);
    retailer = kept;
    expect((await call("GET", `/v1/orders/${idOf(others)}`)).body.email).toBe(`${canary}@example.com`);
    expect(await sentBy(shopifyCallback(retailer, anOrderOf(retailer, [1, 0])))).toBe(200);
  });

  it("callback with a wrong signature is refused with 401", async () => {
    const signed = await signedStorefrontRequest(
      "shopify",
      "another secret of a shop",
      "customers/redact",
      {},
      {
        id: unique("event"),
        now: Date.now(),
      },
    );
    const at = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
    expect(await sentBy(new Request(at, { method: "POST", ...signed }))).toBe(401);
  });
});
