/**
 * Old closed orders in the archive: read as before, changed as before, once they are brought back. The tests share one
 * retailer at a date of its own.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { archiveOrdersJob } from "../../src/orders/archive-orders";
import { loadOrder } from "../../src/orders/storage/orders";
import { commitOrder } from "../../src/orders/change-order";
import { rebuildJob } from "../../src/directory/compare-directory";
import { isId, orderIdOf, type OrderId } from "../../src/kernel/ids";
import { movedTables } from "../../src/modules";
import { setBucketState } from "../../src/platform/buckets/closed-buckets";
import { callerWith, fetchWorker, type Call } from "../support/api";
import { finishJobs, jobContext, reconcileNow, runJob } from "../support/jobs";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";
import type { TrafficOrder } from "../support/storefront-traffic";

const DAY = 86_400_000;
const OPENED_AT = Date.parse("2031-03-03T15:00:00Z");
const SOON = { timeout: 20_000, interval: 100 };
const archiveJob = archiveOrdersJob(movedTables);
const later = () => vi.setSystemTime(OPENED_AT + 400 * DAY);

let call: Call;
let retailer: Retailer;

const send = async (order: TrafficOrder, topic?: string) => {
  const answer = await fetchWorker(await shopifyCallback(retailer, order, topic ? { topic } : {}));
  expect(answer.status).toBe(200);
};
const rowsOf = async (orderId: OrderId): Promise<Record<string, unknown[]>> => {
  const read = movedTables.map(async ({ name, orderId: column }) => {
    const { results } = await env.ORDERS_00.prepare(
      `SELECT * FROM ${name} WHERE ${column} = ?1 ORDER BY 1, 2`,
    )
      .bind(orderId)
      .all();
    return [name, results] as const;
  });
  return Object.fromEntries(await Promise.all(read));
};
const orderRow = async (orderId: OrderId) => (await rowsOf(orderId))["orders"]![0] as Record<string, unknown>;
const untilHandled = () =>
  vi.waitUntil(async () => {
    const waiting =
      "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM notifications WHERE status = 'pending')";
    return (await env.ORDERS_00.prepare(`${waiting} AS n`).first<number>("n")) === 0;
  }, SOON);

/** An order that was delivered. */
async function delivered(): Promise<{ order: TrafficOrder; id: OrderId }> {
  vi.setSystemTime(OPENED_AT);
  const order = anOrderOf(retailer, [1, 2]);
  await send(order);
  const id = orderIdOf(retailer.channelId, String(order.id));
  const at = `/v1/orders/${id}`;
  const { body } = await call("GET", at);
  for (const { id: fulfillmentId } of body.fulfillments) {
    const path = `${at}/fulfillments/${fulfillmentId}`;
    expect((await call("POST", `${path}/release`)).status).toBe(200);
    const shipped = await call("POST", `${path}/shipments`, { carrier: "UPS", trackingNumber: "1Z9" });
    for (const { id: shipmentId } of shipped.body.shipments) {
      expect((await call("POST", `${at}/shipments/${shipmentId}/deliveries`)).status).toBe(200);
    }
  }
  await untilHandled();
  return { order, id };
}

const archive = () => runJob(jobContext(), archiveJob);

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(OPENED_AT);
  call = await callerWith("admin");
  retailer = await openRetailer(call, {
    stock: [
      [50, 50],
      [50, 50],
    ],
  });
});
afterAll(() => void vi.useRealTimers());

describe("an archived order", () => {
  it("is one document, and one row that reads as before", async () => {
    const { id } = await delivered();
    const path = `/v1/orders/${id}`;
    const before = (await call("GET", path)).body;
    const statusPage = await (await fetchWorker(new URL(before.statusUrl).pathname)).text();
    const stored = await rowsOf(id);
    later();
    const { progress } = await archive();
    expect(progress["archived"]).toBeGreaterThanOrEqual(1);

    const left = await rowsOf(id);
    const kept = Object.entries(left).flatMap(([table, rows]) => (rows.length > 0 ? [table] : []));
    expect(kept).toEqual(["orders"]);
    expect((await call("GET", path)).body).toEqual(before);
    expect(await (await fetchWorker(new URL(before.statusUrl).pathname)).text()).toBe(statusPage);
    expect((await orderRow(id))["archived_at"], "reading it writes nothing").not.toBeNull();

    const { objects } = await env.ARCHIVE.list({ prefix: "manifests/2031-03/" });
    const manifests = await Promise.all(objects.map(async ({ key }) => (await env.ARCHIVE.get(key))!.text()));
    const entry = manifests
      .join("")
      .split("\n")
      .filter((line) => line.includes(id))
      .map((line) => JSON.parse(line));
    expect(entry).toMatchObject([{ orderId: id, currency: "USD", totalMinor: expect.any(Number) }]);

    expect((await call("POST", `${path}/restore`)).body).toEqual(before);
    const { orders: row, ...others } = await rowsOf(id);
    const { orders: rowBefore, ...othersBefore } = stored;
    expect(others).toEqual(othersBefore);
    const back = { archived_at: null, restored_at: Date.now() };
    expect(row).toEqual([{ ...(rowBefore![0] as object), ...back }]);
    expect((await call("POST", `${path}/restore`)).body, "again").toEqual(before);
  });

  it("stays for a week after it was brought back", async () => {
    const { id } = await delivered();
    later();
    await archive();
    await call("POST", `/v1/orders/${id}/restore`);
    await archive();
    expect((await orderRow(id))["archived_at"]).toBeNull();
    vi.setSystemTime(OPENED_AT + 408 * DAY);
    await archive();
    expect((await orderRow(id))["archived_at"]).not.toBeNull();
  });

  it("keeps its history, decisions and mails", async () => {
    const { id } = await delivered();
    const paths = ["events", "sourcing", "notifications", "promises"].map(
      (what) => `/v1/orders/${id}/${what}`,
    );
    const read = async () => {
      const answers = [];
      for (const path of paths) {
        later();
        await archive();
        answers.push((await call("GET", path)).body);
        vi.setSystemTime(OPENED_AT + 500 * DAY);
      }
      return answers;
    };
    later();
    const before = await Promise.all(paths.map(async (path) => (await call("GET", path)).body));
    expect(await read()).toEqual(before);
  });

  it("is known when its storefront sends it again, and takes a late refund", async () => {
    const { id, order } = await delivered();
    later();
    await archive();
    await send(order);
    await send(order, "orders/updated");
    expect((await rowsOf(id))["orders"]).toHaveLength(1);
    const again = await archive();
    expect(again.status).toBe("done");
    vi.setSystemTime(OPENED_AT + 420 * DAY);
    await archive();
    expect((await orderRow(id))["archived_at"]).not.toBeNull();

    const lines = order.lines.map(({ id: lineId, quantity }) => ({
      lineId,
      quantity,
      restock: "return" as const,
    }));
    const refund = { id: order.id, amountMinor: 100, at: Date.now(), reason: "late", lines };
    await send({ ...order, refunds: [refund], updatedAt: Date.now() }, "orders/updated");
    const { body } = await call("GET", `/v1/orders/${id}`);
    expect(body.refunds).toHaveLength(1);
    expect((await orderRow(id))["archived_at"]).toBeNull();
  });

  it("is listed, also after the directory was rebuilt from nothing", async () => {
    const { id } = await delivered();
    const listed = async () => {
      const { body } = await call("GET", `/v1/orders?channelId=${retailer.channelId}&limit=100`);
      return body.items.find((item: { id: string }) => item.id === id);
    };
    await vi.waitUntil(async () => (await listed())?.status === "closed", SOON);
    const before = await listed();
    later();
    await archive();
    expect(await listed()).toEqual(before);
    await env.DIRECTORY.prepare("DELETE FROM listed_orders").run();
    await runJob(jobContext(), rebuildJob);
    expect(await listed()).toEqual(before);
    expect((await orderRow(id))["archived_at"]).not.toBeNull();
  });

  it("is not read, and is not lost, if the archive lacks its document or has another", async () => {
    const { id } = await delivered();
    later();
    await archive();
    const key = `orders/${id}.json.gz`;
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    expect((await call("POST", `/v1/orders/${id}/notes`, { text: "Called." })).status).toBe(500);
    await env.ARCHIVE.put(key, new Uint8Array([1, 2, 3]));
    expect((await call("GET", `/v1/orders/${id}`)).status).toBe(500);
    await env.ARCHIVE.put(key, bytes);
    expect((await call("POST", `/v1/orders/${id}/notes`, { text: "Called." })).status).toBe(200);
  });
});

describe("the job", () => {
  it("leaves orders that are open, young, changed since, or waiting for something", async () => {
    const { id: young } = await delivered();
    vi.setSystemTime(OPENED_AT + 300 * DAY);
    await archive();
    expect((await orderRow(young))["archived_at"]).toBeNull();

    vi.setSystemTime(OPENED_AT);
    const open = anOrderOf(retailer, [1, 0]);
    await send(open);
    const openId = orderIdOf(retailer.channelId, String(open.id));
    await untilHandled();
    const { id: waiting } = await delivered();
    await env.ORDERS_00.prepare(
      "INSERT INTO outbox (id, created_at, due_at, messages) VALUES (?1, 1, 9999999999999, '[null]')",
    )
      .bind(`${waiting}/99`)
      .run();
    later();
    await archive();
    for (const id of [openId, waiting]) expect((await orderRow(id))["archived_at"]).toBeNull();
    await env.ORDERS_00.prepare("DELETE FROM outbox WHERE id = ?1").bind(`${waiting}/99`).run();
    expect((await orderRow(young))["archived_at"]).not.toBeNull();
  });

  it("leaves an order with a held notification until a person has decided", async () => {
    const { id } = await delivered();
    await env.ORDERS_00.prepare(
      "UPDATE notifications SET status = 'held' WHERE order_id = ?1 AND kind = 'order_received'",
    )
      .bind(id)
      .run();
    later();
    await archive();
    expect((await orderRow(id))["archived_at"]).toBeNull();
    const { body } = await call("GET", `/v1/orders/${id}/notifications`);
    const held = body.items.filter(({ status }: { status: string }) => status === "held");
    expect(held).toHaveLength(1);
    const path = `/v1/orders/${id}/notifications/${held[0].id}/decisions`;
    expect((await call("POST", path, { decision: "skip" })).status).toBe(200);
    await archive();
    expect((await orderRow(id))["archived_at"]).not.toBeNull();
  });

  it("archives no order of a bucket that takes no writes", async () => {
    const { id } = await delivered();
    later();
    const range = { from: "ord_0", before: "ord_~" };
    await setBucketState(env.ORDERS_00, range, { takesWrites: false, isHere: true });
    const { status, progress } = await archive();
    await setBucketState(env.ORDERS_00, range, { takesWrites: true, isHere: true });
    expect([status, progress["archived"]]).toEqual(["done", 0]);
    expect((await rowsOf(id))["order_lines"]).toHaveLength(2);
    await archive();
    expect((await rowsOf(id))["order_lines"]).toHaveLength(0);
  });

  it("makes a writer that has read the order before read it again", async () => {
    const { id } = await delivered();
    const before = (await loadOrder(env.ORDERS_00, id))!;
    later();
    await archive();
    const event = { type: "order.note_added", text: "late", by: "staff" } as const;
    const context = jobContext();
    const after = { ...before, version: before.version + 1 };
    expect(await commitOrder(context, { before, after, events: [event] }, () => [])).toBe("conflict");
    expect((await rowsOf(id))["order_lines"]).toHaveLength(0);
    expect((await call("POST", `/v1/orders/${id}/notes`, { text: "Called." })).status).toBe(200);
    expect((await rowsOf(id))["order_lines"]).toHaveLength(2);
  });

  it("may run twice at once, and leaves books that agree", async () => {
    const ids = [(await delivered()).id, (await delivered()).id];
    later();
    const context = jobContext();
    const part = {
      parameters: {},
      cursor: null,
      progress: {},
      begunAt: 0,
      id: "run_x",
      hasBudget: () => true,
    } as const;
    const outcomes = await Promise.all([1, 2].map(() => archiveJob.step(context, part)));
    expect(outcomes.every(({ isDone }) => isDone)).toBe(true);
    for (const id of ids) {
      expect((await orderRow(id))["archived_at"]).not.toBeNull();
      expect((await call("GET", `/v1/orders/${id}`)).body.lines).toHaveLength(2);
    }
    await finishJobs();
    const today = new Date(Date.now()).toISOString().slice(0, 10);
    const report = await reconcileNow(call, today);
    const named = ["order_money", "accounts", "directory"];
    const found = report.checks.filter(({ name }: { name: string }) => named.includes(name));
    expect(found.flatMap(({ exceptions }: { exceptions: unknown[] }) => exceptions)).toEqual([]);
  });

  it("is begun by an administrator", async () => {
    const { status, body } = await call("POST", "/v1/order-archives");
    expect([status, body.job]).toEqual([202, "archive-orders"]);
    await finishJobs();
    const reader = await callerWith("orders:write");
    expect((await reader("POST", "/v1/order-archives")).status).toBe(403);
    expect(isId("run", body.id)).toBe(true);
  });
});
