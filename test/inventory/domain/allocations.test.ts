import { describe, expect, it } from "vitest";
import { allocateUnits, type Stock, withHolding, withLevel } from "../../../src/inventory/domain/sku-stock";
import { confirm, releaseHolding } from "../../../src/inventory/domain/holding-status";
import type {
  AllocatedAt,
  AllocationRequest,
  AllocationResult,
} from "../../../src/inventory/domain/allocation-request";
import { allocateStock, releaseIfNotRenewed } from "../../../src/inventory/domain/allocate-stock";
import { moveAllocations } from "../../../src/inventory/domain/move-allocations";
import { applyEffect } from "../../../src/inventory/domain/apply-effect";
import { allocationOf, expectSound, MINUTE, say, stockOf } from "./stock-world";

function allocated(
  stock: Stock,
  over: Partial<AllocationRequest> = {},
): { stock: Stock; value: AllocationResult } {
  const result = allocateStock(stock, allocationOf(over));
  if (!result.ok) throw new Error(`rejected: ${JSON.stringify(result.rejection)}`);
  expectSound(result.value.stock);
  return result.value;
}

const outcome = (stock: Stock, over: Partial<AllocationRequest>): string => {
  const result = allocateStock(stock, allocationOf(over));
  if (!result.ok) return `${result.rejection.code} ${result.rejection.available}`;
  return say(result.value.stock.holdings.get(over.holder ?? "line_a"));
};

const backorder = { policy: "backorder" } as const;
const sold = { shortage: "backorder" } as const;
const whole = { fill: "whole" } as const;

describe("allocateStock", () => {
  it.each<[string, Stock, Partial<AllocationRequest>, string]>([
    [
      "takes the first location that has it all",
      stockOf({ east: 1, west: 2 }),
      { quantity: 2 },
      "pending west:2",
    ],
    ["takes the preferred of two", stockOf({ east: 2, west: 2 }), { quantity: 2 }, "pending east:2"],
    ["spreads when none has it all", stockOf({ east: 1, west: 2 }), { quantity: 3 }, "pending east:1 west:2"],
    ["takes nothing from elsewhere", stockOf({ east: 1, far: 9 }), { quantity: 2 }, "insufficient_stock 1"],
    [
      "counts a location named twice once",
      stockOf({ east: 1 }),
      { quantity: 2, locations: ["east", "east"] },
      "insufficient_stock 1",
    ],
    ["refuses a checkout that is short", stockOf({ east: 1 }), { quantity: 2 }, "insufficient_stock 1"],
    [
      "backorders what is short where the SKU may be",
      stockOf({ east: 1 }, backorder),
      { quantity: 3 },
      "pending east:1 owed:2",
    ],
    ["backorders a pre-order", stockOf({}, { policy: "preorder" }), { quantity: 3 }, "pending owed:3"],
    ["never refuses what is sold", stockOf({ east: 1 }), { quantity: 3, ...sold }, "pending east:1 owed:2"],
    ["owes a whole line whole", stockOf({ east: 1 }), { quantity: 3, ...sold, ...whole }, "pending owed:3"],
    [
      "allocations a whole line over locations",
      stockOf({ east: 1, west: 2 }),
      { quantity: 3, ...whole },
      "pending east:1 west:2",
    ],
    [
      "gives no safety stock away",
      withLevel(stockOf({}), { locationId: "east", onHand: 5, allocated: 0, safetyStock: 4 }),
      { quantity: 2 },
      "insufficient_stock 1",
    ],
  ])("%s", (_rule, stock, over, expected) => {
    const funded = {
      ...stock,
      valueMinor: [...stock.levels.values()].reduce((v, l) => v + l.onHand * 250, 0),
    };
    expect(outcome(funded, over)).toBe(expected);
  });

  it("says what is left at each location asked for", () => {
    const { value } = allocated(stockOf({ east: 3, west: 1, far: 7 }), { quantity: 2 });
    expect(value).toMatchObject({ repeated: false, backordered: 0, free: { east: 1, west: 1 } });
    expect(value.allocated).toEqual([{ locationId: "east", quantity: 2 }]);
    expect(value.free).not.toHaveProperty("far");
  });

  it("leaves everything as it was when it refuses", () => {
    const stock = stockOf({ east: 1 });
    expect(allocateStock(stock, allocationOf({ quantity: 2 })).ok).toBe(false);
    expect(stock.holdings.size).toBe(0);
  });
});

describe("allocateStock, asked again", () => {
  const first = allocated(stockOf({ east: 5 }), { quantity: 2 });

  it("allocations once, and puts off the releaseHolding", () => {
    const again = allocated(first.stock, { quantity: 2, expiresAt: 40 * MINUTE });
    expect(again.value).toMatchObject({ repeated: true, allocated: first.value.allocated });
    expect(again.stock.holdings.get("line_a")).toMatchObject({
      expiresAt: 40 * MINUTE + 1,
      dueAt: 41 * MINUTE + 1,
    });
  });

  it("never brings the releaseHolding forward", () => {
    const again = allocated(first.stock, { quantity: 2, expiresAt: 2 * MINUTE });
    expect(again.stock.holdings.get("line_a")).toMatchObject({ expiresAt: 15 * MINUTE + 1 });
  });

  it.each<[string, number[], string]>([
    ["lets go of what it alone asked for", [15], "voided"],
    ["keeps what another asked for before it", [14, 15], "pending east:2"],
    ["keeps what another asked for since", [15, 14], "pending east:2"],
    ["keeps what another asked for at once", [15, 15], "pending east:2"],
  ])("%s", (_rule, minutes, expected) => {
    let stock = stockOf({ east: 5 });
    for (const at of minutes) stock = allocated(stock, { quantity: 2, expiresAt: at * MINUTE }).stock;
    const left = releaseIfNotRenewed(stock, "line_a", 15 * MINUTE);
    expectSound(left);
    expect(say(left.holdings.get("line_a"))).toBe(expected);
  });

  it("lets go of what it was given anew where it had expired, and of nothing that is confirmed", () => {
    const anew = allocated(releaseHolding(first.stock, "line_a", "expired"), {
      expiresAt: 40 * MINUTE,
    }).stock;
    expect(say(releaseIfNotRenewed(anew, "line_a", 40 * MINUTE).holdings.get("line_a"))).toBe("voided");
    const kept = confirm(first.stock, "line_a", 5);
    expect(releaseIfNotRenewed(kept, "line_a", 15 * MINUTE)).toBe(kept);
  });

  it("allocations nothing more of a confirmed allocation, which stays confirmed", () => {
    const again = allocated(confirm(first.stock, "line_a", 5), { quantity: 2 });
    expect(again.value.allocated).toEqual([{ locationId: "east", quantity: 2 }]);
    expect(again.stock.holdings.get("line_a")).toMatchObject({
      status: "confirmed",
      expiresAt: null,
      dueAt: null,
    });
  });

  it.each(["voided", "expired"] as const)(
    "allocations anew what was %s, and says it was here before",
    (status) => {
      const again = allocated(releaseHolding(first.stock, "line_a", status), { quantity: 2 });
      expect(again.value).toMatchObject({ repeated: true, allocated: [{ locationId: "east", quantity: 2 }] });
      expect(say(again.stock.holdings.get("line_a"))).toBe("pending east:2");
    },
  );

  it("backorders what expired and is gone by now", () => {
    const gone = allocated(releaseHolding(first.stock, "line_a", "expired"), {
      holder: "line_b",
      quantity: 5,
    });
    expect(outcome(gone.stock, { quantity: 2, ...sold })).toBe("pending owed:2");
  });

  const sent = applyEffect(first.stock, {
    type: "ship",
    ref: "eff_1",
    orderId: "ord_1",
    lineId: "line_a",
    locationId: "east",
    quantity: 2,
    unitCostMinor: 250,
    at: 5,
  });

  it("returns what was shipped as it was, and allocations nothing for it", () => {
    const again = allocated(sent, { quantity: 2 });
    expect(again.value).toMatchObject({ repeated: true, allocated: [{ locationId: "east", quantity: 2 }] });
    expect(again.stock.levels.get("east")).toMatchObject({ onHand: 3, allocated: 0 });
  });

  it("does not allocation again what the order gave back", () => {
    const released = applyEffect(first.stock, {
      type: "release",
      ref: "eff_1",
      orderId: "ord_1",
      lineId: "line_a",
      locationId: "east",
      quantity: 1,
      at: 5,
    });
    expect(say(allocated(released, { quantity: 2 }).stock.holdings.get("line_a"))).toBe("confirmed east:1");
  });

  it("allocations what a line should have open, whatever it sent before, to mend it", () => {
    const open = { quantity: 2, quantityOf: "open_now" } as const;
    const mended = allocated(sent, open);
    expect(say(mended.stock.holdings.get("line_a"))).toBe("confirmed east:2+2 shipped");
    expect(allocated(mended.stock, open).stock.levels.get("east")).toMatchObject({ onHand: 3, allocated: 2 });
  });

  it("keeps waiting where it waited when a repeat names no location, and where a repeat says when nowhere", () => {
    const expired = releaseHolding(first.stock, "line_a", "expired");
    const again = allocated(expired, { quantity: 2, locations: [], ...sold });
    expect(again.stock.holdings.get("line_a")?.locations).toEqual(["east", "west"]);
    const nowhere = withHolding(first.stock, { ...first.stock.holdings.get("line_a")!, locations: [] });
    const elsewhere = allocated(nowhere, { quantity: 9, locations: ["far"], ...sold });
    expect(elsewhere.stock.holdings.get("line_a")?.locations).toEqual(["far"]);
  });

  it("tops up what is missing", () => {
    const short = allocateUnits(first.stock, "line_a", "east", -1);
    expect(say(allocated(short, { quantity: 2 }).stock.holdings.get("line_a"))).toBe("pending east:2");
  });

  it("answers a repeat as the order knows it, and tells it afterwards what was filled meanwhile", () => {
    const holding = first.stock.holdings.get("line_a")!;
    const unreported = { ...holding, dueAt: 5, allocations: [{ ...holding.allocations[0]!, unreported: 2 }] };
    const again = allocated(withHolding(first.stock, unreported), { quantity: 2 });
    expect(again.value).toMatchObject({ allocated: [], backordered: 2 });
    expect(confirm(again.stock, "line_a", 9).events).toMatchObject([
      { type: "backorder.filled", quantity: 2 },
    ]);
    expect(again.stock.holdings.get("line_a")?.dueAt).toBe(5);
  });
});

describe("allocateStock of an order whose checkout reserved", () => {
  const reservation = { holder: "res_1", orderId: null, placedAt: 500 } as const;
  const order = { takesOver: ["res_1"], ...sold } as const;
  const held = (
    quantity: number,
    onHand: Record<string, number>,
    over: Partial<AllocationRequest> = {},
  ): Stock => allocated(stockOf(onHand, backorder), { ...reservation, quantity, ...over }).stock;

  it.each<[string, Stock, Partial<AllocationRequest>, string, string]>([
    ["takes its units over", held(2, { east: 2 }), { quantity: 2 }, "pending east:2", "pending"],
    ["allocations the rest anew", held(2, { east: 3 }), { quantity: 3 }, "pending east:3", "pending"],
    ["owes the rest", held(2, { east: 2 }), { quantity: 3 }, "pending east:2 owed:1", "pending"],
    [
      "leaves it what is in excess",
      held(3, { east: 3 }),
      { quantity: 1 },
      "pending east:1",
      "pending east:2",
    ],
    ["takes over what it is owed", held(3, { east: 1 }), { quantity: 3 }, "pending east:1 owed:2", "pending"],
    [
      "takes nothing from a location it may not use",
      held(2, { east: 2, west: 2 }),
      { quantity: 2, locations: ["west"] },
      "pending west:2",
      "pending east:2",
    ],
    [
      "counts its units towards a whole line",
      held(2, { east: 2, west: 1 }),
      { quantity: 3, ...whole },
      "pending east:2 west:1",
      "pending",
    ],
    [
      "leaves it alone when a whole line is short",
      held(2, { east: 2 }),
      { quantity: 3, ...whole },
      "pending owed:3",
      "pending east:2",
    ],
  ])("%s", (_rule, stock, over, line, left) => {
    const { stock: after } = allocated(stock, { ...order, ...over });
    expect(say(after.holdings.get("line_a"))).toBe(line);
    expect(say(after.holdings.get("res_1"))).toBe(left);
  });

  it("counts the reserved units as available to its own order", () => {
    const stock = allocated(stockOf({ east: 2 }), { ...reservation, quantity: 2 }).stock;
    expect(outcome(stock, { quantity: 2 })).toBe("insufficient_stock 0");
    expect(outcome(stock, { quantity: 2, takesOver: ["res_1"] })).toBe("pending east:2");
    expect(outcome(stock, { quantity: 3, takesOver: ["res_1"] })).toBe("insufficient_stock 2");
  });

  it("inherits its place in the queue, and leaves it nothing to releaseHolding", () => {
    const { stock } = allocated(held(3, { east: 1 }), { ...order, quantity: 3, placedAt: 900 });
    expect(stock.holdings.get("line_a")?.placedAt).toBe(500);
    expect(stock.holdings.get("res_1")?.dueAt).toBeNull();
  });

  it("expires when it said it would, an order's allocation a minute after it might", () => {
    const stock = held(1, { east: 1 });
    expect(stock.holdings.get("res_1")?.dueAt).toBe(15 * MINUTE);
    const order = allocated(stockOf({ east: 1 })).stock;
    expect(order.holdings.get("line_a")?.dueAt).toBe(16 * MINUTE);
  });
});

const at = (locationId: string, quantity: number): AllocatedAt => ({ locationId, quantity });

describe("moveAllocations", () => {
  const { stock } = allocated(stockOf({ east: 3, west: 2, far: 1 }), { quantity: 3 });
  it.each<[string, AllocatedAt[], string]>([
    ["moves to where units are free", [at("west", 2), at("far", 1)], "pending far:1 west:2"],
    ["counts what the allocation holds itself", [at("east", 2), at("west", 1)], "pending east:2 west:1"],
    ["changes nothing when it is there already", [at("east", 3)], "pending east:3"],
    ["refuses what is not free", [at("west", 3)], "allocation_not_movable"],
    ["refuses less than is allocated", [at("west", 2)], "allocation_not_movable"],
    ["refuses a location named twice", [at("west", 1), at("west", 2)], "allocation_not_movable"],
    ["refuses quantities that only add up", [at("west", 4), at("far", -1)], "allocation_not_movable"],
  ])("%s", (_rule, to, expected) => {
    const result = moveAllocations(stock, { holder: "line_a", to, now: 5 });
    if (result.ok) expectSound(result.value.stock);
    expect(result.ok ? say(result.value.stock.holdings.get("line_a")) : result.rejection.code).toBe(expected);
  });

  it("moves nothing while its order has yet to be told of it", () => {
    const holding = stock.holdings.get("line_a")!;
    const unreported = holding.allocations.map((allocation) => ({ ...allocation, unreported: 2 }));
    const waiting = withHolding(stock, { ...holding, allocations: unreported, dueAt: 5 });
    const moved = moveAllocations(waiting, { holder: "line_a", to: [at("west", 2), at("far", 1)], now: 5 });
    expect(moved.ok).toBe(false);
  });

  it("moves nothing that was asked for since: the other who asked was told where it is", () => {
    const request = { holder: "line_a", to: [at("west", 2), at("far", 1)], now: 5 } as const;
    const once = { ...request, expiresAt: 15 * MINUTE };
    expect(moveAllocations(stock, once).ok).toBe(true);
    const twice = allocated(stock, { quantity: 3 }).stock;
    expect(moveAllocations(twice, once).ok).toBe(false);
    expect(moveAllocations(twice, request).ok).toBe(true);
  });

  it("owes what the order's rules keep back, from where the order ships alone", () => {
    const backorder = { quantity: 1, locations: ["west"] };
    const moved = moveAllocations(stock, { holder: "line_a", to: [at("west", 2)], backorder, now: 5 });
    if (!moved.ok) throw new Error(moved.rejection.code);
    expectSound(moved.value.stock);
    const holding = moved.value.stock.holdings.get("line_a")!;
    expect([holding.backordered, holding.locations]).toEqual([1, ["west"]]);
    expect(moved.value.value).toMatchObject({ allocated: [at("west", 2)], backordered: 1 });
    const all = { quantity: 3, locations: ["far"] };
    expect(moveAllocations(stock, { holder: "line_a", to: [], backorder: all, now: 5 }).ok).toBe(true);
    const more = { quantity: 2, locations: ["far"] };
    expect(
      moveAllocations(stock, { holder: "line_a", to: [at("west", 2)], backorder: more, now: 5 }).ok,
    ).toBe(false);
  });

  it("refuses a holder it does not know", () => {
    expect(moveAllocations(stock, { holder: "line_z", to: [at("west", 1)], now: 5 }).ok).toBe(false);
  });
});
