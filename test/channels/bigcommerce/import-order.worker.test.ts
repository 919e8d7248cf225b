/** BigCommerce: a callback says only which order changed; the order is fetched off the queue, and taken in once. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../../src/env";
import { orderIdOf } from "../../../src/kernel/ids";
import worker from "../../../src/worker";
import { openStage } from "../../security/test-worker";
import {
  bigCommerceAnswer,
  bigCommerceOrderPayload,
  signedBigCommerceRequest,
} from "../../support/bigcommerce-store";
import { makeKey, unique, type Call } from "../../support/api";
import { databaseAway, fetchWith, queueAway } from "../../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../../support/retailer";
import type { TrafficOrder } from "../../support/storefront-traffic";

const CLIENT_SECRET = "the client secret of the app that made the webhook";
const BASE_URL = "https://api.bigcommerce.com/stores/abc123";
const connection = { baseUrl: BASE_URL, credentials: { accessToken: "bc-access-token" } };

const stage = openStage();
let call: Call;
let retailer: Retailer;
const orders = new Map<number, TrafficOrder>();
const asked: string[] = [];
/** What the store answers instead of what it documents, where it answers otherwise. */
let otherwise: (url: URL) => Response | Promise<Response> | null = () => null;

beforeAll(async () => {
  vi.stubGlobal("fetch", async (input: unknown) => {
    const url = new URL(String(input));
    asked.push(url.pathname);
    return (await otherwise(url)) ?? bigCommerceAnswer(orders, url);
  });
  call = stage.callAs((await makeKey("admin")).token);
  retailer = await openRetailer(call, {
    stock: [[500], [500]],
    channel: { kind: "bigcommerce", secrets: [CLIENT_SECRET], connection },
  });
});
beforeEach(() => {
  asked.length = 0;
  otherwise = () => null;
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** Placed some seconds ago: BigCommerce tells no less than a second. */
const placed = (quantities: readonly number[] = [2, 1], over: Partial<TrafficOrder> = {}) => {
  const placedAt = Math.floor(Date.now() / 1000) * 1000 - 10_000;
  const order = anOrderOf(retailer, quantities, { placedAt, ...over });
  orders.set(order.id, order);
  return order;
};
const idOf = (order: TrafficOrder) => orderIdOf(retailer.channelId, String(order.id));
const stored = async (order: TrafficOrder) => (await call("GET", `/v1/orders/${idOf(order)}`)).body;

/** `at`: when it says that it was sent; a message that comes again says the same. */
type Said = Readonly<{ scope?: string; id?: string; at?: number; secret?: string; bindings?: Partial<Env> }>;
async function told(order: Pick<TrafficOrder, "id">, said: Said = {}) {
  const { scope = "store/order/updated", id = unique("ntf"), secret = CLIENT_SECRET, bindings = {} } = said;
  const signed = await signedBigCommerceRequest(secret, scope, order.id, { id, now: said.at ?? Date.now() });
  const path = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
  const request = new Request(path, { method: "POST", ...signed });
  const response = await fetchWith({ ...stage.bindings, ...bindings }, request);
  return {
    status: response.status,
    ...(await response.json<{ outcome?: string; orderId?: string; code?: string }>()),
  };
}

/** Everything sent to the intake queue since, delivered as one batch. Answers what became of each message. */
let delivered = 0;
async function deliverIntake(over: Partial<Env> = {}) {
  const waiting = stage.sent.filter(({ queue }) => queue === "intake").slice(delivered);
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
  await worker.queue(batch as unknown as MessageBatch, { ...env, ...stage.bindings, ...over }, execution);
  await waitOnExecutionContext(execution);
  return done;
}

const rowsOf = async (sql: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(sql)
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
const kept = (order: TrafficOrder) =>
  rowsOf("SELECT id FROM outbox WHERE message ->> 'externalOrderId' = ?1", String(order.id));

describe("a BigCommerce callback", () => {
  it("is answered before the order is fetched, and becomes the order", async () => {
    const order = placed();
    const answer = await told(order, { scope: "store/order/created" });
    expect(answer).toEqual({ status: 202, outcome: "queued", orderId: idOf(order) });
    expect([asked, (await kept(order)).length]).toEqual([[], 1]);

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
    expect(asked).toEqual([
      `/stores/abc123/v2/orders/${order.id}`,
      `/stores/abc123/v3/orders/${order.id}/transactions`,
      `/stores/abc123/v3/orders/${order.id}/payment_actions/refunds`,
    ]);
    expect(await inbox(order)).toEqual([{ topic: "store/order/created", outcome: "applied", problem: null }]);
    expect(await kept(order)).toEqual([]);
  });

  it("is one order, however often and in whatever topics it comes, and one fetch for each batch", async () => {
    const order = placed([1]);
    const scopes = ["created", "statusUpdated", "transaction/created", "updated"];
    for (const scope of scopes) await told(order, { scope: `store/order/${scope}` });
    const same = { id: "the-same-message", at: Date.now() };
    for (let i = 0; i < 3; i += 1) await told(order, same);
    expect((await kept(order)).length).toBe(5);
    expect(await deliverIntake()).toEqual(Array(7).fill("done"));
    expect(asked.length).toBe(3);
    await told(order);
    expect(await deliverIntake()).toEqual(["done"]);
    const { version, lines } = await stored(order);
    expect([version, lines.length]).toEqual([1, 1]);
    const messages = stage.sent.filter(({ body }) => body.type === "notification.send.v1");
    const received = messages.filter(({ body }) => "orderId" in body && body.orderId === idOf(order));
    expect(received.map(({ queue }) => queue)).toEqual(["notify"]);
    expect(await kept(order)).toEqual([]);
  });

  it("that somebody else signed is refused, and nothing is fetched", async () => {
    const order = placed([1]);
    expect(await told(order, { secret: "another app's" })).toMatchObject({ status: 401 });
    expect([await deliverIntake(), asked, await kept(order)]).toEqual([[], [], []]);
  });

  it("about what is no order of ours is noted, and nothing is fetched", async () => {
    const answer = await told({ id: 77 }, { scope: "store/product/updated" });
    expect(answer).toEqual({ status: 200, outcome: "ignored", orderId: null });
    expect([await deliverIntake(), asked]).toEqual([[], []]);
  });
});

describe("a state that is fetched", () => {
  const fetchAgain = async (order: TrafficOrder) => {
    orders.set(order.id, order);
    await told(order);
    expect(await deliverIntake()).toEqual(["done"]);
    return stored(order);
  };
  const later = (order: TrafficOrder, seconds: number, over: Partial<TrafficOrder> = {}) => ({
    ...order,
    updatedAt: order.placedAt + seconds * 1000,
    ...over,
  });

  it("brings an edit, and is not overwritten by one from before it", async () => {
    const order = placed([2]);
    await fetchAgain(order);
    const more = [{ ...order.lines[0]!, quantity: 3 }];
    const edited = await fetchAgain(later(order, 60, { lines: more, email: "newer@example.com" }));
    expect(edited).toMatchObject({ email: "newer@example.com", lines: [{ allocated: 2 }, { allocated: 1 }] });
    const before = await fetchAgain(later(order, 30, { email: "older@example.com" }));
    expect(before).toMatchObject({ version: edited.version, email: "newer@example.com" });
    expect((await inbox(order)).map(({ outcome }) => outcome)).toEqual(["applied", "applied", "stale"]);
  });

  it("is none while the checkout is not finished, and is one when it is", async () => {
    const order = placed([1]);
    otherwise = ({ pathname }) =>
      pathname.endsWith(String(order.id))
        ? Response.json({ ...bigCommerceOrderPayload(order), status_id: 0, status: "Incomplete" })
        : null;
    await told(order, { scope: "store/order/created" });
    expect(await deliverIntake()).toEqual(["done"]);
    expect([(await stored(order)).code, asked.length]).toEqual(["not_found", 1]);
    otherwise = () => null;
    expect(await fetchAgain(order)).toMatchObject({ status: "open" });
  });

  it("ends the order where it was cancelled there, and books what was refunded", async () => {
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

  it("holds the order while the shop verifies it, and no longer", async () => {
    const order = placed([1]);
    otherwise = ({ pathname }) =>
      pathname.endsWith(String(order.id))
        ? Response.json({ ...bigCommerceOrderPayload(order), status_id: 12 })
        : null;
    expect(await fetchAgain(order)).toMatchObject({
      status: "on_hold",
      holds: [{ code: "held_at_storefront", detail: "BigCommerce says that it must be verified." }],
    });
    otherwise = () => null;
    expect(await fetchAgain(order)).toMatchObject({ status: "open", holds: [] });
  });

  it("that is no order as documented is kept for staff, and does not come again", async () => {
    const order = placed([1]);
    const wrong = { ...bigCommerceOrderPayload(order), total_inc_tax: "a lot" };
    otherwise = ({ pathname }) => (pathname.endsWith(String(order.id)) ? Response.json(wrong) : null);
    await told(order);
    expect(await deliverIntake()).toEqual(["done"]);
    const { items } = (await call("GET", "/v1/callbacks/rejected")).body;
    const [row] = items.filter(({ channelId }: { channelId: string }) => channelId === retailer.channelId);
    expect(row).toMatchObject({
      topic: "store/order/updated",
      problem: "total_inc_tax is not a decimal amount",
    });
    expect(JSON.parse(row.body)).toMatchObject({ order: { id: order.id } });
  });

  it("that is gone holds an order that is here, and is nothing where none is", async () => {
    const [order, unknown] = [placed([1]), placed([1])];
    await fetchAgain(order);
    orders.delete(order.id);
    orders.delete(unknown.id);
    await told(order);
    await told(unknown);
    expect(await deliverIntake()).toEqual(["done", "done"]);
    expect(await stored(order)).toMatchObject({
      status: "on_hold",
      holds: [{ code: "held_at_storefront", detail: "The storefront has no such order any more." }],
    });
    expect((await stored(unknown)).code).toBe("not_found");
  });
});

describe("nothing is lost", () => {
  it.each([
    ["is down", () => new Response(null, { status: 503 }), "again in 15 s"],
    ["does not answer", () => Promise.reject(new TypeError("fetch failed")), "again in 15 s"],
    [
      "has had enough, and says for how long",
      () => new Response(null, { status: 429, headers: { "x-rate-limit-time-reset-ms": "27500" } }),
      "again in 28 s",
    ],
  ])("while the store %s", async (_what, answer, again) => {
    const order = placed([1]);
    await told(order);
    otherwise = answer;
    expect(await deliverIntake()).toEqual([again]);
    expect([(await stored(order)).code, (await kept(order)).length]).toEqual(["not_found", 1]);
    otherwise = () => null;
    delivered -= 1;
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
  });

  it("where a store is away: the rest of the batch waits with it", async () => {
    const [first, second] = [placed([1]), placed([1])];
    await told(first);
    await told(second);
    otherwise = () => new Response(null, { status: 503 });
    expect(await deliverIntake()).toEqual(["again in 15 s", "again in 15 s"]);
    expect(asked.length).toBe(1);
    // An answer that is unusable is this order's alone.
    delivered -= 2;
    otherwise = ({ pathname }) =>
      pathname.endsWith(`/${first.id}`) ? new Response(null, { status: 500 }) : null;
    expect(await deliverIntake()).toEqual(["again in 15 s", "done"]);
    otherwise = () => null;
    delivered -= 2;
    expect(await deliverIntake()).toEqual(["done", "done"]);
    expect(await stored(first)).toMatchObject({ status: "open" });
  });

  it("where the queue loses it: the sweep sends it again", async () => {
    const order = placed([1]);
    await told(order, { bindings: { INTAKE_QUEUE: queueAway() } });
    expect(await deliverIntake()).toEqual([]);
    await env.DB.prepare("UPDATE outbox SET due_at = 0 WHERE message ->> 'externalOrderId' = ?1")
      .bind(String(order.id))
      .run();
    await stage.cron("* * * * *");
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
    expect(await kept(order)).toEqual([]);
  });

  it("while the database is away: the queue keeps it, and else the sender comes again", async () => {
    const order = placed([1]);
    await told(placed([1]));
    await deliverIntake();
    const away = { DB: databaseAway() };
    expect(await told(order, { bindings: away })).toMatchObject({ status: 202, outcome: "queued" });
    expect(await deliverIntake(away)).toEqual(["again in 15 s"]);
    delivered -= 1;
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
    const nowhere = { ...away, INTAKE_QUEUE: queueAway() };
    expect(await told(placed([1]), { bindings: nowhere })).toMatchObject({ status: 503 });
  });

  it("where the channel is not connected yet: it is fetched once it is", async () => {
    const order = placed([1]);
    const path = `/v1/channels/${retailer.channelId}`;
    const { secretsSetAt: _1, connectionSetAt: _2, id: _3, ...channel } = (await call("GET", path)).body;
    await call("PUT", path, { ...channel, connection: null });
    await told(order);
    expect(await deliverIntake()).toEqual(["again in 15 s"]);
    await call("PUT", path, { ...channel, connection });
    delivered -= 1;
    expect(await deliverIntake()).toEqual(["done"]);
    expect(await stored(order)).toMatchObject({ status: "open" });
  });
});
