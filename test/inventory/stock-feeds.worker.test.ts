/** A vendor's stock feed from the request through the queue into stock, and to an order that uses the stock. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sendStockFeed } from "../../src/inventory/send-stock-feed";
import { applyStockFeed } from "../../src/inventory/apply-stock-feed";
import { STOCK_ONLY } from "../../src/inventory/domain/stock-reading";
import { createContext } from "../../src/app-context";
import { knownSkus } from "../../src/catalog/storage/skus";
import { callerWith, unique, type Call } from "../support/api";
import { planOf } from "../support/query-plans";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

const MINUTE = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();
const context = createContext(env, createExecutionContext(), "test");

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

/** A retailer whose one location is a vendor, with nothing on hand. */
async function aVendor(skus = 1) {
  const stock = Array.from({ length: skus }, () => [0]);
  const retailer: Retailer = await openRetailer(call, {
    stock,
    channel: { kind: "generic", secrets: undefined },
  });
  const id = retailer.locationIds[0]!;
  const { id: _id, ...location } = (await call("GET", `/v1/locations/${id}`)).body;
  await call("PUT", `/v1/locations/${id}`, { ...location, kind: "vendor" });
  const feed = (asOf: string, ...quantities: number[]) =>
    call("POST", `/v1/locations/${id}/stock-feeds`, {
      asOf,
      items: quantities.map((quantity, i) => ({ sku: retailer.skus[i], quantity })),
    });
  return { retailer, id, feed };
}

const levelOf = async (sku: string) => (await call("GET", `/v1/skus/${sku}/stock`)).body.levels[0];

const untilOnHand = (sku: string, units: number) =>
  vi.waitUntil(async () => (await levelOf(sku))?.onHand === units, { timeout: 15_000, interval: 100 });

describe("a vendor's stock feed", () => {
  it("is counted without value in our books, and an order can use the stock", async () => {
    const { retailer, id, feed } = await aVendor(2);
    const [mug, tray] = [retailer.skus[0]!, retailer.skus[1]!];
    const answer = await feed(ago(1), 5, 8);
    expect([answer.status, answer.body]).toEqual([202, { accepted: 2, unknownSkus: [] }]);
    await untilOnHand(mug, 5);
    await untilOnHand(tray, 8);
    const { body } = await call("GET", `/v1/skus/${mug}/stock`);
    expect(body).toMatchObject({
      valueMinor: 0,
      levels: [{ locationId: id, vendorOwned: true, available: 5 }],
    });

    const order = { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [2, 1])) };
    const placed = await call("POST", "/v1/orders", order);
    expect(placed.body.fulfillments).toMatchObject([{ locationId: id }]);
    expect(await levelOf(mug)).toMatchObject({ onHand: 5, allocated: 2, available: 3 });
  });

  it("does not replace a newer feed, and changes nothing if it is repeated", async () => {
    const { retailer, id, feed } = await aVendor();
    const sku = retailer.skus[0]!;
    const [older, newer] = [ago(9), ago(3)];
    const apply = (asOf: string, quantity: number) =>
      applyStockFeed(context, { locationId: id, asOf: Date.parse(asOf), items: [{ sku, quantity }] });
    expect((await feed(newer, 4)).status).toBe(202);
    await untilOnHand(sku, 4);
    await apply(older, 7);
    expect(await levelOf(sku)).toMatchObject({ onHand: 4 });
    await call("POST", `/v1/skus/${sku}/adjustments`, { locationId: id, quantity: -1, reason: "lost" });
    await apply(newer, 4);
    await apply(older, 7);
    expect(await levelOf(sku)).toMatchObject({ onHand: 3 });
    // Another count as of the same moment is ignored, and not delivered again.
    await apply(newer, 9);
    expect(await levelOf(sku)).toMatchObject({ onHand: 3 });
    await apply(ago(1), 6);
    expect(await levelOf(sku)).toMatchObject({ onHand: 6 });
  });

  it("makes no new version of the stock if it counts what is on hand", async () => {
    const { retailer, id } = await aVendor();
    const sku = retailer.skus[0]!;
    const apply = (minutes: number, quantity: number) =>
      applyStockFeed(context, { locationId: id, asOf: Date.parse(ago(minutes)), items: [{ sku, quantity }] });
    const version = async () => {
      const audit = await context.inventory.audit(sku, STOCK_ONLY);
      return audit.ok ? audit.value.version : audit.rejection.code;
    };
    await apply(9, 4);
    const before = await version();
    await apply(3, 4);
    expect(await version()).toBe(before);
    await apply(6, 7);
    expect(await levelOf(sku)).toMatchObject({ onHand: 4 });
  });

  it("returns unknown SKUs, and counts the others", async () => {
    const { retailer, id } = await aVendor();
    const sku = retailer.skus[0]!;
    const unknown = unique("UNKNOWN");
    const items = [unknown, sku].map((named) => ({ sku: named, quantity: 3 }));
    const { status, body } = await call("POST", `/v1/locations/${id}/stock-feeds`, { asOf: ago(1), items });
    expect([status, body]).toEqual([202, { accepted: 1, unknownSkus: [unknown] }]);
    await untilOnHand(sku, 3);
    expect((await call("GET", `/v1/skus/${unknown}/stock`)).status).toBe(404);
  });

  it("is delivered again if an object does not have its SKU yet, after the other SKUs were counted", async () => {
    const { retailer, id } = await aVendor();
    const sku = retailer.skus[0]!;
    const items = [unique("NOT_UPSERTED"), sku].map((named) => ({ sku: named, quantity: 3 }));
    await expect(applyStockFeed(context, { locationId: id, asOf: Date.now(), items })).rejects.toThrow(
      "unknown_sku",
    );
    expect(await levelOf(sku)).toMatchObject({ onHand: 3 });
  });

  it("is rejected with the reason if it is invalid", async () => {
    const { retailer, id, feed } = await aVendor();
    const warehouse = (await openRetailer(call, { stock: [[1]] })).locationIds[0]!;
    const item = { sku: retailer.skus[0], quantity: 1 };
    const at = (location: string, asOf: string, items: unknown[]) =>
      call("POST", `/v1/locations/${location}/stock-feeds`, { asOf, items });
    const refusals = await Promise.all([
      at(warehouse, ago(1), [item]),
      at("no-such", ago(1), [item]),
      at(id, ago(-6), [item]),
      at(id, ago(1), [item, { ...item, quantity: 2 }]),
      at(id, ago(1), []),
      at(id, ago(1), [{ ...item, quantity: -1 }]),
    ]);
    expect(refusals.map(({ status, body }) => [status, body.code, body.errors?.[0]?.path])).toEqual([
      [409, "location_not_vendor", undefined],
      [404, "not_found", undefined],
      [422, "invalid_request", "asOf"],
      [422, "invalid_request", "items.1.sku"],
      [422, "invalid_request", "items"],
      [422, "invalid_request", "items.0.quantity"],
    ]);
    expect((await feed(ago(-4), 1)).status).toBe(202);
  });

  it("fails as unavailable if the queue does not accept all of it, and can then be sent again", async () => {
    const { retailer, id } = await aVendor();
    const failing = { ...context, send: () => Promise.reject(new Error("the queue is down")) };
    const feed = { locationId: id, asOf: Date.now(), items: [{ sku: retailer.skus[0]!, quantity: 2 }] };
    await expect(sendStockFeed(failing, feed)).rejects.toMatchObject({ name: "DatabaseUnavailable" });
    expect(await sendStockFeed(context, feed)).toMatchObject({ ok: true });
    await untilOnHand(retailer.skus[0]!, 2);
  });

  it("looks up its SKUs by index", async () => {
    const statements: string[] = [];
    const spy = new Proxy(env.DB, {
      get: (db) => (sql: string) => {
        statements.push(sql);
        return db.prepare(sql);
      },
    });
    await knownSkus(spy, ["A", "B"]);
    for (const sql of statements) {
      // Only the list of SKUs is read as a whole: it is a virtual table.
      const plan = await planOf(env.DB, sql);
      expect(plan.filter((step) => step.startsWith("SCAN") && !step.includes("VIRTUAL TABLE"))).toEqual([]);
    }
  });
});
