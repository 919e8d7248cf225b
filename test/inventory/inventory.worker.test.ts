/** The SkuInventory object through its client: what is claimed is what is stored, once, whoever asks at once. */
import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Claimed, ClaimRequest, StockEffect, StockOperation } from "../../src/inventory/domain/stock";
import type { SkuInventory } from "../../src/inventory/object/sku-inventory";
import { auditOf, claimOf, inventory, openClaims, stocked, stubOf } from "./inventory-world";
import { plainFacts } from "../support/reference";

async function claimed(sku: string, over: Partial<ClaimRequest> = {}): Promise<Claimed> {
  const result = await inventory.claim(sku, claimOf(over));
  if (!result.ok) throw new Error(result.rejection.code);
  return result.value;
}

const receive = (over: Partial<Extract<StockOperation, { type: "receive" }>> = {}): StockOperation => ({
  type: "receive",
  ref: "po-1",
  locationId: "east",
  quantity: 5,
  at: 2_000,
  by: "test",
  ...over,
});

const ship = (over: Partial<Extract<StockEffect, { type: "ship" }>> = {}): StockEffect => ({
  type: "ship",
  ref: "eff_ship",
  orderId: "ord_a",
  lineId: "line_a",
  locationId: "east",
  quantity: 2,
  unitCostMinor: 250,
  at: 2_000,
  ...over,
});

describe("a hot SKU", () => {
  it("never gives out a unit twice, and answers what it stores", { timeout: 120_000 }, async () => {
    await stocked("HOT", { east: 60, west: 40 });
    const requests = Array.from({ length: 5_000 }, (_, i) =>
      claimOf({ claimant: `line_${i}`, orderId: `ord_${i}`, quantity: 1 + (i % 3), placedAt: i }),
    );
    const doubled = requests.filter((_, i) => i % 10 === 0);
    const all = [...requests, ...doubled];
    const answers = await Promise.all(all.map((request) => inventory.claim("HOT", request)));

    const audit = await auditOf("HOT");
    const stored = new Map<string, number>();
    for (const { claimant, quantity } of audit.claims) {
      stored.set(claimant, (stored.get(claimant) ?? 0) + quantity);
    }
    const answered = answers.map((answer, i) => ({ answer, ...all[i]! }));
    const given = answered.flatMap(({ answer, claimant, quantity }) =>
      answer.ok ? [{ claimant, quantity, answered: units(answer.value.claimed) }] : [],
    );
    expect(given.map(({ answered }) => answered)).toEqual(given.map(({ quantity }) => quantity));
    expect(given.map(({ claimant }) => stored.get(claimant))).toEqual(given.map(({ quantity }) => quantity));
    const refused = answered.filter(({ answer }) => !answer.ok);
    expect(refused.length).toBeGreaterThan(4_900);
    expect(refused.filter(({ claimant }) => stored.has(claimant))).toEqual([]);
    expect(units(audit.claims)).toBe(100);
    for (const level of audit.snapshot.levels) expect(level.claimed).toBe(level.onHand);
  });

  it("reads as much for a claim beside many claims as beside few", async () => {
    await stocked("WIDE", { east: 5_000 });
    const few = await rowsReadByClaim("WIDE", "first");
    expect(few).toBeGreaterThan(0);
    await runInDurableObject(stubOf("WIDE"), (object: SkuInventory) => {
      for (let i = 0; i < 2_000; i += 1) object.claim("WIDE", claimOf({ claimant: `line_${i}` }));
    });
    expect(await rowsReadByClaim("WIDE", "last")).toBeLessThanOrEqual(few + 2);
  });
});

describe("the client", () => {
  it("says of an unknown SKU that it is unknown, whatever is asked", async () => {
    const rejection = { code: "unknown_sku", sku: "NONE" };
    expect(await inventory.snapshot("NONE")).toEqual({ ok: false, rejection });
    expect(await inventory.claim("NONE", claimOf())).toEqual({ ok: false, rejection });
    expect(await inventory.operate("NONE", receive())).toEqual({ ok: false, rejection });
    expect(await inventory.apply("NONE", ship())).toEqual({ ok: false, rejection });
    await expect(inventory.voidClaims("NONE", "line_a", 1)).resolves.toBeUndefined();
  });

  it("claims once for a repeat, also after the object was evicted or died", async () => {
    await stocked("AGAIN", { east: 5 });
    const first = await claimed("AGAIN", { quantity: 2 });
    await evictDurableObject(stubOf("AGAIN"));
    expect(await claimed("AGAIN", { quantity: 2 })).toEqual({ ...first, repeated: true });
    await abortAllDurableObjects();
    expect(await claimed("AGAIN", { quantity: 2 })).toEqual({ ...first, repeated: true });
    expect(await openClaims("AGAIN")).toEqual(["line_a east:2 pending"]);
  });

  it("passes a reservation's units to the order that names it", async () => {
    await stocked("HELD", { east: 3 });
    await claimed("HELD", { claimant: "res_1", orderId: null, quantity: 3 });
    expect((await inventory.claim("HELD", claimOf({ quantity: 2 }))).ok).toBe(false);
    const order = await claimed("HELD", { quantity: 2, takesOver: ["res_1"] });
    expect(order).toMatchObject({ repeated: false, claimed: [{ locationId: "east", quantity: 2 }] });
    expect(await openClaims("HELD")).toEqual(["line_a east:2 pending", "res_1 east:1 pending"]);
  });

  it("moves claims, and gives pending ones back", async () => {
    await stocked("MOVED", { east: 2, west: 2 });
    await claimed("MOVED", { quantity: 2 });
    const to = [{ locationId: "west", quantity: 2 }];
    const moved = await inventory.move("MOVED", { claimant: "line_a", to, now: 2_000 });
    expect(moved).toMatchObject({ ok: true, value: { claimed: to } });
    await inventory.voidClaims("MOVED", "line_a", 2_000);
    expect(await openClaims("MOVED")).toEqual([]);
    expect((await claimed("MOVED", { quantity: 2 })).repeated).toBe(true);
  });

  it("keeps safety stock from being claimed", async () => {
    await stocked("SAFE", { east: 3 });
    await inventory.setSafetyStock("SAFE", "east", 2);
    expect(await inventory.claim("SAFE", claimOf({ quantity: 2 }))).toMatchObject({
      rejection: { code: "insufficient_stock", available: 1 },
    });
  });
});

describe("references", () => {
  it("take an operation once, and are not reused for another", async () => {
    await stocked("REFS", {});
    const first = await inventory.operate("REFS", receive());
    expect(first).toMatchObject({ ok: true, value: { valueMinor: 1_250 } });
    expect(await inventory.operate("REFS", receive({ at: 9_000, by: "someone else" }))).toEqual(first);
    expect(await inventory.operate("REFS", receive({ quantity: 6 }))).toEqual({
      ok: false,
      rejection: { code: "ref_reused", ref: "po-1" },
    });
    const movedByLocation = (await auditOf("REFS")).movedByLocation;
    expect(movedByLocation).toEqual({ east: 5 });
  });

  it("apply an effect once, and can be asked about", async () => {
    await stocked("ONCE", { east: 5 });
    await claimed("ONCE", { quantity: 2 });
    for (let i = 0; i < 3; i += 1) expect(await inventory.apply("ONCE", ship())).toMatchObject({ ok: true });
    const audit = await auditOf("ONCE", ["eff_ship", "eff_other"]);
    expect(audit).toMatchObject({ movedByLocation: { east: 3 }, movedValueMinor: 750, claims: [] });
    expect(audit.appliedRefs).toEqual(["eff_ship"]);
    expect(audit.snapshot.levels).toMatchObject([{ onHand: 3, claimed: 0, available: 3 }]);
  });

  it("book goods that left without stock as found first", async () => {
    await stocked("GONE", { east: 1 });
    await inventory.apply("GONE", ship());
    const audit = await auditOf("GONE");
    expect(audit.movedByLocation).toEqual({ east: 0 });
    expect(audit.snapshot.valueMinor).toBe(0);
  });
});

describe("staff's operations", () => {
  it("cut the newest claims when units are missing, who are first again when some come", async () => {
    await stocked("SHORT", { east: 4 });
    for (const [i, name] of ["line_a", "line_b"].entries()) {
      await claimed("SHORT", { claimant: `line_${name.at(-1)!}`, quantity: 2, placedAt: i });
    }
    await claimed("SHORT", { claimant: "line_c", quantity: 1, placedAt: 9, shortage: "sold" });
    const counted = {
      type: "count",
      ref: "c1",
      locationId: "east",
      counted: 3,
      at: 2_000,
      by: "test",
    } as const;
    await inventory.operate("SHORT", counted);
    expect(await openClaims("SHORT")).toEqual([
      "line_a east:2 pending",
      "line_b east:1 pending",
      "line_b owed:1 pending",
      "line_c owed:1 pending",
    ]);
    await inventory.operate("SHORT", receive({ quantity: 1 }));
    expect(await openClaims("SHORT")).toEqual([
      "line_a east:2 pending",
      "line_b east:2 pending",
      "line_c owed:1 pending",
    ]);
  });

  it("are refused under zero, and change nothing then", async () => {
    await stocked("ZERO", { east: 2 });
    const adjust = { type: "adjust", ref: "a1", locationId: "east", at: 2_000, by: "test" } as const;
    expect(await inventory.operate("ZERO", { ...adjust, quantity: -3, reason: "lost" })).toEqual({
      ok: false,
      rejection: { code: "below_zero", locationId: "east", onHand: 2 },
    });
    expect(await inventory.operate("ZERO", { ...adjust, quantity: -2, reason: "lost" })).toMatchObject({
      ok: true,
      value: { valueMinor: 0 },
    });
  });

  it("revalue what is on hand when the cost changes, once", async () => {
    await stocked("COST", { east: 4 });
    const facts = {
      sku: "COST",
      policy: "deny",
      unitCostMinor: 300,
      weightGrams: 300,
      ...plainFacts,
    } as const;
    for (let i = 0; i < 2; i += 1) await inventory.describe(facts, 2_000);
    expect(await auditOf("COST")).toMatchObject({ movedValueMinor: 1_200, snapshot: { valueMinor: 1_200 } });
  });

  it("fill a long queue page by page, the longest wait first", async () => {
    await stocked("QUEUE", {}, { policy: "backorder" });
    await runInDurableObject(stubOf("QUEUE"), (object: SkuInventory) => {
      for (let i = 0; i < 500; i += 1) {
        const claimant = `line_${String(i).padStart(3, "0")}` as const;
        object.claim("QUEUE", claimOf({ claimant, placedAt: 1_000 - i, fill: i % 2 ? "whole" : "partial" }));
      }
    });
    await inventory.operate("QUEUE", receive({ quantity: 450 }));
    const audit = await auditOf("QUEUE");
    const owed = audit.claims.filter(({ locationId }) => locationId === null).map(({ claimant }) => claimant);
    expect(owed.toSorted()).toEqual(
      Array.from({ length: 50 }, (_, i) => `line_${String(i).padStart(3, "0")}`),
    );
    expect(audit.snapshot).toMatchObject({ backordered: 50, levels: [{ onHand: 450, claimed: 450 }] });
  });
});

const units = (rows: readonly Readonly<{ quantity: number }>[]): number =>
  rows.reduce((sum, { quantity }) => sum + quantity, 0);

const rowsReadByClaim = (sku: string, name: string): Promise<number> =>
  runInDurableObject(stubOf(sku), (object: SkuInventory, { storage: { sql } }) => {
    const exec: SqlStorage["exec"] = sql.exec.bind(sql);
    const rows: (() => number)[] = [];
    sql.exec = <Row extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) => {
      const cursor = exec<Row>(query, ...bindings);
      rows.push(() => cursor.rowsRead);
      return cursor;
    };
    object.claim(sku, claimOf({ claimant: `line_${name}` }));
    sql.exec = exec;
    return rows.reduce((sum, read) => sum + read(), 0);
  });
