/** Faults that were reported of other systems' orders and stock, each tried on this one. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { orderIdOf } from "../../src/kernel/ids";
import { callerWith, fetchWorker, unique, type Answer, type Call } from "../support/api";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload, signedStorefrontRequest, type TrafficOrder } from "../support/storefront-traffic";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const SOON = { timeout: 15_000, interval: 100 };
const SECRET = `whsec_${btoa("a secret of 24 bytes or so")}`;
const CHANNEL = { kind: "generic", secrets: [SECRET] };

type Level = Readonly<{ locationId: string; onHand: number; allocated: number; available: number }>;

/** Of the first SKU at the first location: units on hand, allocated and available. */
const numbersOf = async ({ skus, locationIds }: Retailer) => {
  const { body } = await call("GET", `/v1/skus/${skus[0]}/stock`);
  const level = body.levels.find(({ locationId }: Level) => locationId === locationIds[0]);
  return [level.onHand, level.allocated, level.available];
};
const settled = (retailer: Retailer, numbers: readonly number[]) =>
  vi.waitUntil(async () => JSON.stringify(await numbersOf(retailer)) === JSON.stringify(numbers), SOON);

const place = (retailer: Retailer, order: object) =>
  call("POST", "/v1/orders", { channelId: retailer.channelId, ...order });

const orderOf = async (retailer: Retailer, { externalId }: { externalId: string }): Promise<Answer["body"]> =>
  (await call("GET", `/v1/orders/${orderIdOf(retailer.channelId, externalId)}`)).body;

type Canonical = ReturnType<typeof canonicalPayload>;
const canonical = (
  retailer: Retailer,
  units: readonly number[],
  over: Partial<TrafficOrder> = {},
): Canonical => canonicalPayload(anOrderOf(retailer, units, over));

let minutes = 0;
async function send(
  retailer: Retailer,
  topic: string,
  order: Canonical,
  id = unique("event"),
): Promise<number> {
  const signed = await signedStorefrontRequest("generic", SECRET, topic, order, { id, now: Date.now() });
  const { status } = await fetchWorker(`/v1/webhooks/${retailer.channelId}`, { method: "POST", ...signed });
  return status;
}
/** Sends the order as a later state, and returns what it is then. */
async function update(retailer: Retailer, order: Canonical): Promise<Answer["body"]> {
  minutes += 1;
  const updatedAt = new Date(Date.parse(order.placedAt) + minutes * 1_000).toISOString();
  expect(await send(retailer, "order.updated", { ...order, updatedAt })).toBe(200);
  return orderOf(retailer, order);
}

/** With another discount on the first line, and the total that follows. */
const discounted = (order: Canonical, minor: number): Canonical => ({
  ...order,
  lines: order.lines.map((line, i) => (i === 0 ? { ...line, discount: (minor / 100).toFixed(2) } : line)),
  total: (Number(order.total) + (100 - minor) / 100).toFixed(2),
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const units = (order: Answer["body"], state: string): number =>
  sum(order.lines.map((line: Record<string, number>) => line[state]));

describe("the last unit", () => {
  // https://github.com/medusajs/medusa/issues/16502, https://github.com/vendure-ecommerce/vendure/issues/2702
  it("is not sold to two lines of one order with the same SKU, nor to two lines of one reservation", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: CHANNEL });
    const order = canonical(retailer, [1], { status: "pending" });
    const lines = [order.lines[0]!, { ...order.lines[0]!, externalId: "again" }];
    const placed = await place(retailer, { ...order, lines });
    const line = { sku: retailer.skus[0], quantity: 1 };
    const reserved = await call("POST", "/v1/reservations", {
      channelId: retailer.channelId,
      lines: [line, line],
    });
    expect([placed.status, reserved.status]).toEqual([409, 409]);
    await settled(retailer, [1, 0, 1]);
  });

  // https://github.com/saleor/saleor/issues/543, https://github.com/medusajs/medusa/issues/16825
  it("is sold once, however many checkouts want it together, and the others leave no order", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: CHANNEL });
    const orders = Array.from({ length: 6 }, () => canonical(retailer, [1], { status: "pending" }));
    const line = { sku: retailer.skus[0], quantity: 1 };
    const answers = await Promise.all([
      ...orders.map((order) => place(retailer, order)),
      ...orders.map(() => call("POST", "/v1/reservations", { channelId: retailer.channelId, lines: [line] })),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(11).fill(409)]);
    expect(await numbersOf(retailer)).toEqual([1, 1, 0]);
    const stored = await Promise.all(orders.map((order) => orderOf(retailer, order)));
    expect(stored.filter(({ id }) => id !== undefined).length).toBe(
      answers.slice(0, 6).filter(({ status }) => status === 201).length,
    );
  });

  // https://github.com/woocommerce/woocommerce/issues/24528
  it("that a checkout reserved and lost is not sold again when its buyer pays late", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: CHANNEL });
    const lines = [{ sku: retailer.skus[0], quantity: 1 }];
    const reservation = { channelId: retailer.channelId, token: "late", lines, ttlSeconds: 1 };
    expect((await call("POST", "/v1/reservations", reservation)).status).toBe(201);
    await settled(retailer, [1, 0, 1]);
    const other = await place(retailer, canonical(retailer, [1]));
    const late = canonical(retailer, [1], { cartToken: "late" });
    const placed = await place(retailer, late);
    expect([units(other.body, "allocated"), units(placed.body, "backordered")]).toEqual([1, 1]);
    expect(await numbersOf(retailer)).toEqual([1, 1, 0]);
  });

  // https://github.com/medusajs/medusa/issues/5198
  it("that a checkout reserved is its order's, and is not taken twice", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: CHANNEL });
    const lines = [{ sku: retailer.skus[0], quantity: 1 }];
    await call("POST", "/v1/reservations", { channelId: retailer.channelId, token: "cart", lines });
    const placed = await place(retailer, canonical(retailer, [1], { cartToken: "cart" }));
    expect(units(placed.body, "allocated")).toBe(1);
    expect(await numbersOf(retailer)).toEqual([1, 1, 0]);
  });
});

describe("a cancellation", () => {
  // https://github.com/vendurehq/vendure/issues/1557
  it("of an order that never had units frees none", async () => {
    const retailer = await openRetailer(call, { stock: [[5]], channel: CHANNEL });
    const order = canonical(retailer, [3]);
    const unknown = { ...order, lines: [{ ...order.lines[0]!, sku: unique("NONE") }] };
    const placed = await place(retailer, unknown);
    const cancel = () => call("POST", `/v1/orders/${placed.body.id}/cancellations`, { reason: "none" });
    expect((await cancel()).status).toBe(200);
    expect((await cancel()).status).toBe(409);
    expect(await numbersOf(retailer)).toEqual([5, 0, 5]);
  });

  // https://github.com/reactioncommerce/reaction/issues/3678
  it("frees what was allocated, once, however often it is sent", async () => {
    const retailer = await openRetailer(call, { stock: [[5]], channel: CHANNEL });
    const order = canonical(retailer, [3]);
    await send(retailer, "order.created", order);
    const cancelled = { ...order, cancelledAt: new Date(Date.parse(order.placedAt) + 500_000).toISOString() };
    await Promise.all([
      update(retailer, cancelled),
      update(retailer, cancelled),
      update(retailer, cancelled),
    ]);
    await settled(retailer, [5, 0, 5]);
  });
});

describe("an edit", () => {
  // https://github.com/spree/spree/issues/7328, https://github.com/spree/spree/issues/4574
  it("of a backordered quantity down and up gives nobody units that do not exist", async () => {
    const retailer = await openRetailer(call, {
      stock: [[0]],
      sku: { policy: "backorder" },
      channel: CHANNEL,
    });
    const orders = [1, 2, 1].map((quantity) => canonical(retailer, [quantity]));
    for (const order of orders) await send(retailer, "order.created", order);
    const of = (quantity: number) => ({ ...orders[1]!, lines: [{ ...orders[1]!.lines[0]!, quantity }] });
    for (const quantity of [1, 2, 1, 2]) await update(retailer, of(quantity));
    await call("POST", `/v1/skus/${retailer.skus[0]}/counts`, {
      locationId: retailer.locationIds[0],
      counted: 0,
    });
    for (const [i, order] of orders.entries()) {
      const stored = await orderOf(retailer, order);
      expect([units(stored, "allocated"), units(stored, "backordered")]).toEqual([0, [1, 2, 1][i]]);
    }
  });

  // https://github.com/vendurehq/vendure/issues/4013
  it("up and down again, which was never paid, owes the customer nothing", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: CHANNEL });
    const order = canonical(retailer, [1]);
    const placed = await place(retailer, order);
    const line = order.lines[0]!;
    const lines = [{ ...line, quantity: 2 }];
    const more = await update(retailer, { ...order, lines, total: (Number(order.total) + 20).toFixed(2) });
    expect([units(more, "allocated"), more.holds]).toEqual([2, []]);
    const same = await update(retailer, order);
    expect(same.balances).toEqual(placed.body.balances);
  });

  // https://github.com/medusajs/medusa/issues/16406
  it("of a price only allocates nothing again, before and after the parcel left", async () => {
    const retailer = await openRetailer(call, { stock: [[4]], channel: CHANNEL });
    const order = canonical(retailer, [3]);
    const placed = await place(retailer, order);
    await update(retailer, discounted(order, 200));
    expect(await numbersOf(retailer)).toEqual([4, 3, 1]);
    const { body } = await call("GET", `/v1/orders/${placed.body.id}`);
    const [fulfillment] = body.fulfillments;
    const path = `/v1/orders/${placed.body.id}/fulfillments/${fulfillment.id}`;
    expect((await call("POST", `${path}/release`)).status).toBe(200);
    const shipped = await call("POST", `${path}/shipments`, { carrier: "UPS", trackingNumber: unique("1Z") });
    expect(shipped.status).toBe(200);
    await settled(retailer, [1, 0, 1]);
    await update(retailer, discounted(order, 300));
    expect(await numbersOf(retailer)).toEqual([1, 0, 1]);
  });
});

describe("a fulfillment", () => {
  // https://github.com/medusajs/medusa/issues/6500
  it("ships the last units, which are all allocated to it", async () => {
    const retailer = await openRetailer(call, { stock: [[2]], channel: CHANNEL });
    const placed = await place(retailer, canonical(retailer, [2]));
    const path = `/v1/orders/${placed.body.id}/fulfillments/${placed.body.fulfillments[0].id}`;
    await call("POST", `${path}/release`);
    expect((await call("POST", `${path}/shipments`, { carrier: "UPS" })).status).toBe(200);
    await settled(retailer, [0, 0, 0]);
  });

  // https://github.com/medusajs/medusa/issues/11703
  it("that is rejected keeps the order's claim to the units, once", async () => {
    const retailer = await openRetailer(call, { stock: [[2]], channel: CHANNEL });
    const placed = await place(retailer, canonical(retailer, [2]));
    const path = `/v1/orders/${placed.body.id}/fulfillments/${placed.body.fulfillments[0].id}`;
    await call("POST", `${path}/release`);
    const rejected = await call("POST", `${path}/rejections`, { reason: "too_busy" });
    expect(rejected.status).toBe(200);
    await vi.waitUntil(async () => (await numbersOf(retailer))[1] === 0, SOON);
    const after = await orderOf(retailer, { externalId: placed.body.externalId });
    expect([units(after, "allocated"), units(after, "backordered")]).toEqual([0, 2]);
  });
});

describe("a callback", () => {
  // https://github.com/Automattic/woocommerce-payments/issues/3345, https://github.com/woocommerce/woocommerce/issues/38786
  it("that arrives together with the same state from elsewhere takes the units once", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: CHANNEL });
    const order = canonical(retailer, [2]);
    const event = unique("event");
    await Promise.all([
      send(retailer, "order.created", order, event),
      send(retailer, "order.created", order, event),
      send(retailer, "order.updated", order),
      place(retailer, order),
      place(retailer, order),
    ]);
    await settled(retailer, [9, 2, 7]);
  });

  it("with an older state, replayed after a newer one, takes nothing back", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: CHANNEL });
    const order = canonical(retailer, [5]);
    const event = unique("event");
    await send(retailer, "order.created", order, event);
    const less = await update(retailer, { ...order, lines: [{ ...order.lines[0]!, quantity: 1 }] });
    expect(units(less, "allocated")).toBe(1);
    await send(retailer, "order.created", order, event);
    await send(retailer, "order.updated", order);
    expect(units(await orderOf(retailer, order), "allocated")).toBe(1);
  });
});

describe("a customer's link", () => {
  // https://nvd.nist.gov/vuln/detail/CVE-2020-26223, https://nvd.nist.gov/vuln/detail/CVE-2026-31887
  it("opens nothing without its signature, whatever stands in its place", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: CHANNEL });
    const placed = await place(retailer, canonical(retailer, [1]));
    const path = new URL(placed.body.statusUrl).pathname;
    const signature = path.split("/").at(-1)!;
    expect((await fetchWorker(path)).status).toBe(200);
    const others = [
      "",
      "%20",
      "%00",
      "null",
      "undefined",
      "[]",
      "*",
      "%25",
      "0",
      signature.slice(0, -1),
      `${signature}%20`,
    ];
    const statuses = await Promise.all(
      ["/s", "/v1/public/orders"].flatMap((base) =>
        others.map(async (other) => (await fetchWorker(`${base}/${placed.body.id}/${other}`)).status),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([404]));
  });
});
