/** Allocations whose time is over: the object asks whether their order exists, and lets go of no others. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AllocationRequest } from "../../src/inventory/domain/allocation-request";
import type { StockEffect } from "../../src/inventory/domain/stock-messages";
import type { SkuInventory } from "../../src/worker";
import {
  auditOf,
  allocationOf,
  inventory,
  MINUTE,
  openAllocations,
  ring,
  stocked,
  storeOrder,
  stubOf,
  waitingEvents,
} from "./inventory-world";

/** Far enough ahead that no alarm rings by itself. */
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
  await env.DB.exec("ALTER TABLE order_lines RENAME TO order_lines_away");
  try {
    await work();
  } finally {
    await env.DB.exec("ALTER TABLE order_lines_away RENAME TO order_lines");
  }
};

it("frees the units of an order that was never stored, for those who wait", async () => {
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
  await ring("LOST");
  expect(await openAllocations("LOST")).toEqual(["line_next east:1 pending"]);
  expect((await auditOf("LOST")).reading.levels).toMatchObject([{ onHand: 2, allocated: 1, available: 1 }]);
});

it("does not let go within the minute after the releaseHolding", async () => {
  await stocked("EARLY", { east: 2 });
  await allocate("EARLY", { orderId: "ord_early" });
  later(16 * MINUTE - 1);
  await ring("EARLY");
  expect(await openAllocations("EARLY")).toEqual(["line_a east:1 pending"]);
});

it("confirms the allocations of an order that exists, which then never releaseHolding", async () => {
  await storeOrder("ord_kept", "KEPT");
  await stocked("KEPT", { east: 1 });
  await allocate("KEPT", { orderId: "ord_kept", quantity: 3, shortage: "backorder" });
  later(16 * MINUTE);
  await ring("KEPT");
  expect(await openAllocations("KEPT")).toEqual(["line_a east:1 confirmed", "line_a owed:2 confirmed"]);
  await inventory.releasePending("KEPT", "line_a", Date.now());
  later(1_000 * MINUTE);
  await ring("KEPT");
  expect(await openAllocations("KEPT")).toEqual(["line_a east:1 confirmed", "line_a owed:2 confirmed"]);
});

it.each(["backordered", "shipped"] as const)(
  "confirms the allocations of a line with units %s",
  async (state) => {
    const orderId = `ord_${state}` as const;
    await storeOrder(orderId, state, { state });
    await stocked(state, { east: 1 });
    await allocate(state, { orderId });
    later(16 * MINUTE);
    await ring(state);
    expect(await openAllocations(state)).toEqual(["line_a east:1 confirmed"]);
  },
);

it("frees what was allocated for an order that had been cancelled before its line was allocated", async () => {
  await storeOrder("ord_overtaken", "OVERTAKEN", { state: "cancelled" });
  await stocked("OVERTAKEN", { east: 1 });
  await allocate("OVERTAKEN", { orderId: "ord_overtaken" });
  later(16 * MINUTE);
  await ring("OVERTAKEN");
  expect(await openAllocations("OVERTAKEN")).toEqual([]);
});

it("frees what was allocated for a line that its order never got", async () => {
  await storeOrder("ord_edited", "EDITED", { id: "line_first" });
  await stocked("EDITED", { east: 1 });
  await allocate("EDITED", { holder: "line_added", orderId: "ord_edited" });
  later(16 * MINUTE);
  await ring("EDITED");
  expect(await openAllocations("EDITED")).toEqual([]);
});

it("keeps the allocations while the database does not answer, and asks again", async () => {
  await stocked("AWAY", { east: 1 });
  await allocate("AWAY", { orderId: "ord_away" });
  later(16 * MINUTE);
  await whileDatabaseIsAway(() => ring("AWAY"));
  expect(await openAllocations("AWAY")).toEqual(["line_a east:1 pending"]);
  later(MINUTE);
  expect(await ring("AWAY"), "an alarm is set").toBe(true);
  expect(await openAllocations("AWAY")).toEqual([]);
});

it("keeps a allocation whose releaseHolding was put off while it asked", async () => {
  await stocked("RACE", { east: 2 });
  await allocate("RACE", { holder: "line_a", orderId: "ord_race" });
  await allocate("RACE", { holder: "line_b", orderId: "ord_race" });
  later(16 * MINUTE);
  await runInDurableObject(stubOf("RACE"), async (object: SkuInventory) => {
    const asking = object.alarm();
    const again = object.allocate("RACE", allocationOf({ holder: "line_a", orderId: "ord_race" }));
    expect(again).toMatchObject({ ok: true, value: { repeated: true, allocated: [{ quantity: 1 }] } });
    await asking;
  });
  expect(await openAllocations("RACE")).toEqual(["line_a east:1 pending"]);
  later(15 * MINUTE);
  await ring("RACE");
  expect(await openAllocations("RACE")).toEqual(["line_a east:1 pending"]);
  later(MINUTE + 1);
  await ring("RACE");
  expect(await openAllocations("RACE")).toEqual([]);
});

it("lets a reservation releaseHolding when it said, database or not, and after an eviction", async () => {
  await stocked("CART", { east: 1 });
  await allocate("CART", { holder: "res_1", orderId: null });
  await evictDurableObject(stubOf("CART"));
  later(15 * MINUTE - 1);
  await ring("CART");
  expect(await openAllocations("CART")).toEqual(["res_1 east:1 pending"]);
  later(1);
  await whileDatabaseIsAway(() => ring("CART"));
  expect(await openAllocations("CART")).toEqual([]);
});

it("leaves nothing behind of a checkout that expired or was given up, and what expired of an order", async () => {
  await stocked("LEFT", { east: 3 });
  await allocate("LEFT", { holder: "res_expired", orderId: null });
  await allocate("LEFT", { holder: "res_released", orderId: null });
  await allocate("LEFT", { holder: "line_lost", orderId: "ord_lost" });
  await inventory.releasePending("LEFT", "res_released", Date.now());
  later(16 * MINUTE);
  await ring("LEFT");
  const left = await runInDurableObject(stubOf("LEFT"), (_object: SkuInventory, state) => [
    ...state.storage.sql.exec("SELECT holder FROM holdings UNION ALL SELECT holder FROM allocations"),
  ]);
  expect(left).toEqual([{ holder: "line_lost" }, { holder: "line_lost" }]);
  expect(await allocate("LEFT", { holder: "res_expired", orderId: null, quantity: 3 })).toMatchObject({
    value: { allocated: [{ locationId: "east", quantity: 3 }] },
  });
});

it("settles more than one batch in one alarm", async () => {
  await stocked("MANY", { east: 500 });
  await runInDurableObject(stubOf("MANY"), (object: SkuInventory) => {
    for (let i = 0; i < 450; i += 1) {
      object.allocate("MANY", allocationOf({ holder: `line_${i}`, orderId: `ord_many_${i}` }));
    }
  });
  await storeOrder("ord_many_7", "MANY", { id: "line_7" });
  later(16 * MINUTE);
  await ring("MANY");
  expect(await openAllocations("MANY")).toEqual(["line_7 east:1 confirmed"]);
});

it("tells an order that its backorder was filled only once the order is known to exist", async () => {
  await stocked("FILL", {}, { policy: "backorder" });
  await allocate("FILL", { orderId: "ord_fill", quantity: 2 });
  await receive("FILL", 2);
  expect(await waitingEvents("FILL")).toEqual([]);
  await ring("FILL");
  expect(await openAllocations("FILL"), "it is not there yet, and not late").toEqual([
    "line_a east:2 pending",
  ]);

  await storeOrder("ord_fill", "FILL");
  later(MINUTE);
  const filled = await runInDurableObject(stubOf("FILL"), async (object: SkuInventory, state) => {
    const asking = object.alarm();
    await asking;
    return state.storage.sql
      .exec<{ eventCount: number }>("SELECT event_count AS eventCount FROM holdings")
      .one().eventCount;
  });
  expect(filled).toBe(1);
  expect(await openAllocations("FILL")).toEqual(["line_a east:2 confirmed"]);
});

it("tells a confirmed order at once what is filled and what is cut", async () => {
  await storeOrder("ord_told", "TOLD");
  await stocked("TOLD", { east: 1 }, { policy: "backorder" });
  await allocate("TOLD", { orderId: "ord_told", quantity: 2 });
  later(16 * MINUTE);
  await ring("TOLD");
  await receive("TOLD", 1);
  const at = Date.now();
  await inventory.recordMovement("TOLD", {
    type: "count",
    ref: "c1",
    locationId: "east",
    counted: 0,
    at,
    by: "test",
  });
  const common = { orderId: "ord_told", lineId: "line_a", locationId: "east", at };
  expect(await waitingEvents("TOLD")).toEqual([
    { type: "backorder.filled", id: "TOLD/line_a/1", number: 1, quantity: 1, ...common },
    { type: "allocation.cut", id: "TOLD/line_a/2", number: 2, quantity: 2, ...common },
  ]);
});

it("takes an effect as proof that the order exists", async () => {
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
  await ring("PROOF");
  expect(await openAllocations("PROOF")).toEqual(["line_a east:1 confirmed"]);
});
