/**
 * A drop: 5,000 orders for a hundred units of one SKU. Most ask before they are paid, and are refused with
 * the numbers when they come too late; one in fifty was sold by the storefront already, and waits for stock
 * instead. A tenth of all is sent twice at once. Each customer has one request under way, so many at a time.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sweep } from "../../src/platform/jobs/sweep";
import { orderIdOf } from "../../src/kernel/ids";
import { createContext } from "../../src/app-context";
import { callerWith, type Answer, type Call } from "../support/api";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";
import { canonicalPayload, type TrafficOrder } from "../support/storefront-traffic";
import { sweepPlan } from "../../src/modules";

const ORDERS = 5_000;
const UNITS = 100;
/** More at once make the local runtime's D1 slower than its deadlines, and prove nothing more. */
const IN_FLIGHT = 50;
const MINUTE = 60_000;

type Asked = Readonly<{
  door: "checkout" | "storefront";
  order: TrafficOrder;
  orderId: string;
  quantity: number;
  copies: number;
}>;
type Told = Pick<Answer, "status" | "body">;

/** A key of its own each: a key may call only so often a minute. */
let call: Call;
let buy: Call;
let retailer: Retailer;
let sku: string;
/** What was ordered, with the answer to each copy. */
let asked: (Asked & Readonly<{ answers: readonly Told[] }>)[];

async function allOf<Item, Done>(
  items: readonly Item[],
  work: (item: Item) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [i, item] of waiting) done[i] = await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return done;
}

async function sendOnce({ door, order, copies }: Asked): Promise<Told> {
  if (door === "checkout") {
    const key: Record<string, string> = copies > 1 ? { "idempotency-key": `buy ${order.id}` } : {};
    return buy("POST", "/v1/orders", { channelId: retailer.channelId, ...canonicalPayload(order) }, key);
  }
  const answer = await exports.default.fetch(await shopifyCallback(retailer, order));
  return { status: answer.status, body: await answer.json() };
}

/** A busy machine may say to come again, as any sender then does. */
async function send(order: Asked): Promise<Told> {
  for (;;) {
    const told = await sendOnce(order);
    if (told.status !== 503) return told;
  }
}

type Stored = { id: string; ordered: number; allocated: number; backordered: number };

const stored = async (): Promise<Map<string, Stored>> => {
  const { results } = await env.DB.prepare(
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

/** An alarm that is set for later, to send again what is not done yet, would be rung without end. */
const isDue = (object: DurableObjectStub): Promise<boolean> =>
  runInDurableObject(object, async (_, { storage }) => {
    const at = await storage.getAlarm();
    return at !== null && at <= Date.now();
  });

/** What the object has told the books and nobody has dealt with yet. */
const untold = (object: DurableObjectStub): Promise<number> =>
  runInDurableObject(object, (_, { storage }) =>
    Number(storage.sql.exec("SELECT count(*) AS n FROM events").one().n),
  );

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);
const isTaken = ({ answers }: Readonly<{ answers: readonly Told[] }>) =>
  answers.some(({ status }) => status < 300);

beforeAll(async () => {
  call = await callerWith("admin");
  buy = await callerWith("orders:write", "orders:read");
  // Nothing is released while orders are compared with what was answered.
  retailer = await openRetailer(call, { stock: [[UNITS]], channel: { gracePeriodMinutes: 60 } });
  sku = retailer.skus[0]!;
  const orders = Array.from({ length: ORDERS }, (_, i): Asked => {
    const door = i % 50 === 25 ? "storefront" : "checkout";
    const quantity = 1 + (i % 3);
    const order = anOrderOf(retailer, [quantity], { status: door === "checkout" ? "authorized" : "paid" });
    const orderId = orderIdOf(retailer.channelId, String(order.id));
    return { door, order, orderId, quantity, copies: i % 10 === 5 || i % 100 === 0 ? 2 : 1 };
  });
  asked = await allOf(orders, async (each) => ({
    ...each,
    answers: await Promise.all(Array.from({ length: each.copies }, () => send(each))),
  }));
}, 10 * MINUTE);

afterAll(() => void vi.useRealTimers());

describe("5,000 orders for a hundred units", () => {
  it("are each answered: taken in, or refused with what was asked for and what there was", () => {
    const told = asked.flatMap(({ answers, ...order }) => answers.map((answer) => ({ ...order, ...answer })));
    for (const { door, body, quantity } of told.filter(({ status }) => status === 409)) {
      const short = [{ sku, requested: quantity, available: expect.any(Number) }];
      expect({ door, ...body }).toMatchObject({ door: "checkout", code: "insufficient_stock", short });
      expect(body.short[0].available).toBeLessThan(quantity);
    }
    expect(told.filter(({ status }) => ![200, 201, 202, 409].includes(status))).toEqual([]);
    expect(asked.filter(({ door }) => door === "storefront").every(isTaken)).toBe(true);
    expect(asked.filter((each) => each.door === "checkout" && isTaken(each)).length).toBeGreaterThan(10);
  });

  it("are one order each where they were sent twice, with one answer", () => {
    const twice = asked.filter(({ copies }) => copies > 1);
    expect(twice.length).toBeGreaterThanOrEqual(ORDERS / 10);
    const unlike = twice.filter(({ answers: [one, other], orderId }) => {
      if (one!.status === 409 || other!.status === 409) return one!.status !== other!.status;
      const ids = [one, other].map((answer) => answer!.body.orderId ?? answer!.body.id);
      return ids.some((id) => id !== orderId) || (one!.status === 201 && other!.status === 201);
    });
    expect(unlike).toEqual([]);
  });

  it(
    "come to rest: what was queued is taken in, and every customer is told",
    async () => {
      const taken = asked.filter(isTaken).length;
      vi.useFakeTimers({ now: Date.now() + 2 * MINUTE, toFake: ["Date"] });
      const told = () =>
        env.DB.prepare(
          `SELECT (SELECT count(*) FROM outbox) AS waiting, (SELECT count(*) FROM orders) AS orders,
           (SELECT count(DISTINCT order_id) FROM notifications WHERE status = 'sent') AS told`,
        ).first();
      const atRest = async () => {
        await sweep(createContext(env, { waitUntil: () => undefined }, "cron"), sweepPlan);
        return told();
      };
      await expect
        .poll(atRest, { timeout: 5 * MINUTE, interval: 1_000 })
        .toEqual({ waiting: 0, orders: taken, told: taken });
    },
    6 * MINUTE,
  );

  it("leave in store just what was answered", async () => {
    const orders = await stored();
    expect([...orders.keys()].toSorted()).toEqual(
      asked
        .filter(isTaken)
        .map(({ orderId }) => orderId)
        .toSorted(),
    );
    const told = asked.filter(
      (each) =>
        isTaken(each) && each.door === "checkout" && each.answers.every(({ status }) => status !== 202),
    );
    await allOf(told, async ({ orderId, quantity, answers }) => {
      const { body } = await call("GET", `/v1/orders/${orderId}`);
      expect(body.lines).toMatchObject([{ sku, ordered: quantity, allocated: quantity }]);
      expect(answers.map((answer) => answer.body)).toEqual(answers.map(() => body));
    });
  });

  it("never sell a unit twice, and sell every one", async () => {
    const rows = [...(await stored()).values()];
    const sold = sum(rows.map(({ allocated }) => allocated));
    const owed = sum(rows.map(({ backordered }) => backordered));
    expect(sold).toBe(UNITS);
    expect(sold + owed).toBe(sum(asked.filter(isTaken).map(({ quantity }) => quantity)));
    expect(await stock()).toMatchObject({ onHand: UNITS, allocated: UNITS, available: 0, backordered: owed });
  });

  it(
    "keep their allocations when these would releaseHolding, and let a reconciliation find nothing amiss",
    async () => {
      vi.setSystemTime(Date.now() + 20 * MINUTE);
      const object = env.SKU_INVENTORY.getByName(sku);
      while (await isDue(object)) await runDurableObjectAlarm(object);
      await expect.poll(() => untold(object), { timeout: MINUTE }).toBe(0);
      expect(await stock()).toMatchObject({ allocated: UNITS, available: 0 });
      const today = new Date().toISOString().slice(0, 10);
      const { body } = await call("POST", `/v1/reconciliations/${today}/run`);
      expect(body.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
      expect(body.clean).toBe(true);
    },
    2 * MINUTE,
  );
});
