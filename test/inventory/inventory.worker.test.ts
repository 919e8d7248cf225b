/** The SkuInventory object through its client, with concurrent and repeated calls. */
import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AllocationRequest, AllocationResult } from "../../src/inventory/domain/allocation-request";
import type { StockEffect } from "../../src/inventory/domain/stock-messages";
import type { StockOperation } from "../../src/inventory/domain/stock-operations";
import type { SkuInventory } from "../../src/worker";
import {
  auditOf,
  allocationOf,
  inventory,
  openAllocations,
  rowsOf,
  runAlarm,
  stocked,
  storeOrder,
  stubOf,
} from "./inventory-world";
import { plainFacts } from "../support/reference-defaults";

async function allocated(sku: string, over: Partial<AllocationRequest> = {}): Promise<AllocationResult> {
  const result = await inventory.allocate(sku, allocationOf(over));
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

describe("a SKU with many concurrent requests", () => {
  it("never allocates a unit twice, and returns what it stores", { timeout: 120_000 }, async () => {
    await stocked("HOT", { east: 60, west: 40 });
    const requests = Array.from({ length: 5_000 }, (_, i) =>
      allocationOf({ holder: `line_${i}`, orderId: `ord_${i}`, quantity: 1 + (i % 3), placedAt: i }),
    );
    const repeated = requests.filter((_, i) => i % 10 === 0);
    const all = [...requests, ...repeated];
    const answers = await Promise.all(all.map((request) => inventory.allocate("HOT", request)));

    const audit = await auditOf("HOT");
    const stored = new Map<string, number>();
    for (const { holder, quantity } of audit.allocations) {
      stored.set(holder, (stored.get(holder) ?? 0) + quantity);
    }
    const answered = answers.map((answer, i) => ({ answer, ...all[i]! }));
    const given = answered.flatMap(({ answer, holder, quantity }) =>
      answer.ok ? [{ holder, quantity, answered: units(answer.value.allocated) }] : [],
    );
    expect(given.map(({ answered }) => answered)).toEqual(given.map(({ quantity }) => quantity));
    expect(given.map(({ holder }) => stored.get(holder))).toEqual(given.map(({ quantity }) => quantity));
    const refused = answered.filter(({ answer }) => !answer.ok);
    expect(refused.length).toBeGreaterThan(4_900);
    expect(refused.filter(({ holder }) => stored.has(holder))).toEqual([]);
    expect(units(audit.allocations)).toBe(100);
    for (const level of audit.reading.levels) expect(level.allocated).toBe(level.onHand);
  });

  it("reads as many rows for an allocation with many other holdings as with few", async () => {
    await stocked("WIDE", { east: 5_000 });
    const few = await rowsReadByAllocation("WIDE", "first");
    expect(few).toBeGreaterThan(0);
    await runInDurableObject(stubOf("WIDE"), async (object: SkuInventory) => {
      const lines = Array.from({ length: 2_000 }, (_, i) => i);
      await Promise.all(lines.map((i) => object.allocate("WIDE", allocationOf({ holder: `line_${i}` }))));
    });
    expect(await rowsReadByAllocation("WIDE", "last")).toBeLessThanOrEqual(few + 2);
  });
});

describe("a burst of allocations", () => {
  it("is decided in the order of the calls, and writes its level once", async () => {
    await stocked("BURST", { east: 30 });
    await allocated("BURST", { holder: "line_first" });
    const requests = Array.from({ length: 40 }, (_, i) => allocationOf({ holder: `line_${i}` }));
    let answers: boolean[] = [];
    const { written } = await rowsOf("BURST", async (object) => {
      const results = await Promise.all(requests.map((request) => object.allocate("BURST", request)));
      answers = results.map(({ ok }) => ok);
    });
    expect(answers).toEqual(requests.map((_, i) => i < 29));
    expect(written, "a holding and its due time each, and one level").toBe(29 * 2 + 1);
    expect((await auditOf("BURST")).reading.levels).toMatchObject([{ onHand: 30, allocated: 30 }]);
  });

  it("gives a repeat in it what the first request got, and an order what its reservation held", async () => {
    await stocked("BURST2", { east: 3 });
    await allocated("BURST2", { holder: "res_1", orderId: null, quantity: 2 });
    const results = await runInDurableObject(stubOf("BURST2"), (object: SkuInventory) =>
      Promise.all(
        [
          allocationOf({ holder: "line_a" }),
          allocationOf({ holder: "line_b", quantity: 2, takesOver: ["res_1"] }),
          allocationOf({ holder: "line_a", quantityOf: "first_allocated" }),
          allocationOf({ holder: "line_c" }),
        ].map((request) => object.allocate("BURST2", request)),
      ),
    );
    expect(
      results.map((result) => result.ok && [result.value.repeated, units(result.value.allocated)]),
    ).toEqual([[false, 1], [false, 2], [true, 1], false]);
    expect(await openAllocations("BURST2")).toEqual(["line_a east:1 pending", "line_b east:2 pending"]);
  });

  it("fails only the request that cannot be decided", async () => {
    await stocked("BURST3", { east: 5 });
    await allocated("BURST3", { holder: "line_first" });
    const results = await runInDurableObject(stubOf("BURST3"), (object: SkuInventory) =>
      Promise.allSettled(
        [1, 0, 2].map((quantity, i) =>
          object.allocate("BURST3", allocationOf({ holder: `line_${i}`, quantity })),
        ),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await openAllocations("BURST3")).toEqual([
      "line_0 east:1 pending",
      "line_2 east:2 pending",
      "line_first east:1 pending",
    ]);
  });
});

describe("the rows that an order's line writes", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("are five, with the alarm that publishes and confirms it", async () => {
    await stocked("ROWS", { east: 5 });
    await inventory.forgetEvents("ROWS", ["ROWS/opening-east"]);
    await runAlarm("ROWS");
    await storeOrder("ord_rows", "ROWS");
    const accepted = await rowsOf("ROWS", async (object) => {
      await object.allocate("ROWS", allocationOf({ orderId: "ord_rows" }));
    });
    expect(accepted).toMatchObject({ written: 3, alarms: 1 });
    vi.setSystemTime(Date.now() + 5_000);
    const confirmed = await rowsOf("ROWS", (object) => object.alarm());
    expect(confirmed).toMatchObject({ written: 1, alarms: 0 });
    expect(await openAllocations("ROWS")).toEqual(["line_a east:1 confirmed"]);

    const effect = ship({ quantity: 1, orderId: "ord_rows", ref: "ord_rows/2/0" });
    const shipped = await rowsOf("ROWS", (object) => {
      object.applyEffect("ROWS", effect);
    });
    expect(shipped, "its level, holding and movement, and the stock's value").toMatchObject({
      written: 4,
      alarms: 1,
    });
    const again = await rowsOf("ROWS", (object) => {
      object.applyEffect("ROWS", effect);
    });
    expect(again).toMatchObject({ written: 0, alarms: 0 });
  });

  it("are none for a repeat of a confirmed one", async () => {
    await stocked("ROWS2", { east: 5 });
    await storeOrder("ord_rows2", "ROWS2");
    await allocated("ROWS2", { orderId: "ord_rows2" });
    vi.setSystemTime(Date.now() + 5_000);
    await runAlarm("ROWS2");
    const repeated = await rowsOf("ROWS2", async (object) => {
      await object.allocate("ROWS2", allocationOf({ orderId: "ord_rows2", quantityOf: "first_allocated" }));
    });
    expect(repeated).toMatchObject({ written: 0, alarms: 0 });
  });
});

describe("the client", () => {
  it("returns unknown_sku for an unknown SKU from every method", async () => {
    const rejection = { code: "unknown_sku", sku: "NONE" };
    expect(await inventory.readStock("NONE")).toEqual({ ok: false, rejection });
    expect(await inventory.allocate("NONE", allocationOf())).toEqual({ ok: false, rejection });
    expect(await inventory.recordMovement("NONE", receive())).toEqual({ ok: false, rejection });
    expect(await inventory.applyEffect("NONE", ship())).toEqual({ ok: false, rejection });
    await expect(inventory.releasePending("NONE", "line_a", 1)).resolves.toBeUndefined();
  });

  it("allocates nothing for a repeat, even after the object was evicted or aborted", async () => {
    await stocked("AGAIN", { east: 5 });
    const first = await allocated("AGAIN", { quantity: 2 });
    await evictDurableObject(stubOf("AGAIN"));
    expect(await allocated("AGAIN", { quantity: 2 })).toEqual({ ...first, repeated: true });
    await abortAllDurableObjects();
    expect(await allocated("AGAIN", { quantity: 2 })).toEqual({ ...first, repeated: true });
    expect(await openAllocations("AGAIN")).toEqual(["line_a east:2 pending"]);
  });

  it("lets an order take over a reservation's units", async () => {
    await stocked("HELD", { east: 3 });
    await allocated("HELD", { holder: "res_1", orderId: null, quantity: 3 });
    expect((await inventory.allocate("HELD", allocationOf({ quantity: 2 }))).ok).toBe(false);
    const order = await allocated("HELD", { quantity: 2, takesOver: ["res_1"] });
    expect(order).toMatchObject({ repeated: false, allocated: [{ locationId: "east", quantity: 2 }] });
    expect(await openAllocations("HELD")).toEqual(["line_a east:2 pending", "res_1 east:1 pending"]);
  });

  it("moves allocations, and releases pending ones", async () => {
    await stocked("MOVED", { east: 2, west: 2 });
    await allocated("MOVED", { quantity: 2 });
    const to = [{ locationId: "west", quantity: 2 }];
    const moved = await inventory.moveAllocations("MOVED", { holder: "line_a", to, now: 2_000 });
    expect(moved).toMatchObject({ ok: true, value: { allocated: to } });
    await inventory.releasePending("MOVED", "line_a", 2_000);
    expect(await openAllocations("MOVED")).toEqual([]);
    expect((await allocated("MOVED", { quantity: 2 })).repeated).toBe(true);
  });

  it("does not allocate safety stock", async () => {
    await stocked("SAFE", { east: 3 });
    await inventory.setSafetyStock("SAFE", "east", 2);
    expect(await inventory.allocate("SAFE", allocationOf({ quantity: 2 }))).toMatchObject({
      rejection: { code: "insufficient_stock", available: 1 },
    });
  });
});

describe("the object", () => {
  it("records an operation once for its ref, and rejects the ref for another operation", async () => {
    await stocked("REFS", {});
    const first = await inventory.recordMovement("REFS", receive());
    expect(first).toMatchObject({ ok: true, value: { valueMinor: 1_250 } });
    expect(await inventory.recordMovement("REFS", receive({ at: 9_000, by: "someone else" }))).toEqual(first);
    expect(await inventory.recordMovement("REFS", receive({ quantity: 6 }))).toEqual({
      ok: false,
      rejection: { code: "ref_reused", ref: "po-1" },
    });
    const movedByLocation = (await auditOf("REFS")).movedByLocation;
    expect(movedByLocation).toEqual({ east: 5 });
  });

  it("applies an effect once for its ref, and returns the ref in the audit", async () => {
    await stocked("ONCE", { east: 5 });
    await allocated("ONCE", { quantity: 2 });
    for (let i = 0; i < 3; i += 1)
      expect(await inventory.applyEffect("ONCE", ship())).toMatchObject({ ok: true });
    const audit = await auditOf("ONCE", [
      { ref: "eff_ship", lineId: "line_a", at: 2_000 },
      { ref: "eff_other", lineId: "line_a", at: 2_000 },
    ]);
    expect(audit).toMatchObject({ movedByLocation: { east: 3 }, movedValueMinor: 750, allocations: [] });
    expect(audit.appliedRefs).toEqual(["eff_ship"]);
    expect(audit.reading.levels).toMatchObject([{ onHand: 3, allocated: 0, available: 3 }]);
  });

  it("counts shipped units that were not on hand as found", async () => {
    await stocked("GONE", { east: 1 });
    await inventory.applyEffect("GONE", ship());
    const audit = await auditOf("GONE");
    expect(audit.movedByLocation).toEqual({ east: 0 });
    expect(audit.reading.valueMinor).toBe(0);
  });
});

describe("a staff operation", () => {
  it("cuts the latest allocations if units are missing, and fills them first if units arrive", async () => {
    await stocked("SHORT", { east: 4 });
    for (const [i, name] of ["line_a", "line_b"].entries()) {
      await allocated("SHORT", { holder: `line_${name.at(-1)!}`, quantity: 2, placedAt: i });
    }
    await allocated("SHORT", { holder: "line_c", quantity: 1, placedAt: 9, shortage: "backorder" });
    const counted = {
      type: "count",
      ref: "c1",
      locationId: "east",
      counted: 3,
      at: 2_000,
      by: "test",
    } as const;
    await inventory.recordMovement("SHORT", counted);
    expect(await openAllocations("SHORT")).toEqual([
      "line_a east:2 pending",
      "line_b backordered:1 pending",
      "line_b east:1 pending",
      "line_c backordered:1 pending",
    ]);
    await inventory.recordMovement("SHORT", receive({ quantity: 1 }));
    expect(await openAllocations("SHORT")).toEqual([
      "line_a east:2 pending",
      "line_b east:2 pending",
      "line_c backordered:1 pending",
    ]);
  });

  it("is rejected below zero, and changes nothing", async () => {
    await stocked("ZERO", { east: 2 });
    const adjust = { type: "adjust", ref: "a1", locationId: "east", at: 2_000, by: "test" } as const;
    expect(await inventory.recordMovement("ZERO", { ...adjust, quantity: -3, reason: "lost" })).toEqual({
      ok: false,
      rejection: { code: "below_zero", locationId: "east", onHand: 2 },
    });
    expect(await inventory.recordMovement("ZERO", { ...adjust, quantity: -2, reason: "lost" })).toMatchObject(
      {
        ok: true,
        value: { valueMinor: 0 },
      },
    );
  });

  it("revalues what is on hand once for a changed cost", async () => {
    await stocked("COST", { east: 4 });
    const facts = {
      sku: "COST",
      policy: "deny",
      unitCostMinor: 300,
      weightGrams: 300,
      ...plainFacts,
    } as const;
    for (let i = 0; i < 2; i += 1) await inventory.upsertSku(facts, 2_000);
    expect(await auditOf("COST")).toMatchObject({ movedValueMinor: 1_200, reading: { valueMinor: 1_200 } });
  });

  it("fills a long queue page by page, the earliest placed line first", async () => {
    await stocked("QUEUE", {}, { policy: "backorder" });
    await runInDurableObject(stubOf("QUEUE"), async (object: SkuInventory) => {
      const requests = Array.from({ length: 500 }, (_, i) => {
        const holder = `line_${String(i).padStart(3, "0")}` as const;
        return allocationOf({ holder, placedAt: 1_000 - i, fill: i % 2 ? "whole" : "partial" });
      });
      await Promise.all(requests.map((request) => object.allocate("QUEUE", request)));
    });
    await inventory.recordMovement("QUEUE", receive({ quantity: 450 }));
    const audit = await auditOf("QUEUE");
    const backordered = audit.allocations
      .filter(({ locationId }) => locationId === null)
      .map(({ holder }) => holder);
    expect(backordered.toSorted()).toEqual(
      Array.from({ length: 50 }, (_, i) => `line_${String(i).padStart(3, "0")}`),
    );
    expect(audit.reading).toMatchObject({ backordered: 50, levels: [{ onHand: 450, allocated: 450 }] });
  });
});

const units = (rows: readonly Readonly<{ quantity: number }>[]): number =>
  rows.reduce((sum, { quantity }) => sum + quantity, 0);

const rowsReadByAllocation = async (sku: string, name: string): Promise<number> => {
  const { read } = await rowsOf(sku, async (object) => {
    await object.allocate(sku, allocationOf({ holder: `line_${name}` }));
  });
  return read;
};
