/**
 * A drop: 5,000 orders for a hundred units of one SKU. Most are placed before payment, and are refused with the
 * quantities once the units are gone. One in fifty was sold by the storefront, and is backordered instead. A tenth of
 * all orders is sent twice, concurrently.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sweep } from "../../src/platform/jobs/sweep";
import { orderIdOf } from "../../src/kernel/ids";
import { createContext } from "../../src/app-context";
import { reconcileNow } from "../support/jobs";
import { callerWith, fetchWorker, type Answer, type Call } from "../support/api";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";
import { canonicalPayload, type TrafficOrder } from "../support/storefront-traffic";
import { sweepPlan } from "../../src/modules";

const ORDERS = 5_000;
const UNITS = 100;
/** With more concurrent requests, D1 of the local runtime is slower than its deadlines, and nothing more is proved. */
const MAX_CONCURRENT = 50;
const MINUTE = 60_000;

type OrderRequest = Readonly<{
  source: "checkout" | "storefront";
  order: TrafficOrder;
  orderId: string;
  quantity: number;
  copies: number;
}>;
type Reply = Pick<Answer, "status" | "body">;

/** Each has its own API key, because requests are limited by key. */
let call: Call;
let buy: Call;
let retailer: Retailer;
let sku: string;
/** The requested orders, with the reply to each copy. */
let requests: (OrderRequest & Readonly<{ replies: readonly Reply[] }>)[];

async function allOf<Item, Done>(
  items: readonly Item[],
  work: (item: Item) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [i, item] of waiting) done[i] = await work(item);
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT }, worker));
  return done;
}

async function sendOnce({ source, order, copies }: OrderRequest): Promise<Reply> {
  if (source === "checkout") {
    const key: Record<string, string> = copies > 1 ? { "idempotency-key": `buy ${order.id}` } : {};
    return buy("POST", "/v1/orders", { channelId: retailer.channelId, ...canonicalPayload(order) }, key);
  }
  const answer = await fetchWorker(await shopifyCallback(retailer, order));
  return { status: answer.status, body: await answer.json() };
}

/** On a busy machine an answer may be 503; then it retries, as any sender does. */
async function send(order: OrderRequest): Promise<Reply> {
  for (;;) {
    const reply = await sendOnce(order);
    if (reply.status !== 503) return reply;
  }
}

type Stored = { id: string; ordered: number; allocated: number; backordered: number };

const stored = async (): Promise<Map<string, Stored>> => {
  const { results } = await env.ORDERS_00.prepare(
    `SELECT o.id, l.ordered, l.allocated, l.backordered FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id
     WHERE o.channel_id = ?1`,
  )
    .bind(retailer.channelId)
    .all<Stored>();
  return new Map(results.map((row) => [row.id, row]));
};

const stock = async () => {
  const { body } = await call("GET", `/v1/skus/${sku}/stock`);
  return { backordered: body.backordered, ...body.levels[0] };
};

/** An alarm that is set for later, to send events again, is not run: it would be set again without end. */
const isDue = (object: DurableObjectStub): Promise<boolean> =>
  runInDurableObject(object, async (_, { storage }) => {
    const at = await storage.getAlarm();
    return at !== null && at <= Date.now();
  });

/** How many events of the object are not applied yet. */
const undelivered = (object: DurableObjectStub): Promise<number> =>
  runInDurableObject(object, (_, { storage }) =>
    Number(storage.sql.exec("SELECT count(*) AS n FROM events").one().n),
  );

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
const isCreated = ({ replies }: Readonly<{ replies: readonly Reply[] }>) =>
  replies.some(({ status }) => status < 300);

beforeAll(async () => {
  call = await callerWith("admin");
  buy = await callerWith("orders:write", "orders:read");
  // No fulfillment is released while orders are compared with the replies.
  retailer = await openRetailer(call, { stock: [[UNITS]], channel: { gracePeriodMinutes: 60 } });
  sku = retailer.skus[0]!;
  const orders = Array.from({ length: ORDERS }, (_, i): OrderRequest => {
    const source = i % 50 === 25 ? "storefront" : "checkout";
    const quantity = 1 + (i % 3);
    const order = anOrderOf(retailer, [quantity], { status: source === "checkout" ? "authorized" : "paid" });
    const orderId = orderIdOf(retailer.channelId, String(order.id));
    return { source, order, orderId, quantity, copies: i % 10 === 5 || i % 100 === 0 ? 2 : 1 };
  });
  requests = await allOf(orders, async (each) => ({
    ...each,
    replies: await Promise.all(Array.from({ length: each.copies }, () => send(each))),
  }));
}, 10 * MINUTE);

afterAll(() => void vi.useRealTimers());

describe("5,000 orders for a hundred units", () => {
  it("are each created, or refused with the requested and the available quantity", () => {
    const replies = requests.flatMap(({ replies: copies, ...order }) =>
      copies.map((reply) => ({ ...order, ...reply })),
    );
    for (const { source, body, quantity } of replies.filter(({ status }) => status === 409)) {
      const short = [{ sku, requested: quantity, available: expect.any(Number) }];
      expect({ source, ...body }).toMatchObject({ source: "checkout", code: "insufficient_stock", short });
      expect(body.short[0].available).toBeLessThan(quantity);
    }
    expect(replies.filter(({ status }) => ![200, 201, 202, 409].includes(status))).toEqual([]);
    expect(requests.filter(({ source }) => source === "storefront").every(isCreated)).toBe(true);
    expect(requests.filter((each) => each.source === "checkout" && isCreated(each)).length).toBeGreaterThan(
      10,
    );
  });

  it("are one order each, with one reply, if they were sent twice", () => {
    const twice = requests.filter(({ copies }) => copies > 1);
    expect(twice.length).toBeGreaterThanOrEqual(ORDERS / 10);
    const differing = twice.filter(({ replies: [one, other], orderId }) => {
      if (one!.status === 409 || other!.status === 409) return one!.status !== other!.status;
      const ids = [one, other].map((reply) => reply!.body.orderId ?? reply!.body.id);
      return ids.some((id) => id !== orderId) || (one!.status === 201 && other!.status === 201);
    });
    expect(differing).toEqual([]);
  });

  it(
    "are all finished: queued orders are created, and every customer is notified",
    async () => {
      const created = requests.filter(isCreated).length;
      vi.useFakeTimers({ now: Date.now() + 2 * MINUTE, toFake: ["Date"] });
      const counts = () =>
        env.ORDERS_00.prepare(
          `SELECT (SELECT count(*) FROM outbox) AS waiting, (SELECT count(*) FROM orders) AS orders,
           (SELECT count(DISTINCT order_id) FROM notifications WHERE status = 'sent') AS notified`,
        ).first();
      const sweepAndCount = async () => {
        await sweep(createContext(env, { waitUntil: () => undefined }, "cron"), sweepPlan);
        return counts();
      };
      await expect
        .poll(sweepAndCount, { timeout: 5 * MINUTE, interval: 1_000 })
        .toEqual({ waiting: 0, orders: created, notified: created });
    },
    6 * MINUTE,
  );

  it("are stored exactly as replied", async () => {
    const orders = await stored();
    expect([...orders.keys()].toSorted()).toEqual(
      requests
        .filter(isCreated)
        .map(({ orderId }) => orderId)
        .toSorted(),
    );
    const complete = requests.filter(
      (each) =>
        isCreated(each) && each.source === "checkout" && each.replies.every(({ status }) => status !== 202),
    );
    await allOf(complete, async ({ orderId, quantity, replies }) => {
      const { body } = await call("GET", `/v1/orders/${orderId}`);
      expect(body.lines).toMatchObject([{ sku, ordered: quantity, allocated: quantity }]);
      expect(replies.map((reply) => reply.body)).toEqual(replies.map(() => body));
    });
  });

  it("allocate each unit once, and all of them", async () => {
    const rows = [...(await stored()).values()];
    const allocated = sum(rows.map((row) => row.allocated));
    const backordered = sum(rows.map((row) => row.backordered));
    expect(allocated).toBe(UNITS);
    expect(allocated + backordered).toBe(sum(requests.filter(isCreated).map(({ quantity }) => quantity)));
    expect(await stock()).toMatchObject({ onHand: UNITS, allocated: UNITS, available: 0, backordered });
  });

  it(
    "keep their allocations beyond the expiry, and a reconciliation finds no difference",
    async () => {
      vi.setSystemTime(Date.now() + 20 * MINUTE);
      const object = env.SKU_INVENTORY.getByName(sku);
      while (await isDue(object)) await runDurableObjectAlarm(object);
      await expect.poll(() => undelivered(object), { timeout: MINUTE }).toBe(0);
      expect(await stock()).toMatchObject({ allocated: UNITS, available: 0 });
      const today = new Date().toISOString().slice(0, 10);
      const body = await reconcileNow(call, today);
      expect(body.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
      expect(body.clean).toBe(true);
    },
    2 * MINUTE,
  );
});
