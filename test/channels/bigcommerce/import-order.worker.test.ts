/** BigCommerce's callbacks only name the order that changed. A queue consumer fetches it, and imports it once. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../../src/env";
import { orderIdOf } from "../../../src/kernel/ids";
import worker from "../../../src/worker";
import { startTestWorker } from "../../security/test-worker";
import {
  bigCommerceAnswer,
  bigCommerceOrderPayload,
  signedBigCommerceRequest,
} from "../../support/bigcommerce-store";
import { makeKey, unique, type Call } from "../../support/api";
import { databasesAway, fetchWith, queueAway } from "../../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../../support/retailer";
import type { TrafficOrder } from "../../support/storefront-traffic";

const CLIENT_SECRET = "the client secret of the app that made the webhook";
const BASE_URL = "https://api.bigcommerce.com/stores/abc123";
const connection = { baseUrl: BASE_URL, credentials: { accessToken: "bc-access-token" } };

const testWorker = startTestWorker();
let call: Call;
let retailer: Retailer;
const orders = new Map<number, TrafficOrder>();
const requested: string[] = [];
/** The response instead of the documented one, or null. */
let respondOtherwise: (url: URL) => Response | Promise<Response> | null = () => null;

beforeAll(async () => {
  vi.stubGlobal("fetch", async (input: unknown) => {
    const url = new URL(String(input));
    requested.push(url.pathname);
    return (await respondOtherwise(url)) ?? bigCommerceAnswer(orders, url);
  });
  call = testWorker.callAs((await makeKey("admin")).token);
  retailer = await openRetailer(call, {
    stock: [[500], [500]],
    channel: { kind: "bigcommerce", secrets: [CLIENT_SECRET], connection },
  });
});
beforeEach(() => {
  requested.length = 0;
  respondOtherwise = () => null;
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** Placed some seconds ago, because BigCommerce's times are whole seconds. */
const placed = (quantities: readonly number[] = [2, 1], over: Partial<TrafficOrder> = {}) => {
  const placedAt = Math.floor(Date.now() / 1000) * 1000 - 10_000;
  const order = anOrderOf(retailer, quantities, { placedAt, ...over });
  orders.set(order.id, order);
  return order;
};
const idOf = (order: TrafficOrder) => orderIdOf(retailer.channelId, String(order.id));
const stored = async (order: TrafficOrder) => (await call("GET", `/v1/orders/${idOf(order)}`)).body;

/** `at`: the time of the callback; a repeated callback has the same. */
type Options = Readonly<{
  scope?: string;
  id?: string;
  at?: number;
  secret?: string;
  bindings?: Partial<Env>;
}>;
async function sendCallback(order: Pick<TrafficOrder, "id">, options: Options = {}) {
  const {
    scope = "store/order/updated",
    id = unique("ntf"),
    secret = CLIENT_SECRET,
    bindings = {},
  } = options;
  const signed = await signedBigCommerceRequest(secret, scope, order.id, {
    id,
    now: options.at ?? Date.now(),
  });
  const path = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
  const request = new Request(path, { method: "POST", ...signed });
  const response = await fetchWith({ ...testWorker.bindings, ...bindings }, request);
  return {
    status: response.status,
    ...(await response.json<{ outcome?: string; orderId?: string; code?: string }>()),
  };
}

let delivered = 0;
/** Delivers everything sent to the intake queue since the last time, as one batch. Returns each message's outcome. */
async function deliverIntake(over: Partial<Env> = {}) {
  const waiting = testWorker.sent.filter(({ queue }) => queue === "intake").slice(delivered);
  delivered += waiting.length;
  const done: string[] = [];
  const messages = waiting.map(({ body }) => ({
    id: unique("message"),
    timestamp: new Date(),
    body,
    attempts: 1,
    ack: () => void done.push("done"),
    retry: ({ delaySeconds }: { delaySeconds: number }) => void done.push(`again in ${delaySeconds} s`),
  }));
  const batch = { queue: "aftercart-intake", messages, ackAll() {}, retryAll() {} };
  const execution = createExecutionContext();
  await worker.queue(
    batch as unknown as MessageBatch,
    { ...env, ...testWorker.bindings, ...over },
    execution,
  );
  await waitOnExecutionContext(execution);
  return done;
}

const rowsOf = async (sql: string, ...values: unknown[]) =>
  (
    await env.ORDERS_00.prepare(sql)
      .bind(...values)
      .all()
  ).results;
const inbox = (order: TrafficOrder) =>
  rowsOf(
    `SELECT topic, outcome, problem FROM inbox
     WHERE channel_id = ?1 AND (order_id = ?2 OR event_id LIKE ?3) ORDER BY received_at, topic`,
    retailer.channelId,
    idOf(order),
    `%${order.id}%`,
  );
const outboxRows = (order: TrafficOrder) =>
  rowsOf("SELECT id FROM outbox WHERE messages ->> '$[0].externalOrderId' = ?1", String(order.id));

describe("a BigCommerce callback", () => {
  it("is answered before the order is fetched, and creates the order", async () => {
    const order = placed();
    const answer = await sendCallback(order, { scope: "store/order/created" });
    expect(answer).toEqual({ status: 202, outcome: "queued", orderId: idOf(order) });
    expect([requested, (await outboxRows(order)).length]).toEqual([[], 1]);

    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({
      status: "open",
      paymentStatus: "paid",
      number: String(order.id),
      totalMinor: expect.any(Number),
      holds: [],
      lines: [
        { ordered: 2, allocated: 2 },
        { ordered: 1, allocated: 1 },
      ],
    });
    expect(requested).toEqual([
      `/stores/abc123/v2/orders/${order.id}`,
      `/stores/abc123/v3/orders/${order.id}/transactions`,
      `/stores/abc123/v3/orders/${order.id}/payment_actions/refunds`,
    ]);
    expect(await inbox(order)).toEqual([{ topic: "store/order/created", outcome: "applied", problem: null }]);
    expect(await outboxRows(order)).toEqual([]);
  });

  it("creates one order, however often and with whatever topics it is sent, with one fetch for each batch", async () => {
    const order = placed([1]);
    const scopes = ["created", "statusUpdated", "transaction/created", "updated"];
    for (const scope of scopes) await sendCallback(order, { scope: `store/order/${scope}` });
    const same = { id: "the-same-message", at: Date.now() };
    for (let i = 0; i < 3; i += 1) await sendCallback(order, same);
    expect((await outboxRows(order)).length).toBe(5);
    expect(await deliverIntake()).toEqual(Array(7).fill("done"));
    expect(requested.length).toBe(3);
    await sendCallback(order);
    expect(await deliverIntake()).toEqual(["done"]);
    const { version, lines } = await stored(order);
    expect([version, lines.length]).toEqual([1, 1]);
    const messages = testWorker.sent.filter(({ body }) => body.type === "notification.send.v1");
    const received = messages.filter(({ body }) => "orderId" in body && body.orderId === idOf(order));
    expect(received.map(({ queue }) => queue)).toEqual(["notify"]);
    expect(await outboxRows(order)).toEqual([]);
  });

  it("with a wrong signature is refused, and nothing is fetched", async () => {
    const order = placed([1]);
    expect(await sendCallback(order, { secret: "another app's" })).toMatchObject({ status: 401 });
    expect([await deliverIntake(), requested, await outboxRows(order)]).toEqual([[], [], []]);
  });

  it("that is not about an order is recorded, and nothing is fetched", async () => {
    const answer = await sendCallback({ id: 77 }, { scope: "store/product/updated" });
    expect(answer).toEqual({ status: 200, outcome: "ignored", orderId: null });
    expect([await deliverIntake(), requested]).toEqual([[], []]);
  });
});

describe("a fetched state", () => {
  const fetchAgain = async (order: TrafficOrder) => {
    orders.set(order.id, order);
    await sendCallback(order);
    expect(await deliverIntake()).toEqual(["done"]);
    return stored(order);
  };
  const later = (order: TrafficOrder, seconds: number, over: Partial<TrafficOrder> = {}) => ({
    ...order,
    updatedAt: order.placedAt + seconds * 1000,
    ...over,
  });

  it("is applied, and not overwritten by an older state", async () => {
    const order = placed([2]);
    await fetchAgain(order);
    const more = [{ ...order.lines[0]!, quantity: 3 }];
    const edited = await fetchAgain(later(order, 60, { lines: more, email: "newer@example.com" }));
    expect(edited).toMatchObject({ email: "newer@example.com", lines: [{ allocated: 2 }, { allocated: 1 }] });
    const before = await fetchAgain(later(order, 30, { email: "older@example.com" }));
    expect(before).toMatchObject({ version: edited.version, email: "newer@example.com" });
    expect((await inbox(order)).map(({ outcome }) => outcome)).toEqual(["applied", "applied", "stale"]);
  });

  it("is ignored while the checkout is not finished, and applied afterwards", async () => {
    const order = placed([1]);
    respondOtherwise = ({ pathname }) =>
      pathname.endsWith(String(order.id))
        ? Response.json({ ...bigCommerceOrderPayload(order), status_id: 0, status: "Incomplete" })
        : null;
    await sendCallback(order, { scope: "store/order/created" });
    expect(await deliverIntake()).toEqual(["done"]);
    expect([(await stored(order)).code, requested.length]).toEqual(["not_found", 1]);
    respondOtherwise = () => null;
    expect(await fetchAgain(order)).toMatchObject({ status: "open" });
  });

  it("cancels the order if it was cancelled at the store, and books refunds", async () => {
    const order = placed([2]);
    await fetchAgain(order);
    const refund = {
      id: order.id + 5,
      amountMinor: 2000,
      at: order.placedAt + 60_000,
      reason: "one too many",
      lines: [{ lineId: order.lines[0]!.id, quantity: 1, restock: "no_restock" as const }],
    };
    const refunded = await fetchAgain(later(order, 60, { refunds: [refund] }));
    expect(refunded).toMatchObject({ refundedMinor: 2000, lines: [{ cancelled: 1, allocated: 1 }] });
    const ended = await fetchAgain(
      later(order, 90, { refunds: [refund], cancelledAt: order.placedAt + 90_000 }),
    );
    expect(ended).toMatchObject({ status: "cancelled", refundedMinor: 2000, lines: [{ cancelled: 2 }] });
  });

  it("holds the order only while the shop verifies it", async () => {
    const order = placed([1]);
    respondOtherwise = ({ pathname }) =>
      pathname.endsWith(String(order.id))
        ? Response.json({ ...bigCommerceOrderPayload(order), status_id: 12 })
        : null;
    expect(await fetchAgain(order)).toMatchObject({
      status: "on_hold",
      holds: [
        { code: "held_at_storefront", detail: "Its status at BigCommerce is manual verification required." },
      ],
    });
    respondOtherwise = () => null;
    expect(await fetchAgain(order)).toMatchObject({ status: "open", holds: [] });
  });

  it("is stored for staff if it is not as documented, and is not fetched again", async () => {
    const order = placed([1]);
    const wrong = { ...bigCommerceOrderPayload(order), total_inc_tax: "a lot" };
    respondOtherwise = ({ pathname }) => (pathname.endsWith(String(order.id)) ? Response.json(wrong) : null);
    await sendCallback(order);
    expect(await deliverIntake()).toEqual(["done"]);
    const { items } = (await call("GET", "/v1/callbacks/rejected")).body;
    const [row] = items.filter(({ channelId }: { channelId: string }) => channelId === retailer.channelId);
    expect(row).toMatchObject({
      topic: "store/order/updated",
      problem: "total_inc_tax is not a decimal amount",
    });
    expect(JSON.parse(row.body)).toMatchObject({ order: { id: order.id } });
  });

  it("holds a known order that is gone from the store, and ignores an unknown one", async () => {
    const [order, unknown] = [placed([1]), placed([1])];
    await fetchAgain(order);
    orders.delete(order.id);
    orders.delete(unknown.id);
    await sendCallback(order);
    await sendCallback(unknown);
    expect(await deliverIntake()).toEqual(["done", "done"]);
    expect(await stored(order)).toMatchObject({
      status: "on_hold",
      holds: [{ code: "held_at_storefront", detail: "The storefront has no such order any more." }],
    });
    expect((await stored(unknown)).code).toBe("not_found");
  });
});

describe("an order that cannot be fetched", () => {
  it.each([
    ["is out of service", () => new Response(null, { status: 503 }), "again in 15 s"],
    ["does not answer", () => Promise.reject(new TypeError("fetch failed")), "again in 15 s"],
    [
      "limits the rate, and requests a pause",
      () => new Response(null, { status: 429, headers: { "x-rate-limit-time-reset-ms": "27500" } }),
      "again in 28 s",
    ],
  ])("is fetched again later if the store %s", async (_what, answer, again) => {
    const order = placed([1]);
    await sendCallback(order);
    respondOtherwise = answer;
    expect(await deliverIntake()).toEqual([again]);
    expect([(await stored(order)).code, (await outboxRows(order)).length]).toEqual(["not_found", 1]);
    respondOtherwise = () => null;
    delivered -= 1;
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
  });

  it("makes the rest of its batch wait if the store is away", async () => {
    const [first, second] = [placed([1]), placed([1])];
    await sendCallback(first);
    await sendCallback(second);
    respondOtherwise = () => new Response(null, { status: 503 });
    expect(await deliverIntake()).toEqual(["again in 15 s", "again in 15 s"]);
    expect(requested.length).toBe(1);
    // After an unusable response only this order waits.
    delivered -= 2;
    respondOtherwise = ({ pathname }) =>
      pathname.endsWith(`/${first.id}`) ? new Response(null, { status: 500 }) : null;
    expect(await deliverIntake()).toEqual(["again in 15 s", "done"]);
    respondOtherwise = () => null;
    delivered -= 2;
    expect(await deliverIntake()).toEqual(["done", "done"]);
    expect(await stored(first)).toMatchObject({ status: "open" });
  });

  it("is enqueued again by the sweep if the queue lost it", async () => {
    const order = placed([1]);
    await sendCallback(order, { bindings: { INTAKE_QUEUE: queueAway() } });
    expect(await deliverIntake()).toEqual([]);
    await env.ORDERS_00.prepare("UPDATE outbox SET due_at = 0 WHERE messages ->> '$[0].externalOrderId' = ?1")
      .bind(String(order.id))
      .run();
    await testWorker.cron("* * * * *");
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
    expect(await outboxRows(order)).toEqual([]);
  });

  it("is stored in the queue while the database is away, or else the sender must repeat it", async () => {
    const order = placed([1]);
    await sendCallback(placed([1]));
    await deliverIntake();
    const away = databasesAway();
    expect(await sendCallback(order, { bindings: away })).toMatchObject({ status: 202, outcome: "queued" });
    expect(await deliverIntake(away)).toEqual(["again in 15 s"]);
    delivered -= 1;
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
    const nowhere = { ...away, INTAKE_QUEUE: queueAway() };
    expect(await sendCallback(placed([1]), { bindings: nowhere })).toMatchObject({ status: 503 });
  });

  it("is fetched once its channel is connected", async () => {
    const order = placed([1]);
    const path = `/v1/channels/${retailer.channelId}`;
    const { secretsSetAt: _1, connectionSetAt: _2, id: _3, ...channel } = (await call("GET", path)).body;
    await call("PUT", path, { ...channel, connection: null });
    await sendCallback(order);
    expect(await deliverIntake()).toEqual(["again in 15 s"]);
    await call("PUT", path, { ...channel, connection });
    delivered -= 1;
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
  });
});
