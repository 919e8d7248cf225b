/**
 * The archive after the restore of an orders database: R2 was not restored with it, and is ahead. The tests share one retailer
 * at a date of its own; each restores the whole database.
 */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { archiveOrdersJob } from "../../src/orders/archive-orders";
import { orderIdOf, type OrderId } from "../../src/kernel/ids";
import { movedTables } from "../../src/modules";
import { closeAfterRestore, openAfterRestore } from "../../src/platform/restores/restores";
import { callerWith, fetchWorker, type Call } from "../support/api";
import { jobContext, reconcileNow, runJob } from "../support/jobs";
import { copyDatabase, restoreDatabase, type DatabaseCopy } from "../support/restored-database";
import { anOrderOf, openRetailer, shopifyCallback, type Retailer } from "../support/retailer";

const DAY = 86_400_000;
const MINUTE = 60_000;
const SOON = { timeout: 20_000, interval: 100 };
const archiveJob = archiveOrdersJob(movedTables);
const archive = () => runJob(jobContext(), archiveJob);
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

let call: Call;
let retailer: Retailer;

const untilHandled = () =>
  vi.waitUntil(async () => {
    const waiting =
      "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM notifications WHERE status = 'pending')";
    return (await env.ORDERS_00.prepare(`${waiting} AS n`).first<number>("n")) === 0;
  }, SOON);

async function placed(): Promise<OrderId> {
  const order = anOrderOf(retailer, [2]);
  expect((await fetchWorker(await shopifyCallback(retailer, order))).status).toBe(200);
  await untilHandled();
  return orderIdOf(retailer.channelId, String(order.id));
}

async function deliver(id: OrderId): Promise<void> {
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
}

async function delivered(): Promise<OrderId> {
  const id = await placed();
  await deliver(id);
  return id;
}

const note = async (id: OrderId) => {
  expect((await call("POST", `/v1/orders/${id}/notes`, { text: "Called." })).status).toBe(200);
  await untilHandled();
};
const read = async (id: OrderId) => (await call("GET", `/v1/orders/${id}`)).body;
const rowOf = (id: OrderId) =>
  env.ORDERS_00.prepare("SELECT version, archived_at FROM orders WHERE id = ?1")
    .bind(id)
    .first<{ version: number; archived_at: number | null }>();
const entriesOf = async (id: OrderId) =>
  (
    await env.ORDERS_00.prepare(
      "SELECT * FROM journal_entries WHERE id > ?1 || '/' AND id < ?1 || '0' ORDER BY id",
    )
      .bind(id)
      .all()
  ).results;
const onHand = async () => (await call("GET", `/v1/skus/${retailer.skus[0]}/stock`)).body.levels;

type Minute = Readonly<{ at: number; copy: DatabaseCopy }>;
/** The database is restored to this minute later. */
async function remember(): Promise<Minute> {
  const minute = { at: Date.now(), copy: await copyDatabase("ORDERS_00", env.ORDERS_00) };
  pass(MINUTE);
  return minute;
}
async function restoreTo({ copy }: Minute): Promise<void> {
  pass(MINUTE);
  await restoreDatabase("ORDERS_00", env.ORDERS_00, copy);
}
async function recover({ at }: Minute): Promise<Readonly<Record<string, number>>> {
  const { status, progress } = await runJob(
    jobContext(),
    { name: "recover" },
    { since: at, databases: ["ORDERS_00"] },
  );
  expect(status).toBe("done");
  return progress;
}
const findingsAbout = async (id: OrderId) => {
  const { body } = await call("GET", "/v1/recovery-findings?limit=200");
  return body.items.filter(({ orderId }: { orderId: string }) => orderId === id);
};

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.parse("2033-03-03T15:00:00Z"));
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: [[500]] });
});
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterAll(() => void vi.useRealTimers());

describe("after a restore of its database", () => {
  it("an order that was archived since then has its rows and a document, and is archived again", async () => {
    const id = await delivered();
    const before = await read(id);
    pass(370 * DAY);
    const minute = await remember();
    await archive();
    expect((await rowOf(id))?.archived_at).not.toBeNull();
    await restoreTo(minute);
    await recover(minute);
    expect((await rowOf(id))?.archived_at).toBeNull();
    expect(await read(id)).toEqual(before);
    expect(await findingsAbout(id)).toEqual([]);
    await archive();
    expect((await rowOf(id))?.archived_at).not.toBeNull();
    expect(await read(id)).toEqual(before);
  });

  it("an order that was created and archived since then is stored again as it was, with its entries", async () => {
    const minute = await remember();
    const id = await delivered();
    const [before, entries, left] = [await read(id), await entriesOf(id), await onHand()];
    const history = (await call("GET", `/v1/orders/${id}/events`)).body;
    expect(entries.length).toBeGreaterThan(0);
    pass(370 * DAY);
    await archive();
    await restoreTo(minute);
    expect(await rowOf(id)).toBeNull();
    const progress = await recover(minute);
    expect(progress["ordersBroughtBack"]).toBeGreaterThanOrEqual(1);
    expect(await read(id)).toEqual(before);
    expect(await entriesOf(id)).toEqual(entries);
    expect(await findingsAbout(id)).toEqual([]);
    expect(await onHand(), "nothing is undone").toEqual(left);
    expect((await call("GET", `/v1/orders/${id}/events`)).body).toEqual(history);
    await note(id);
    expect(await findingsAbout(id)).toEqual([]);
  });

  it("an archived order that was brought back, changed and archived again has its last version", async () => {
    const id = await delivered();
    pass(370 * DAY);
    await archive();
    const minute = await remember();
    await note(id);
    pass(8 * DAY);
    pass(365 * DAY);
    await archive();
    const before = await read(id);
    const { version } = (await rowOf(id))!;
    await restoreTo(minute);
    expect((await rowOf(id))!.version).toBe(version - 1);
    expect((await call("GET", `/v1/orders/${id}`)).status, "a row reads no other version").toBe(500);
    expect((await call("POST", `/v1/orders/${id}/notes`, { text: "Called." })).status).toBe(500);
    await recover(minute);
    expect(await read(id)).toEqual(before);
    expect((await rowOf(id))!.version).toBe(version);
    expect(await findingsAbout(id)).toEqual([]);
    await note(id);
  });

  it("an earlier version never replaces the document of a later one", async () => {
    const id = await delivered();
    const minute = await remember();
    await note(id);
    pass(370 * DAY);
    await archive();
    const before = await read(id);
    await restoreTo(minute);
    await archive();
    expect((await rowOf(id))!.archived_at, "it stays as it is").toBeNull();
    await recover(minute);
    expect(await read(id)).toEqual(before);
    expect(await findingsAbout(id)).toEqual([]);
  });

  it("an order is named if its document cannot be read", async () => {
    const minute = await remember();
    const id = await delivered();
    pass(370 * DAY);
    await archive();
    const key = `orders/${id}.json.gz`;
    const { customMetadata } = (await env.ARCHIVE.head(key))!;
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.put(key, new Uint8Array([1, 2, 3]), { customMetadata: customMetadata! });
    await restoreTo(minute);
    await recover(minute);
    const kinds = (await findingsAbout(id)).map(({ kind }: { kind: string }) => kind);
    expect(kinds).toContain("order_lost");
    expect(await rowOf(id)).toBeNull();
    await env.ARCHIVE.put(key, bytes, { customMetadata: customMetadata! });
    await recover(minute);
    expect((await rowOf(id))?.archived_at).not.toBeNull();
    expect((await findingsAbout(id)).map(({ kind }: { kind: string }) => kind)).not.toContain("order_lost");
  });

  it("a recovery that is repeated leaves what has been archived since as it is", async () => {
    const minute = await remember();
    await restoreTo(minute);
    await recover(minute);
    const id = await delivered();
    const left = await onHand();
    pass(370 * DAY);
    await archive();
    const before = await read(id);
    expect(await recover(minute)).not.toHaveProperty("effectsUndone");
    expect(await onHand()).toEqual(left);
    expect(await read(id)).toEqual(before);
    expect(await findingsAbout(id)).toEqual([]);

    const key = `orders/${id}.json.gz`;
    const bytes = await (await env.ARCHIVE.get(key))!.arrayBuffer();
    await env.ARCHIVE.delete(key);
    expect(await recover(minute), "without its document, either").not.toHaveProperty("effectsUndone");
    expect((await findingsAbout(id)).map(({ kind }: { kind: string }) => kind)).toEqual([
      "archive_unreadable",
    ]);
    await env.ARCHIVE.put(key, bytes);
    expect(await read(id)).toEqual(before);
  });

  it("an archived order is read while nobody may change orders", async () => {
    const id = await delivered();
    pass(370 * DAY);
    await archive();
    await closeAfterRestore(env.ORDERS_00, { since: Date.now() - MINUTE, until: Date.now() });
    expect((await call("GET", `/v1/orders/${id}/events`)).status).toBe(200);
    expect((await call("POST", `/v1/orders/${id}/notes`, { text: "Called." })).status).toBe(503);
    await openAfterRestore(env.ORDERS_00);
    await note(id);
  });

  it("the books agree", async () => {
    const report = await reconcileNow(call, new Date(Date.now()).toISOString().slice(0, 10));
    const named = ["order_money", "accounts", "directory"];
    const found = report.checks.filter(({ name }: { name: string }) => named.includes(name));
    expect(found).toHaveLength(named.length);
    expect(found.flatMap(({ exceptions }: { exceptions: unknown[] }) => exceptions)).toEqual([]);
  });
});
