/** What a reconciliation compares: everything, or what has changed since the last one; page by page where it is much. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { storedStock } from "../../src/inventory/stock-levels";
import type { Report } from "../../src/reconciliation/domain/report";
import { finishRun, jobContext } from "../support/jobs";
import { anOrderOf } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";
import {
  admin,
  goTo,
  openReconciledRetailer,
  receiptsArePosted,
  retailer,
  run,
  SOON,
  TODAY,
} from "./reconciled-retailer";

const HOUR = 3_600_000;

beforeAll(openReconciledRetailer);

afterAll(() => void vi.useRealTimers());

describe("a comparison of what has changed", () => {
  let objectCalls: number;
  const compareChanged = async (): Promise<Report> => {
    const { body } = await admin("POST", `/v1/reconciliations/${TODAY}/run?compared=changed`);
    ({ mostObjectCalls: objectCalls } = await finishRun(jobContext(), body["id"]));
    return (await admin("GET", `/v1/reconciliations/${TODAY}`)).body as Report;
  };
  const checkNamed = ({ checks }: Report, name: string) => checks.find((each) => each.name === name)!;

  it("reads only objects that have changed, and adds up the others as they were", async () => {
    const all = await run(TODAY);
    const sku = retailer.skus[0]!;
    const unchanged = await compareChanged();
    expect(objectCalls).toBe(0);
    expect(unchanged).toMatchObject({ compared: "changed" });
    expect(checkNamed(unchanged, "inventory")).toEqual(checkNamed(all, "inventory"));
    expect(checkNamed(unchanged, "movements").sums).toEqual(checkNamed(all, "movements").sums);

    const safetyStock = `/v1/skus/${sku}/locations/${retailer.locationIds[0]}/safety-stock`;
    await admin("PUT", safetyStock, { quantity: 1 });
    const { inventory, databases } = jobContext();
    await vi.waitUntil(async () => {
      const inObject = await inventory.readSnapshot(sku);
      const stored = (await storedStock(databases.primary, [sku])).get(sku);
      return inObject.ok && inObject.value.version === stored?.version;
    }, SOON);
    const report = await compareChanged();
    expect(objectCalls).toBe(1);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    await admin("PUT", safetyStock, { quantity: 0 });
  });

  it("finds a line that lost its units, and an order whose money differs wherever it is", async () => {
    const sku = retailer.skus[0]!;
    const placed = await admin("POST", "/v1/orders", {
      channelId: retailer.channelId,
      ...canonicalPayload(anOrderOf({ ...retailer, skus: [sku] }, [1])),
    });
    await run(TODAY);
    const orderId = placed.body["id"] as string;
    const lineId = placed.body["lines"][0].id as string;
    vi.setSystemTime(Date.now() + HOUR);
    await runInDurableObject(env.SKU_INVENTORY.getByName(sku), (_object, { storage }) => {
      storage.sql.exec(
        "UPDATE levels SET allocated = allocated - 1, version = version + 1 WHERE allocated > 0",
      );
      storage.sql.exec(
        "UPDATE holdings SET live = 0, allocations = '[]', status = 'expired', expires_at = NULL, due_at = NULL, changed_at = ? WHERE holder = ?",
        Date.now(),
        lineId,
      );
      return storage.setAlarm(Date.now());
    });
    await runDurableObjectAlarm(env.SKU_INVENTORY.getByName(sku));
    const found = checkNamed(await compareChanged(), "allocations");
    expect(found).toMatchObject({ ok: true, repaired: [`${sku} ${lineId}`] });

    const own = "UPDATE orders SET receivable_minor = receivable_minor + ? WHERE id = ?";
    await env.ORDERS_00.prepare(own).bind(7, orderId).run();
    const report = await compareChanged();
    expect(report.compared, "a difference of accounts is looked for in all orders").toBe("all");
    expect(checkNamed(report, "order_money").exceptions).toContainEqual(
      expect.objectContaining({ subject: orderId }),
    );
    await env.ORDERS_00.prepare(own).bind(-7, orderId).run();
    goTo(TODAY);
    const cancelled = await admin("POST", `/v1/orders/${orderId}/cancellations`, { reason: "Test over" });
    expect(cancelled.status).toBe(200);
    await receiptsArePosted();
  });

  it("reads a SKU with many lines page by page, and compares each line once", async () => {
    const sku = retailer.skus[1]!;
    const lines = Array.from({ length: 900 }, (_, i) => `line_wide${String(i).padStart(4, "0")}`);
    await runInDurableObject(env.SKU_INVENTORY.getByName(sku), (_object, { storage }) => {
      for (const [i, holder] of lines.entries()) {
        storage.sql.exec(
          `INSERT INTO holdings (holder, order_id, status, fill, placed_at, locations, allocations, live, backordered,
             released, event_count, refs, changed_at) VALUES (?, ?, 'confirmed', 'partial', 1, '[]', '[]', 0, 1, 0, 0, '[]', ?)`,
          holder,
          `ord_wide${i}`,
          Date.now(),
        );
      }
    });
    const found = checkNamed(await run(TODAY), "allocations");
    expect(found.exceptionCount).toBe(900);
    expect(new Set(found.exceptions.map(({ subject }) => subject)).size).toBe(100);
    await runInDurableObject(env.SKU_INVENTORY.getByName(sku), (_object, { storage }) => {
      storage.sql.exec("DELETE FROM holdings WHERE holder LIKE 'line_wide%'");
    });
  });
});
