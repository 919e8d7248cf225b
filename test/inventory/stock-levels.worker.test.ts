/** Stock as the database has it: seconds behind the objects, never older than it was, and mended at night. */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { followStock } from "../../src/reconciliation/repair-stock-levels";
import { projectStock } from "../../src/inventory/store-snapshots";
import type { StockSaid } from "../../src/inventory/domain/stock";
import { sayStock } from "../../src/inventory/object/publish-snapshot";
import { createContext } from "../../src/app-context";
import { storedStock, stockWordStatements } from "../../src/inventory/storage/stock-levels";
import { planOf } from "../support/query-plans";
import { auditOf, claimOf, inventory, ring, stocked, stubOf } from "./inventory-world";

const context = createContext(env, createExecutionContext(), "test");

const stored = async (sku: string): Promise<StockSaid | null> =>
  (await storedStock(env.DB, [sku])).get(sku) ?? null;

const word = (version: number, claimed: number, over: Partial<StockSaid> = {}): StockSaid => ({
  sku: "WORD",
  version,
  at: version,
  levels: [{ locationId: "east", onHand: 9, claimed, safetyStock: 2, available: 0 }],
  backordered: 0,
  ...over,
});

it("follows a change within seconds, by itself", async () => {
  await stocked("FOLLOWS", { east: 5, west: 2 });
  await inventory.claim("FOLLOWS", claimOf({ quantity: 2 }));
  await vi.waitFor(
    async () =>
      expect(await stored("FOLLOWS")).toMatchObject({
        backordered: 0,
        levels: [
          { locationId: "east", onHand: 5, claimed: 2, safetyStock: 0, available: 3 },
          { locationId: "west", onHand: 2, claimed: 0, safetyStock: 0, available: 2 },
        ],
      }),
    { timeout: 15_000 },
  );
});

/** What an object sends when its alarm rings, as often as is asked. */
const saidBy = (sku: string, times: number) =>
  runInDurableObject(stubOf(sku), async (_, { storage }) => {
    const sent: unknown[] = [];
    const sendBatch = async (messages: MessageSendRequest[]) => void sent.push(...messages);
    for (let i = 0; i < times; i += 1) await sayStock(storage.sql, { sendBatch }, 1_000);
    return sent.map((message) => (message as { body: { said: StockSaid } }).body.said);
  });

it("says many changes as one word, and nothing where nothing changed", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
  await stocked("ONCE", { east: 50 }, { policy: "backorder" });
  for (let i = 0; i < 20; i += 1) await inventory.claim("ONCE", claimOf({ claimant: `line_${i}` }));
  const said = await saidBy("ONCE", 3);
  expect(said).toMatchObject([{ sku: "ONCE", levels: [{ locationId: "east", claimed: 20 }] }]);
  await inventory.claim("ONCE", claimOf({ claimant: "line_big", quantity: 30, shortage: "sold" }));
  await inventory.claim("ONCE", claimOf({ claimant: "line_owed", quantity: 4, shortage: "sold" }));
  const [next, ...others] = await saidBy("ONCE", 2);
  expect(next).toMatchObject({ backordered: 4, levels: [{ claimed: 50, available: 0 }] });
  expect(next!.version).toBeGreaterThan(said[0]!.version);
  await inventory.claim("ONCE", claimOf({ claimant: "line_owed", quantity: 4, shortage: "sold" }));
  expect([...others, ...(await saidBy("ONCE", 1))], "a repeat changes nothing").toEqual([]);
  await inventory.claim("ONCE", claimOf({ claimant: "line_more", quantity: 1, shortage: "sold" }));
  expect(await saidBy("ONCE", 1), "a backorder alone is said, too").toMatchObject([{ backordered: 5 }]);
  vi.useRealTimers();
});

it("says a change after two seconds, and one that follows no sooner than five after the last word", async () => {
  const start = Date.UTC(2040, 0, 1);
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  await stocked("APART", { east: 5 });
  await ring("APART");
  const changeAt = async (ms: number) => {
    vi.setSystemTime(start + ms);
    await inventory.claim("APART", claimOf({ claimant: `line_${ms}`, quantity: 1 }));
    return (await runInDurableObject(stubOf("APART"), (_, { storage }) => storage.getAlarm()))! - start;
  };
  expect(await changeAt(1_000), "five seconds after the last word").toBe(5_000);
  vi.setSystemTime(start + 5_000);
  await ring("APART");
  expect(await changeAt(20_000), "two seconds after a quiet while").toBe(22_000);
  vi.useRealTimers();
});

it("says again what the queue did not take", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
  await stocked("AGAIN", { east: 1 });
  await runInDurableObject(stubOf("AGAIN"), async (_, { storage }) => {
    const down = { sendBatch: () => Promise.reject(new Error("Service Unavailable")) };
    await expect(sayStock(storage.sql, down, 1_000)).rejects.toThrow("Service Unavailable");
  });
  expect(await saidBy("AGAIN", 2)).toHaveLength(1);
  vi.useRealTimers();
});

it("keeps the newest word, however words come", async () => {
  await projectStock(context, [word(3, 3), word(5, 5), word(4, 4)]);
  await projectStock(context, [word(4, 4)]);
  await projectStock(context, [word(5, 1)]);
  expect(await stored("WORD")).toMatchObject({ version: 5, levels: [{ claimed: 5, available: 2 }] });
  await projectStock(context, [word(7, 5, { backordered: 3 })]);
  await projectStock(context, [word(6, 4)]);
  expect(await stored("WORD")).toMatchObject({ version: 7, backordered: 3, levels: [{ claimed: 5 }] });
});

it("writes a row for each level that changed, and one for the SKU", async () => {
  const levels = ["a", "b", "c"].map((locationId) => ({ ...word(1, 1).levels[0]!, locationId }));
  const write = async (said: StockSaid) => {
    const answers = await env.DB.batch(
      stockWordStatements(env.DB, [{ said, replaces: [0, said.version - 1] }]),
    );
    return answers.reduce((sum, { meta }) => sum + meta.rows_written, 0);
  };
  expect(await write(word(1, 1, { sku: "ROWS", levels }))).toBe(4);
  const changed = levels.map((level) => (level.locationId === "b" ? { ...level, claimed: 2 } : level));
  expect(await write(word(2, 1, { sku: "ROWS", levels: changed }))).toBe(2);
  expect(await write(word(2, 1, { sku: "ROWS", levels }))).toBe(0);
});

it("is read for many SKUs by index, in one statement", async () => {
  const asked: string[] = [];
  const spy = { prepare: (sql: string) => (asked.push(sql), env.DB.prepare(sql)) } as D1Database;
  await storedStock(spy, ["A", "B"]);
  expect(asked).toHaveLength(1);
  const plan = await planOf(env.DB, asked[0]!);
  expect(plan.filter((step) => step.startsWith("SCAN") && !step.includes("VIRTUAL TABLE"))).toEqual([]);
});

it("is mended by night where a word was lost, or a row is wrong", async () => {
  await stocked("LOST", { east: 3 });
  const { version } = await auditOf("LOST");
  expect(await followStock(context, ["LOST"]), "the alarm has not rung yet").toEqual(["LOST"]);
  expect(await stored("LOST")).toMatchObject({ version, levels: [{ onHand: 3 }] });
  expect(await followStock(context, ["LOST"])).toEqual([]);
  await env.DB.prepare("UPDATE stock_levels SET on_hand = 8 WHERE sku = 'LOST'").run();
  expect(await followStock(context, ["LOST"])).toEqual(["LOST"]);
  await env.DB.prepare("UPDATE sku_stock SET version = version + 9 WHERE sku = 'LOST'").run();
  expect(await followStock(context, ["LOST"]), "the object has the last word").toEqual(["LOST"]);
  await ring("LOST");
  expect(await stored("LOST")).toMatchObject({ version, levels: [{ onHand: 3, available: 3 }] });
});
