/** The alarm looks up the orders of due holdings, and releases the units of those that do not exist. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AllocationRequest } from "../../src/inventory/domain/allocation-request";
import type { StockEffect } from "../../src/inventory/domain/stock-messages";
import type { SkuInventory } from "../../src/worker";
import {
  auditOf,
  allocationOf,
  inventory,
  MINUTE,
  openAllocations,
  runAlarm,
  stocked,
  storeOrder,
  stubOf,
  undeliveredLineEvents,
} from "./inventory-world";

/** Far enough in the future that no alarm runs by itself. */
const start = Date.UTC(2040, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (milliseconds: number): void => void vi.setSystemTime(Date.now() + milliseconds);

const allocate = (sku: string, over: Partial<AllocationRequest> = {}) =>
  inventory.allocate(sku, allocationOf(over));

const receive = (sku: string, quantity: number, ref = "po-1") =>
  inventory.recordMovement(sku, {
    type: "receive",
    ref,
    locationId: "east",
    quantity,
    at: Date.now(),
    by: "test",
  });

const whileDatabaseIsAway = async (work: () => Promise<unknown>): Promise<void> => {
  await env.ORDERS_00.exec("ALTER TABLE order_lines RENAME TO order_lines_away");
  try {
    await work();
  } finally {
    await env.ORDERS_00.exec("ALTER TABLE order_lines_away RENAME TO order_lines");
  }
};

describe("the alarm of a SKU's object", () => {
  it("releases the units of an order that was never stored, and fills backorders with them", async () => {
    await stocked("LOST", { east: 2 });
    await allocate("LOST", { holder: "line_lost", orderId: "ord_lost", quantity: 2 });
    await allocate("LOST", {
      holder: "line_next",
      orderId: null,
      quantity: 1,
      shortage: "backorder",
      expiresAt: start + 60 * MINUTE,
    });
    later(16 * MINUTE);
    await runAlarm("LOST");
    expect(await openAllocations("LOST")).toEqual(["line_next east:1 pending"]);
    expect((await auditOf("LOST")).reading.levels).toMatchObject([{ onHand: 2, allocated: 1, available: 1 }]);
  });

  it("releases nothing within the grace period", async () => {
    await stocked("EARLY", { east: 2 });
    await allocate("EARLY", { orderId: "ord_early" });
    later(16 * MINUTE - 1);
    await runAlarm("EARLY");
    expect(await openAllocations("EARLY")).toEqual(["line_a east:1 pending"]);
  });

  it("confirms the units of an order that exists, which then never expire", async () => {
    await storeOrder("ord_kept", "KEPT");
    await stocked("KEPT", { east: 1 });
    await allocate("KEPT", { orderId: "ord_kept", quantity: 3, shortage: "backorder" });
    later(16 * MINUTE);
    await runAlarm("KEPT");
    expect(await openAllocations("KEPT")).toEqual([
      "line_a backordered:2 confirmed",
      "line_a east:1 confirmed",
    ]);
    await inventory.releasePending("KEPT", "line_a", Date.now());
    later(1_000 * MINUTE);
    await runAlarm("KEPT");
    expect(await openAllocations("KEPT")).toEqual([
      "line_a backordered:2 confirmed",
      "line_a east:1 confirmed",
    ]);
  });

  it.each(["backordered", "shipped"] as const)(
    "confirms the units of a line with %s units",
    async (state) => {
      const orderId = `ord_${state}` as const;
      await storeOrder(orderId, state, { state });
      await stocked(state, { east: 1 });
      await allocate(state, { orderId });
      later(16 * MINUTE);
      await runAlarm(state);
      expect(await openAllocations(state)).toEqual(["line_a east:1 confirmed"]);
    },
  );

  it("releases the units of an order that was cancelled before they were allocated", async () => {
    await storeOrder("ord_overtaken", "OVERTAKEN", { state: "cancelled" });
    await stocked("OVERTAKEN", { east: 1 });
    await allocate("OVERTAKEN", { orderId: "ord_overtaken" });
    later(16 * MINUTE);
    await runAlarm("OVERTAKEN");
    expect(await openAllocations("OVERTAKEN")).toEqual([]);
  });

  it("releases the units of a line that its order does not have", async () => {
    await storeOrder("ord_edited", "EDITED", { id: "line_first" });
    await stocked("EDITED", { east: 1 });
    await allocate("EDITED", { holder: "line_added", orderId: "ord_edited" });
    later(16 * MINUTE);
    await runAlarm("EDITED");
    expect(await openAllocations("EDITED")).toEqual([]);
  });

  it("keeps the units while the database fails, and looks the order up again", async () => {
    await stocked("AWAY", { east: 1 });
    await allocate("AWAY", { orderId: "ord_away" });
    later(16 * MINUTE);
    await whileDatabaseIsAway(() => runAlarm("AWAY"));
    expect(await openAllocations("AWAY")).toEqual(["line_a east:1 pending"]);
    later(MINUTE);
    expect(await runAlarm("AWAY"), "an alarm is set").toBe(true);
    expect(await openAllocations("AWAY")).toEqual([]);
  });

  it("keeps a holding that was renewed during the lookup", async () => {
    await stocked("RACE", { east: 2 });
    await allocate("RACE", { holder: "line_a", orderId: "ord_race" });
    await allocate("RACE", { holder: "line_b", orderId: "ord_race" });
    later(16 * MINUTE);
    await runInDurableObject(stubOf("RACE"), async (object: SkuInventory) => {
      const alarm = object.alarm();
      const again = await object.allocate("RACE", allocationOf({ holder: "line_a", orderId: "ord_race" }));
      expect(again).toMatchObject({ ok: true, value: { repeated: true, allocated: [{ quantity: 1 }] } });
      await alarm;
    });
    expect(await openAllocations("RACE")).toEqual(["line_a east:1 pending"]);
    later(15 * MINUTE);
    await runAlarm("RACE");
    expect(await openAllocations("RACE")).toEqual(["line_a east:1 pending"]);
    later(MINUTE + 1);
    await runAlarm("RACE");
    expect(await openAllocations("RACE")).toEqual([]);
  });

  it("releases an expired reservation even while the database fails, and after an eviction", async () => {
    await stocked("CART", { east: 1 });
    await allocate("CART", { holder: "res_1", orderId: null });
    await evictDurableObject(stubOf("CART"));
    later(15 * MINUTE - 1);
    await runAlarm("CART");
    expect(await openAllocations("CART")).toEqual(["res_1 east:1 pending"]);
    later(1);
    await whileDatabaseIsAway(() => runAlarm("CART"));
    expect(await openAllocations("CART")).toEqual([]);
  });

  it("deletes the rows of ended reservations, and keeps those of an order's lines", async () => {
    await stocked("LEFT", { east: 3 });
    await allocate("LEFT", { holder: "res_expired", orderId: null });
    await allocate("LEFT", { holder: "res_released", orderId: null });
    await allocate("LEFT", { holder: "line_lost", orderId: "ord_lost" });
    await inventory.releasePending("LEFT", "res_released", Date.now());
    later(16 * MINUTE);
    await runAlarm("LEFT");
    const left = await runInDurableObject(stubOf("LEFT"), (_object: SkuInventory, state) => [
      ...state.storage.sql.exec("SELECT holder FROM holdings UNION ALL SELECT holder FROM pending"),
    ]);
    expect(left).toEqual([{ holder: "line_lost" }]);
    expect(await allocate("LEFT", { holder: "res_expired", orderId: null, quantity: 3 })).toMatchObject({
      value: { allocated: [{ locationId: "east", quantity: 3 }] },
    });
  });

  it("resolves more than one batch", async () => {
    await stocked("MANY", { east: 500 });
    await runInDurableObject(stubOf("MANY"), async (object: SkuInventory) => {
      const lines = Array.from({ length: 450 }, (_, i) => i);
      await Promise.all(
        lines.map((i) =>
          object.allocate("MANY", allocationOf({ holder: `line_${i}`, orderId: `ord_many_${i}` })),
        ),
      );
    });
    await storeOrder("ord_many_7", "MANY", { id: "line_7" });
    later(16 * MINUTE);
    await runAlarm("MANY");
    expect(await openAllocations("MANY")).toEqual(["line_7 east:1 confirmed"]);
  });

  it("publishes that a backorder was filled when it finds the order", async () => {
    await stocked("FILL", {}, { policy: "backorder" });
    await allocate("FILL", { orderId: "ord_fill", quantity: 2 });
    await receive("FILL", 2);
    expect(await undeliveredLineEvents("FILL")).toEqual([]);
    await runAlarm("FILL");
    expect(await openAllocations("FILL"), "the order is not stored yet, and has not expired").toEqual([
      "line_a east:2 pending",
    ]);

    await storeOrder("ord_fill", "FILL");
    later(MINUTE);
    const eventCount = await runInDurableObject(stubOf("FILL"), async (object: SkuInventory, state) => {
      await object.alarm();
      return state.storage.sql
        .exec<{ eventCount: number }>("SELECT event_count AS eventCount FROM holdings")
        .one().eventCount;
    });
    expect(eventCount).toBe(1);
    expect(await openAllocations("FILL")).toEqual(["line_a east:2 confirmed"]);
  });

  it("confirms an order, so that its later fills and cuts are published at once", async () => {
    await storeOrder("ord_events", "EVENTS");
    await stocked("EVENTS", { east: 1 }, { policy: "backorder" });
    await allocate("EVENTS", { orderId: "ord_events", quantity: 2 });
    later(16 * MINUTE);
    await runAlarm("EVENTS");
    await receive("EVENTS", 1);
    const at = Date.now();
    await inventory.recordMovement("EVENTS", {
      type: "count",
      ref: "c1",
      locationId: "east",
      counted: 0,
      at,
      by: "test",
    });
    const common = { orderId: "ord_events", lineId: "line_a", locationId: "east", at };
    expect(await undeliveredLineEvents("EVENTS")).toEqual([
      { type: "backorder.filled", id: "EVENTS/line_a/1", number: 1, quantity: 1, ...common },
      { type: "allocation.cut", id: "EVENTS/line_a/2", number: 2, quantity: 2, ...common },
    ]);
  });

  it("keeps the units of an order that an effect has confirmed", async () => {
    await stocked("PROOF", { east: 2 });
    await allocate("PROOF", { orderId: "ord_proof", quantity: 2 });
    const common = {
      ref: "eff_1",
      orderId: "ord_proof",
      lineId: "line_a",
      locationId: "east",
      at: Date.now(),
    } as const;
    const release: StockEffect = { type: "release", ...common, quantity: 1 };
    await inventory.applyEffect("PROOF", release);
    later(16 * MINUTE);
    await runAlarm("PROOF");
    expect(await openAllocations("PROOF")).toEqual(["line_a east:1 confirmed"]);
  });
});
