/** Old history of a SKU's object is folded into a checkpoint, and what may have been folded is never applied again. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LineId, OrderId } from "../../src/kernel/ids";
import type { JournalCursor, JournalPage } from "../../src/inventory/domain/journal";
import { chainHash } from "../../src/inventory/domain/checkpoint";
import type { StockEffect } from "../../src/inventory/domain/stock-messages";
import type { SkuInventory } from "../../src/worker";
import {
  allocationOf,
  auditOf,
  inventory,
  MINUTE,
  openAllocations,
  rowsOf,
  runAlarm,
  stocked,
  storeOrder,
  stubOf,
} from "./inventory-world";

const DAY = 1_440 * MINUTE;

beforeEach(() => {
  // Far enough in the future that no alarm runs by itself.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (milliseconds: number): void => void vi.setSystemTime(Date.now() + milliseconds);

const lineOf = (n: number) =>
  ({ lineId: `line_${n}` as LineId, orderId: `ord_${n}` as OrderId, at: Date.now() }) as const;

const shipping = (n: number, over: Partial<Extract<StockEffect, { type: "ship" }>> = {}): StockEffect => ({
  type: "ship",
  ref: `ord_${n}/2/0`,
  ...lineOf(n),
  locationId: "east",
  quantity: 1,
  unitCostMinor: 250,
  ...over,
});

const restocking = (n: number, ref: string): StockEffect => ({
  type: "restock",
  ref,
  ...lineOf(n),
  locationId: "east",
  quantity: 1,
  unitCostMinor: 250,
});

const requestOf = (n: number, placedAt = Date.now()) =>
  allocationOf({ holder: `line_${n}`, orderId: `ord_${n}`, placedAt, quantityOf: "first_allocated" });

/** Allocates and ships one unit for each of the orders. */
async function sell(sku: string, from: number, to: number): Promise<void> {
  await runInDurableObject(stubOf(sku), async (object: SkuInventory) => {
    const orders = Array.from({ length: to - from }, (_, i) => from + i);
    await Promise.all(orders.map((n) => object.allocate(sku, requestOf(n))));
    for (const n of orders) object.applyEffect(sku, shipping(n));
  });
}

/** Runs the alarms of a whole pass. What the queue delivers is taken as done. */
async function foldAll(sku: string): Promise<void> {
  await runInDurableObject(stubOf(sku), (_object: SkuInventory, { storage }) => {
    storage.sql.exec("DELETE FROM events");
  });
  for (let step = 0; step < 10; step += 1) {
    await runInDurableObject(stubOf(sku), (object: SkuInventory) => object.alarm());
    later(1_000);
  }
}

const tableSizes = (sku: string): Promise<Record<string, number>> =>
  runInDurableObject(stubOf(sku), (_object: SkuInventory, { storage: { sql } }) =>
    Object.fromEntries(
      ["holdings", "movements", "applied", "pending"].map((table) => [
        table,
        sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n,
      ]),
    ),
  );

describe("folding", () => {
  it("keeps sums, counts and a hash chain of what is folded, and the rest as it is", async () => {
    await stocked("FOLD", { east: 100 });
    await sell("FOLD", 0, 20);
    const before = await journalOf("FOLD", 0);
    later(36 * DAY);
    await sell("FOLD", 20, 25);
    await inventory.allocate("FOLD", requestOf(99, Date.now() - 36 * DAY));
    await foldAll("FOLD");

    expect(await tableSizes("FOLD")).toMatchObject({ holdings: 6, movements: 5 });
    const audit = await auditOf("FOLD");
    expect(audit).toMatchObject({ movedByLocation: { east: 75 }, movedValueMinor: 75 * 250 });
    expect(audit.checkpoint).toMatchObject({
      lastSeq: 21,
      holdings: 20,
      hash: before.movements.reduce(chainHash, ""),
      sums: [
        { locationId: "east", kind: "receive", movements: 1, posted: 1, quantity: 100, valueMinor: 25_000 },
        { locationId: "east", kind: "ship", movements: 20, posted: 0, quantity: -20, valueMinor: -5_000 },
      ],
    });
    expect(audit.reading.levels).toMatchObject([{ onHand: 75, allocated: 1 }]);
    expect(await openAllocations("FOLD")).toEqual(["line_99 east:1 pending"]);
  });

  it("goes on where it was after an eviction, and numbers movements on", async () => {
    await stocked("EVICTED", { east: 2_000 });
    await sell("EVICTED", 0, 700);
    later(36 * DAY);
    await runInDurableObject(stubOf("EVICTED"), async (object: SkuInventory, { storage }) => {
      storage.sql.exec("DELETE FROM events");
      await object.alarm();
    });
    expect((await tableSizes("EVICTED")).movements, "a step is bounded").toBe(201);
    await evictDurableObject(stubOf("EVICTED"));
    await foldAll("EVICTED");
    expect(await tableSizes("EVICTED")).toMatchObject({ holdings: 0, movements: 0 });
    await sell("EVICTED", 700, 701);
    const [movement] = (await journalOf("EVICTED", 0)).movements;
    expect(movement?.seq).toBe(702);
    later(36 * DAY);
    await foldAll("EVICTED");
    expect(await auditOf("EVICTED")).toMatchObject({
      movedByLocation: { east: 1_299 },
      checkpoint: { lastSeq: 702, holdings: 701 },
    });
  });

  it("keeps what is open, what has an undelivered event, and the references of callers", async () => {
    await stocked("KEPT", { east: 3 }, { policy: "backorder" });
    await storeOrder("ord_1", "KEPT", { id: "line_1" });
    await storeOrder("ord_2", "KEPT", { id: "line_2" });
    for (const [n, quantity] of [[1, 1] as const, [2, 5] as const]) {
      await inventory.allocate("KEPT", { ...requestOf(n), quantity, shortage: "backorder" });
    }
    const receipt = { type: "receive", locationId: "east", quantity: 1, at: Date.now(), by: "ann" } as const;
    await inventory.recordMovement("KEPT", { ...receipt, ref: "ref/note-1" });
    await inventory.applyEffect("KEPT", restocking(7, "ord_7/3/0"));
    later(36 * DAY);
    await foldAll("KEPT");
    expect(await openAllocations("KEPT")).toHaveLength(3);
    expect(await inventory.recordMovement("KEPT", { ...receipt, ref: "ref/note-1" })).toMatchObject({
      ok: true,
    });
    expect((await auditOf("KEPT")).movedByLocation, "a repeat of a caller's reference").toEqual({ east: 5 });

    const events = await runInDurableObject(stubOf("KEPT"), (object: SkuInventory, { storage }) => {
      object.applyEffect("KEPT", shipping(1));
      storage.sql.exec("INSERT INTO events (id, event, due_at) VALUES ('KEPT/line_1/1', '{}', 9e15)");
      return [...storage.sql.exec<{ id: string }>("SELECT id FROM events")];
    });
    expect(events.length).toBeGreaterThan(0);
    later(40 * DAY);
    await runInDurableObject(stubOf("KEPT"), async (object: SkuInventory) => {
      for (let step = 0; step < 5; step += 1) await object.alarm();
    });
    expect((await tableSizes("KEPT")).holdings, "its event is not delivered").toBe(2);
  });

  it("does not change how many rows an allocation reads and writes", async () => {
    await stocked("SAME", { east: 5_000 });
    await inventory.forgetEvents("SAME", ["SAME/opening-east"]);
    const costOf = async (n: number) => {
      const { read, written } = await rowsOf("SAME", async (object) => {
        await object.allocate("SAME", requestOf(n));
      });
      return { read, written };
    };
    await costOf(-1);
    const first = await costOf(-2);
    await sell("SAME", 0, 2_000);
    later(36 * DAY);
    await foldAll("SAME");
    const last = await costOf(-3);
    expect(last).toEqual(first);
    expect((await tableSizes("SAME")).holdings).toBeLessThan(10);
  });
});

describe("what may have been folded", () => {
  const folded = async (sku: string, n = 1) => {
    await stocked(sku, { east: 10 });
    await sell(sku, n, n + 1);
    const effect = shipping(n);
    const placedAt = Date.now();
    later(36 * DAY);
    await foldAll(sku);
    return { effect, placedAt };
  };

  it("is refused by name if it is an effect, and the audit names it", async () => {
    const { effect } = await folded("LATE");
    const refused = await inventory.applyEffect("LATE", effect);
    expect(refused).toMatchObject({ ok: false, rejection: { code: "effect_too_old", ref: "ord_1/2/0" } });
    expect(await auditOf("LATE", [effect])).toMatchObject({
      movedByLocation: { east: 9 },
      appliedRefs: [],
      tooOldRefs: ["ord_1/2/0"],
    });
  });

  it("does not keep a return from being restocked, once", async () => {
    await folded("RETURN");
    const effect = restocking(1, "ord_1/5/0");
    for (let i = 0; i < 2; i += 1) expect((await inventory.applyEffect("RETURN", effect)).ok).toBe(true);
    expect((await auditOf("RETURN", [effect])).appliedRefs).toEqual(["ord_1/5/0"]);
    expect((await auditOf("RETURN")).movedByLocation).toEqual({ east: 10 });
  });

  it("allocates nothing for a repeated order that is stored", async () => {
    const { placedAt } = await folded("REPEAT", 41);
    await storeOrder("ord_41", "REPEAT", { id: "line_41", state: "shipped" });
    const repeated = await inventory.allocate("REPEAT", requestOf(41, placedAt));
    expect(repeated).toMatchObject({ ok: true, value: { repeated: true, allocated: [], backordered: 0 } });
    expect(await openAllocations("REPEAT")).toEqual([]);
  });

  it("allocates for an old order that is not stored, and for one that must hold units now", async () => {
    const { placedAt } = await folded("IMPORT");
    const imported = await inventory.allocate("IMPORT", requestOf(5, placedAt));
    expect(imported).toMatchObject({ value: { repeated: false, allocated: [{ quantity: 1 }] } });
    const repair = { ...requestOf(6, placedAt), quantityOf: "open_now" as const };
    expect(await inventory.allocate("IMPORT", repair)).toMatchObject({
      value: { allocated: [{ quantity: 1 }] },
    });
  });

  it("is refused as long as the database does not answer", async () => {
    const { placedAt } = await folded("AWAY");
    await env.ORDERS_00.exec("ALTER TABLE order_lines RENAME TO order_lines_away");
    const refused = await inventory.allocate("AWAY", requestOf(1, placedAt));
    await env.ORDERS_00.exec("ALTER TABLE order_lines_away RENAME TO order_lines");
    expect(refused).toEqual({ ok: false, rejection: { code: "order_not_looked_up", sku: "AWAY" } });
    expect(await openAllocations("AWAY")).toEqual([]);
  });

  it("never repeats the number of an event", async () => {
    await folded("EVENTS");
    const fulfillmentId = "ful_1";
    const move = {
      type: "move",
      ref: "ord_1/9/0",
      ...lineOf(1),
      from: "east",
      to: null,
      quantity: 1,
      keep: 0,
    } as const;
    await inventory.applyEffect("EVENTS", { ...move, locations: ["east"], fulfillmentId });
    const [id] = await runInDurableObject(stubOf("EVENTS"), (_object: SkuInventory, { storage }) =>
      [...storage.sql.exec<{ id: string }>("SELECT id FROM events")].map((row) => row.id),
    );
    expect(id).toBe("EVENTS/line_1/1000001");
  });
});

async function journalOf(sku: string, since: number): Promise<Pick<JournalPage, "movements" | "holdings">> {
  const movements: JournalPage["movements"][number][] = [];
  const holdings: JournalPage["holdings"][number][] = [];
  let cursor: JournalCursor | null = { since, at: null };
  while (cursor !== null) {
    const page = await inventory.readJournal(sku, cursor);
    if (!page.ok) throw new Error(page.rejection.code);
    movements.push(...page.value.movements);
    holdings.push(...page.value.holdings);
    cursor = page.value.next;
  }
  return { movements, holdings };
}

describe("the journal", () => {
  it("has all movements and changed holdings since a time, in pages", async () => {
    await stocked("JOURNAL", { east: 1_000 });
    await sell("JOURNAL", 0, 250);
    later(MINUTE);
    const since = Date.now();
    await sell("JOURNAL", 250, 700);
    await inventory.allocate("JOURNAL", requestOf(700));
    const { movements, holdings } = await journalOf("JOURNAL", since);
    expect(movements.map(({ seq }) => seq)).toEqual(Array.from({ length: 450 }, (_, i) => 252 + i));
    expect(holdings).toHaveLength(451);
    expect(new Set(holdings.map(({ holder }) => holder)).size).toBe(451);
    expect(await runAlarm("JOURNAL")).toBe(true);
  });
});
