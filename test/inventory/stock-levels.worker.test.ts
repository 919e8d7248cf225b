/** The database's copy of stock: seconds behind the objects, never replaced by an older snapshot, repaired at night. */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { repairStockLevels } from "../../src/reconciliation/repair-stock-levels";
import { storeSnapshots } from "../../src/inventory/store-snapshots";
import type { StockSnapshot } from "../../src/inventory/domain/stock-reading";
import {
  publishSnapshot,
  unknownPublished,
  type Published,
} from "../../src/inventory/object/publish-snapshot";
import { createContext } from "../../src/app-context";
import { storedStock, snapshotStatements } from "../../src/inventory/storage/stock-levels";
import { planOf } from "../support/query-plans";
import { auditOf, allocationOf, inventory, runAlarm, stocked, stubOf } from "./inventory-world";

const context = createContext(env, createExecutionContext(), "test");

const stored = async (sku: string): Promise<StockSnapshot | null> =>
  (await storedStock(env.DB, [sku])).get(sku) ?? null;

const snapshot = (version: number, allocated: number, over: Partial<StockSnapshot> = {}): StockSnapshot => ({
  sku: "NEWEST",
  version,
  at: version,
  levels: [{ locationId: "east", onHand: 9, allocated, safetyStock: 2, available: 0 }],
  backordered: 0,
  ...over,
});

describe("the stored stock", () => {
  it("follows a change within seconds", async () => {
    await stocked("FOLLOWS", { east: 5, west: 2 });
    await inventory.allocate("FOLLOWS", allocationOf({ quantity: 2 }));
    await vi.waitFor(
      async () =>
        expect(await stored("FOLLOWS")).toMatchObject({
          backordered: 0,
          levels: [
            { locationId: "east", onHand: 5, allocated: 2, safetyStock: 0, available: 3 },
            { locationId: "west", onHand: 2, allocated: 0, safetyStock: 0, available: 2 },
          ],
        }),
      { timeout: 15_000 },
    );
  });

  const lastPublished = new Map<string, Published>();

  /** The snapshots that an object publishes in the given number of attempts. */
  const publishedBy = (sku: string, times: number) =>
    runInDurableObject(stubOf(sku), async (_, { storage }) => {
      const sent: unknown[] = [];
      const sendBatch = async (messages: MessageSendRequest[]) => void sent.push(...messages);
      for (let i = 0; i < times; i += 1) {
        const published = lastPublished.get(sku) ?? unknownPublished(storage.sql);
        lastPublished.set(sku, await publishSnapshot(storage.sql, { sendBatch }, { published, now: 1_000 }));
      }
      return sent.map((message) => (message as { body: { snapshot: StockSnapshot } }).body.snapshot);
    });

  it("gets one snapshot of many changes, and none if nothing changed", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
    await stocked("ONCE", { east: 50 }, { policy: "backorder" });
    for (let i = 0; i < 20; i += 1) await inventory.allocate("ONCE", allocationOf({ holder: `line_${i}` }));
    const first = await publishedBy("ONCE", 3);
    expect(first).toMatchObject([{ sku: "ONCE", levels: [{ locationId: "east", allocated: 20 }] }]);
    await inventory.allocate(
      "ONCE",
      allocationOf({ holder: "line_big", quantity: 30, shortage: "backorder" }),
    );
    await inventory.allocate(
      "ONCE",
      allocationOf({ holder: "line_owed", quantity: 4, shortage: "backorder" }),
    );
    const [next, ...others] = await publishedBy("ONCE", 2);
    expect(next).toMatchObject({ backordered: 4, levels: [{ allocated: 50, available: 0 }] });
    expect(next!.version).toBeGreaterThan(first[0]!.version);
    await inventory.allocate(
      "ONCE",
      allocationOf({ holder: "line_owed", quantity: 4, shortage: "backorder" }),
    );
    expect([...others, ...(await publishedBy("ONCE", 1))], "a repeat changes nothing").toEqual([]);
    await inventory.allocate(
      "ONCE",
      allocationOf({ holder: "line_more", quantity: 1, shortage: "backorder" }),
    );
    expect(await publishedBy("ONCE", 1), "a change of backorders alone is published").toMatchObject([
      { backordered: 5 },
    ]);
    vi.useRealTimers();
  });

  it("gets a snapshot two seconds after a change, and five seconds after the last snapshot at the earliest", async () => {
    const start = Date.UTC(2040, 0, 1);
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    await stocked("APART", { east: 5 });
    await runAlarm("APART");
    const changeAt = async (ms: number) => {
      vi.setSystemTime(start + ms);
      await inventory.allocate("APART", allocationOf({ holder: `line_${ms}`, quantity: 1 }));
      return (await runInDurableObject(stubOf("APART"), (_, { storage }) => storage.getAlarm()))! - start;
    };
    expect(await changeAt(1_000), "five seconds after the last snapshot").toBe(5_000);
    vi.setSystemTime(start + 5_000);
    await runAlarm("APART");
    expect(await changeAt(20_000), "two seconds after the change").toBe(22_000);
    vi.useRealTimers();
  });

  it("gets a snapshot again that the queue did not accept", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
    await stocked("AGAIN", { east: 1 });
    await runInDurableObject(stubOf("AGAIN"), async (_, { storage }) => {
      const down = { sendBatch: () => Promise.reject(new Error("Service Unavailable")) };
      const published = unknownPublished(storage.sql);
      await expect(publishSnapshot(storage.sql, down, { published, now: 1_000 })).rejects.toThrow(
        "Service Unavailable",
      );
    });
    expect(await publishedBy("AGAIN", 2)).toHaveLength(1);
    vi.useRealTimers();
  });

  it("keeps the newest snapshot, in whatever order snapshots arrive", async () => {
    await storeSnapshots(context, [snapshot(3, 3), snapshot(5, 5), snapshot(4, 4)]);
    await storeSnapshots(context, [snapshot(4, 4)]);
    await storeSnapshots(context, [snapshot(5, 1)]);
    expect(await stored("NEWEST")).toMatchObject({ version: 5, levels: [{ allocated: 5, available: 2 }] });
    await storeSnapshots(context, [snapshot(7, 5, { backordered: 3 })]);
    await storeSnapshots(context, [snapshot(6, 4)]);
    expect(await stored("NEWEST")).toMatchObject({ version: 7, backordered: 3, levels: [{ allocated: 5 }] });
  });

  it("costs one row for each changed level and one for the SKU", async () => {
    const levels = ["a", "b", "c"].map((locationId) => ({ ...snapshot(1, 1).levels[0]!, locationId }));
    const write = async (snapshot: StockSnapshot) => {
      const answers = await env.DB.batch(
        snapshotStatements(env.DB, [{ snapshot, replaces: [0, snapshot.version - 1] }]),
      );
      return answers.reduce((sum, { meta }) => sum + meta.rows_written, 0);
    };
    expect(await write(snapshot(1, 1, { sku: "ROWS", levels }))).toBe(4);
    const changed = levels.map((level) => (level.locationId === "b" ? { ...level, allocated: 2 } : level));
    expect(await write(snapshot(2, 1, { sku: "ROWS", levels: changed }))).toBe(2);
    expect(await write(snapshot(2, 1, { sku: "ROWS", levels }))).toBe(0);
  });

  it("is read by index for many SKUs in one statement", async () => {
    const statements: string[] = [];
    const spy = { prepare: (sql: string) => (statements.push(sql), env.DB.prepare(sql)) } as D1Database;
    await storedStock(spy, ["A", "B"]);
    expect(statements).toHaveLength(1);
    const plan = await planOf(env.DB, statements[0]!);
    expect(plan.filter((step) => step.startsWith("SCAN") && !step.includes("VIRTUAL TABLE"))).toEqual([]);
  });

  it("is repaired at night if a snapshot was lost or a row is wrong", async () => {
    await stocked("LOST", { east: 3 });
    const { version } = await auditOf("LOST");
    expect(await repairStockLevels(context, ["LOST"]), "the alarm has not run yet").toEqual(["LOST"]);
    expect(await stored("LOST")).toMatchObject({ version, levels: [{ onHand: 3 }] });
    expect(await repairStockLevels(context, ["LOST"])).toEqual([]);
    await env.DB.prepare("UPDATE stock_levels SET on_hand = 8 WHERE sku = 'LOST'").run();
    expect(await repairStockLevels(context, ["LOST"])).toEqual(["LOST"]);
    await env.DB.prepare("UPDATE sku_stock SET version = version + 9 WHERE sku = 'LOST'").run();
    expect(await repairStockLevels(context, ["LOST"]), "the object has the last snapshot").toEqual(["LOST"]);
    await runAlarm("LOST");
    expect(await stored("LOST")).toMatchObject({ version, levels: [{ onHand: 3, available: 3 }] });
  });
});
