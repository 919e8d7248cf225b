/** Allocations that no order needs are released: those of repeated and concurrent requests in other quantities. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { callerWith, fetchWorker, unique, type Call } from "../support/api";
import { databasesWith, fetchWith } from "../support/faulty-bindings";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";
import { canonicalPayload, type TrafficOrder } from "../support/storefront-traffic";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});
afterEach(() => {
  vi.useRealTimers();
});

const generic = { kind: "generic", currency: "USD", secrets: undefined };
const allocated = async (sku: string) => {
  const { body } = await call("GET", `/v1/skus/${sku}/stock`);
  return (body.levels as { allocated: number }[]).reduce((sum, level) => sum + level.allocated, 0);
};
const orderBody = (retailer: Retailer, order: TrafficOrder) => ({
  channelId: retailer.channelId,
  ...canonicalPayload(order),
});
/** The same order with another quantity of its only line, as a later state has it. */
const withQuantity = (body: ReturnType<typeof orderBody>, quantity: number) => ({
  ...body,
  lines: body.lines.map((line) => ({ ...line, quantity })),
});
const afterExpiry = async (sku: string) => {
  vi.useFakeTimers({ now: Date.now() + 20 * 60_000, toFake: ["Date"] });
  await runDurableObjectAlarm(env.SKU_INVENTORY.getByName(sku));
};

describe("an order", () => {
  it("keeps only the units of its first version if it is placed again with more units", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const sku = retailer.skus[0]!;
    const order = orderBody(retailer, anOrderOf(retailer, [2]));
    expect((await call("POST", "/v1/orders", order)).status).toBe(201);
    const again = await call("POST", "/v1/orders", withQuantity(order, 5));
    expect([again.status, again.body.lines[0].ordered]).toEqual([200, 2]);
    await vi.waitUntil(async () => (await allocated(sku)) === 2, 5_000);
    await afterExpiry(sku);
    expect(await allocated(sku)).toBe(2);
  });

  it("holds only the units that it was created with, after a rejected request with more units under a used key", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const sku = retailer.skus[0]!;
    const key = { "idempotency-key": unique("key") };
    const other = orderBody(retailer, anOrderOf(retailer, [1]));
    expect((await call("POST", "/v1/orders", other, key)).status).toBe(201);
    const order = orderBody(retailer, anOrderOf(retailer, [5]));
    expect((await call("POST", "/v1/orders", order, key)).status).toBe(422);
    const created = await call("POST", "/v1/orders", withQuantity(order, 3));
    expect([created.status, created.body.lines?.[0]]).toMatchObject([201, { ordered: 3, allocated: 3 }]);
    await afterExpiry(sku);
    expect(await allocated(sku)).toBe(4);
  });

  it("holds the units that it ends up with if its creation and an edit arrive concurrently", async () => {
    const retailer = await openRetailer(call, { stock: [[9]] });
    const sku = retailer.skus[0]!;
    const order = anOrderOf(retailer, [1]);
    const edited = { ...order, updatedAt: order.placedAt + 5_000 };
    const more = { ...edited, lines: [{ ...order.lines[0]!, quantity: 3 }] };
    // The creation commits after the edit allocated and before the edit commits.
    let first = true;
    const overtaken = databasesWith((real) => async (statements) => {
      if (first && statements.length > 5) {
        first = false;
        await fetchWorker(await shopifyCallback(retailer, order));
      }
      return real(statements);
    });
    const response = await fetchWith(
      overtaken,
      await shopifyCallback(retailer, more, { topic: "orders/updated" }),
    );
    const { orderId } = await response.json<{ orderId: string }>();
    const { body } = await call("GET", `/v1/orders/${orderId}`);
    expect(body.lines).toMatchObject([
      { ordered: 1, allocated: 1 },
      { ordered: 2, allocated: 2 },
    ]);
    await vi.waitUntil(async () => (await allocated(sku)) === 3, 5_000);
    await afterExpiry(sku);
    expect(await allocated(sku)).toBe(3);
  });

  it("holds only one SKU's units if two SKUs are assigned to its line concurrently", async () => {
    const retailer = await openRetailer(call, { stock: [[9], [9]], channel: generic });
    const [one, two] = retailer.skus as [string, string];
    const body = orderBody(retailer, anOrderOf(retailer, [2]));
    const unnamed = { ...body, lines: body.lines.map((line) => ({ ...line, sku: null })) };
    const order = (await call("POST", "/v1/orders", unnamed)).body;
    const path = `/v1/orders/${order.id}/lines/${order.lines[0].id}/sku`;
    const answers = await Promise.all([one, two].map((sku) => call("PUT", path, { sku })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await afterExpiry(one);
    await afterExpiry(two);
    const { sku } = (await call("GET", `/v1/orders/${order.id}`)).body.lines[0];
    expect(await allocated(sku)).toBe(2);
    expect(await allocated(sku === one ? two : one)).toBe(0);
  });

  it("keeps its units if it is placed again with a line that is short", async () => {
    const retailer = await openRetailer(call, { stock: [[2], [1]], channel: generic });
    const two = orderBody(retailer, anOrderOf(retailer, [2, 9], { status: "authorized" }));
    const one = { ...two, lines: two.lines.slice(0, 1) };
    const placed = await call("POST", "/v1/orders", one);
    expect(placed.status).toBe(201);
    const again = await call("POST", "/v1/orders", two);
    expect([again.status, again.body.id]).toEqual([200, placed.body.id]);
    expect(await allocated(retailer.skus[0]!)).toBe(2);
  });

  it("keeps its units where it ships from if it is placed again after stock arrived elsewhere", async () => {
    const stock = [
      [0, 1],
      [1, 0],
    ];
    const retailer = await openRetailer(call, { stock, channel: generic });
    const order = orderBody(retailer, anOrderOf(retailer, [1, 1]));
    const placed = await call("POST", "/v1/orders", order);
    expect(placed.body.fulfillments).toHaveLength(2);
    const [sku] = retailer.skus as [string];
    const allocatedAt = async () => {
      const { body } = await call("GET", `/v1/skus/${sku}/stock`);
      return (body.levels as { locationId: string; allocated: number }[])
        .filter((level) => level.allocated > 0)
        .map((level) => level.locationId);
    };
    expect(await allocatedAt()).toEqual([retailer.locationIds[1]]);
    const here = { ref: unique("po"), locationId: retailer.locationIds[0], quantity: 5 };
    expect((await call("POST", `/v1/skus/${sku}/receipts`, here)).status).toBe(200);
    expect((await call("POST", "/v1/orders", order)).status).toBe(200);
    expect(await allocatedAt()).toEqual([retailer.locationIds[1]]);
  });
});
