/**
 * One order from callback to delivery, through the public API, queues and crons only: allocated, planned, released,
 * shipped, delivered, with its notifications and journal entries, and a nightly close without exceptions.
 */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, inject, it, vi } from "vitest";
import worker from "../src/worker";
import { finishJobs } from "./support/jobs";
import { callerOf, fetchWorker, makeKey } from "./support/api";
import { anOrderOf, openRetailer, shopifyCallback } from "./support/retailer";

const runCron = async (cron: string) => {
  const execution = createExecutionContext();
  await worker.scheduled(createScheduledController({ cron, scheduledTime: new Date() }), env, execution);
  await waitOnExecutionContext(execution);
};

type Json = Record<string, any>; // eslint-disable-line typescript/no-explicit-any

it("takes an order from its signed callback to delivery and a clean nightly close", async () => {
  const { token } = await makeKey("admin");
  const call = callerOf(token);
  const retailer = await openRetailer(call, {
    stock: [
      [5, 5],
      [3, 0],
      [0, 0],
    ],
    sku: { policy: "backorder" },
  });
  const order = anOrderOf(retailer, [2, 1, 1]);

  const answer = await fetchWorker(await shopifyCallback(retailer, order));
  const { outcome, orderId } = await answer.json<{ outcome: string; orderId: string }>();
  expect([answer.status, outcome]).toEqual([200, "created"]);

  const read = async (): Promise<Json> => (await call("GET", `/v1/orders/${orderId}`)).body;
  const placed = await read();
  expect(placed).toMatchObject({ status: "open", paymentStatus: "paid", number: `#${order.number}` });
  expect(placed.lines.map((l: Json) => [l.allocated, l.backordered])).toEqual([
    [2, 0],
    [1, 0],
    [0, 1],
  ]);
  expect(placed.fulfillments.map((f: Json) => [f.locationId, f.status])).toEqual([
    [retailer.locationIds[0], "planned"],
  ]);

  await runCron("* * * * *");
  const released = await vi.waitUntil(
    async () => {
      const now = await read();
      return now.fulfillments[0].status === "released" && now;
    },
    { timeout: 15_000, interval: 100 },
  );
  const listed = await call("GET", `/v1/fulfillments?locationId=${retailer.locationIds[0]}&status=released`);
  expect(listed.body.items).toMatchObject([{ orderId, lines: [{ quantity: 2 }, { quantity: 1 }] }]);

  const fulfillment = `/v1/orders/${orderId}/fulfillments/${released.fulfillments[0].id}`;
  const label = { carrier: "UPS", trackingNumber: "1Z1", trackingUrl: "https://example.com/1Z1" };
  const shipped = await call("POST", `${fulfillment}/shipments`, label);
  expect(shipped.status).toBe(200);
  expect((await call("POST", `${fulfillment}/shipments`, label)).body.version).toBe(shipped.body.version);

  const receipt = { locationId: retailer.locationIds[1], quantity: 4, ref: `po-${orderId}` };
  expect((await call("POST", `/v1/skus/${retailer.skus[2]}/receipts`, receipt)).status).toBe(200);
  const filled = await vi.waitUntil(
    async () => {
      const now = await read();
      return now.lines[2].allocated === 1 && now;
    },
    { timeout: 20_000, interval: 200 },
  );
  const second = filled.fulfillments.find((f: Json) => f.locationId === retailer.locationIds[1]);
  await call("POST", `/v1/orders/${orderId}/fulfillments/${second.id}/release`);
  await call("POST", `/v1/orders/${orderId}/fulfillments/${second.id}/shipments`, {
    ...label,
    trackingNumber: "1Z2",
  });
  for (const shipment of (await read()).shipments) {
    const path = `/v1/orders/${orderId}/shipments/${shipment.id}/deliveries`;
    expect((await call("POST", path, {})).status).toBe(200);
  }
  expect(await read()).toMatchObject({
    status: "closed",
    fulfillmentState: "delivered",
    balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 },
  });

  await vi.waitUntil(
    async () => {
      const { items } = (await call("GET", `/v1/orders/${orderId}/notifications`)).body as Json;
      return items.length === 6 && items.every((m: Json) => m.status === "sent");
    },
    { timeout: 15_000, interval: 200 },
  );
  const { items: messages } = (await call("GET", `/v1/orders/${orderId}/notifications`)).body as Json;
  expect(messages.map((m: Json) => m.kind).toSorted()).toEqual([
    "order_backordered",
    "order_delivered",
    "order_delivered",
    "order_received",
    "order_shipped",
    "order_shipped",
  ]);

  const page = await fetchWorker(new URL(placed.statusUrl).pathname);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("1Z2")]);

  vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ["Date"] });
  await vi.waitUntil(
    async () => {
      const outbox = await env.ORDERS_00.prepare("SELECT count(*) AS n FROM outbox").first<number>("n");
      return outbox === 0;
    },
    { timeout: 15_000, interval: 200 },
  );
  await vi.waitUntil(
    async () => {
      const { body } = await call("GET", `/v1/skus/${retailer.skus[0]}/stock`);
      return (body as Json).levels.some((level: Json) => level.onHand === 3 && level.allocated === 0);
    },
    { timeout: 15_000, interval: 200 },
  );
  await runCron("10 1 * * *");
  await finishJobs();
  const on = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const night = await call("GET", `/v1/reconciliations/${on}`);
  vi.useRealTimers();
  expect(night.status).toBe(200);
  expect((night.body as Json).checks.filter((check: Json) => !check.ok)).toEqual([]);
  expect(night.body).toMatchObject({ clean: true });

  const journal = await fetchWorker(`/v1/journal?from=${on}&to=${on}&format=hledger`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(journal.status).toBe(200);
  const checked = await fetch(inject("hledgerUrl"), { method: "POST", body: await journal.text() });
  expect([checked.status, await checked.text()]).toEqual([200, ""]);
});
