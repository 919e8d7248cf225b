import { describe, expect, it } from "vitest";
import { applyEffect, lacksUnits } from "../../../src/inventory/domain/apply-effect";
import { confirm } from "../../../src/inventory/domain/holding-status";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { allocated, applied, common, otherLine, reject, release, restock, ship } from "./effects";
import { stockOf, summaryOf } from "./stock-world";

describe("applyEffect", () => {
  it.each<{
    name: string;
    stock: Stock;
    effect: StockEffect;
    line: string;
    east: { onHand: number; allocated: number };
  }>([
    {
      name: "ships allocated units",
      stock: allocated({ east: 3 }, { quantity: 2 }),
      effect: ship(2),
      line: "confirmed east:0+2 shipped",
      east: { onHand: 1, allocated: 0 },
    },
    {
      name: "ships a part of the allocated units",
      stock: allocated({ east: 3 }, { quantity: 2 }),
      effect: ship(1),
      line: "confirmed east:1+1 shipped",
      east: { onHand: 2, allocated: 1 },
    },
    {
      name: "ships units that were never allocated",
      stock: stockOf({ east: 3 }),
      effect: ship(2),
      line: "confirmed east:0+2 shipped",
      east: { onHand: 1, allocated: 0 },
    },
    {
      name: "ships units that are not on hand",
      stock: stockOf({}),
      effect: ship(2),
      line: "confirmed east:0+2 shipped",
      east: { onHand: 0, allocated: 0 },
    },
    {
      name: "takes shipped units that were cut before off the backorder",
      stock: allocated({ east: 1 }, { quantity: 3 }),
      effect: ship(2),
      line: "confirmed east:0+2 shipped backordered:1",
      east: { onHand: 0, allocated: 0 },
    },
    {
      name: "releases allocated units",
      stock: allocated({ east: 3 }, { quantity: 2 }),
      effect: release(1),
      line: "confirmed east:1",
      east: { onHand: 3, allocated: 1 },
    },
    {
      name: "releases backordered units",
      stock: allocated({ east: 1 }, { quantity: 3 }),
      effect: release(1, null),
      line: "confirmed east:1 backordered:1",
      east: { onHand: 1, allocated: 1 },
    },
    {
      name: "releases units that were cut, and fills the rest of the backorder with what it freed",
      stock: allocated({ east: 1 }, { quantity: 3 }),
      effect: release(2),
      line: "confirmed east:1",
      east: { onHand: 1, allocated: 1 },
    },
    {
      name: "releases no more units than there are",
      stock: allocated({ east: 1 }, { quantity: 1 }),
      effect: release(5, null),
      line: "confirmed east:1",
      east: { onHand: 1, allocated: 1 },
    },
    {
      name: "releases nothing of an unknown line",
      stock: stockOf({ east: 1 }),
      effect: release(1),
      line: "nothing",
      east: { onHand: 1, allocated: 0 },
    },
    {
      name: "backorders rejected units",
      stock: allocated({ east: 2 }, { quantity: 2 }),
      effect: reject(2),
      line: "confirmed backordered:2",
      east: { onHand: 2, allocated: 0 },
    },
    {
      name: "fills rejected units from another location",
      stock: allocated({ east: 2, west: 1 }, { quantity: 2 }),
      effect: reject(2),
      line: "confirmed west:1 backordered:1",
      east: { onHand: 2, allocated: 0 },
    },
    {
      name: "rejects nothing of an unknown line",
      stock: stockOf({ east: 1 }),
      effect: reject(1, { shortfall: "out_of_stock" }),
      line: "nothing",
      east: { onHand: 1, allocated: 0 },
    },
    {
      name: "fills backorders with restocked units",
      stock: allocated({ east: 0 }, { quantity: 2 }),
      effect: restock(1),
      line: "confirmed east:1 backordered:1",
      east: { onHand: 1, allocated: 1 },
    },
    {
      name: "fills a backorder from the locations that now serve it",
      stock: allocated({ far: 2 }, { quantity: 2 }),
      effect: { type: "serve", ...common, locations: ["far"] },
      line: "confirmed far:2",
      east: { onHand: 0, allocated: 0 },
    },
    {
      name: "serves nothing of an unknown line",
      stock: stockOf({ east: 1 }),
      effect: { type: "serve", ...common, locations: ["far"] },
      line: "nothing",
      east: { onHand: 1, allocated: 0 },
    },
  ])("$name", ({ stock, effect, line, east }) => {
    const after = applied(stock, effect);
    expect(summaryOf(after.holdings.get("line_a"))).toBe(line);
    expect(after.levels.get("east") ?? { onHand: 0, allocated: 0 }).toMatchObject(east);
  });

  it.each([0, -1, 0.5])("throws for a quantity of %d", (quantity) => {
    expect(() => applyEffect(stockOf({ east: 5 }), ship(quantity))).toThrow(InvariantViolation);
  });

  it("counts released units, allocated and backordered ones", () => {
    const after = applied(allocated({ east: 1 }, { quantity: 3 }), release(2));
    expect(after.holdings.get("line_a")?.released).toBe(2);
    expect(applied(after, release(5)).holdings.get("line_a")?.released).toBe(3);
  });

  it("never fills a rejected line from the location that rejected it", () => {
    const rejected = applied(allocated({ east: 2 }, { quantity: 2 }), reject(2));
    const more = applied(rejected, restock(5));
    expect(summaryOf(more.holdings.get("line_a"))).toBe("confirmed backordered:2");
  });

  it("fills other lines with the units of a rejected line", () => {
    const stock = allocated({ east: 2 }, { quantity: 2 }, { ...otherLine, quantity: 1 });
    expect(summaryOf(applied(stock, reject(2)).holdings.get("line_b"))).toBe("pending east:1");
  });

  it("cuts other allocations if their units were shipped", () => {
    const stock = confirm(allocated({ east: 2 }, { ...otherLine, quantity: 2 }), "line_b", 1_500);
    const after = applied(stock, ship(1));
    expect(summaryOf(after.holdings.get("line_b"))).toBe("confirmed east:1 backordered:1");
    expect(after.events).toEqual([
      {
        type: "allocation.cut",
        id: "MUG/line_b/1",
        number: 1,
        orderId: "ord_2",
        lineId: "line_b",
        locationId: "east",
        quantity: 1,
        at: 2_000,
      },
    ]);
  });

  it("counts shipped units that were not on hand first, and publishes only that count", () => {
    const after = applied(stockOf({ east: 1 }), ship(3));
    expect(after.movements).toMatchObject([
      { ref: "eff_1#found", kind: "count", quantity: 2, valueMinor: 500, reason: "shipped_without_stock" },
      { ref: "eff_1", kind: "ship", quantity: -3, valueMinor: -750 },
    ]);
    expect(after.events.map(({ id }) => id)).toEqual(["MUG/eff_1#found"]);
  });

  it("counts nothing if exactly the shipped units are on hand", () => {
    expect(applied(stockOf({ east: 3 }), ship(3)).movements).toMatchObject([{ kind: "ship", quantity: -3 }]);
  });

  it("moves stock at the cost that the order posted, and revalues the difference", () => {
    const shipped = applied(allocated({ east: 3 }, { quantity: 2 }), ship(2, { unitCostMinor: 200 }));
    expect(shipped.movements).toMatchObject([
      { kind: "ship", valueMinor: -400 },
      { ref: "eff_1#revalue", kind: "revalue", valueMinor: -100 },
    ]);
    expect(shipped.events).toMatchObject([{ type: "stock.moved", movement: { kind: "revalue" } }]);
    expect(applied(stockOf({ east: 1 }), restock(2, 240)).movements).toMatchObject([
      { kind: "restock", valueMinor: 480 },
      { kind: "revalue", valueMinor: 20 },
    ]);
  });

  it("confirms the line's holding, since the order exists", () => {
    const after = applied(allocated({ east: 3 }, { quantity: 2 }), release(1));
    expect(after.holdings.get("line_a")).toMatchObject({ status: "confirmed", expiresAt: null, dueAt: null });
  });
});

describe("a rejection's shortfall", () => {
  it.each<{
    name: string;
    stock: Stock;
    shortfall: "out_of_stock" | "damaged";
    arrivedSince?: number;
    onHand: number;
  }>([
    {
      name: "damaged takes the rejected units off stock",
      stock: allocated({ east: 5 }, { quantity: 2 }),
      shortfall: "damaged",
      onHand: 3,
    },
    {
      name: "damaged takes only units that the line had, if some were cut",
      stock: allocated({ east: 1 }, { quantity: 2 }),
      shortfall: "damaged",
      onHand: 0,
    },
    {
      name: "out_of_stock takes free units off stock too",
      stock: allocated({ east: 5 }, { quantity: 2 }),
      shortfall: "out_of_stock",
      onHand: 0,
    },
    {
      name: "out_of_stock leaves units that others have allocated",
      stock: allocated({ east: 5 }, { quantity: 2 }, { ...otherLine, quantity: 1 }),
      shortfall: "out_of_stock",
      onHand: 1,
    },
    {
      name: "out_of_stock leaves units that arrived since",
      stock: allocated({ east: 5 }, { quantity: 2 }),
      shortfall: "out_of_stock",
      arrivedSince: 3,
      onHand: 3,
    },
    {
      name: "out_of_stock takes at least the rejected units, even if those that arrived since are allocated",
      stock: allocated({ east: 5 }, { quantity: 2 }, { ...otherLine, quantity: 3 }),
      shortfall: "out_of_stock",
      arrivedSince: 3,
      onHand: 3,
    },
  ])("$name", ({ stock, shortfall, arrivedSince, onHand }) => {
    const after = applied(stock, reject(2, { shortfall }), arrivedSince);
    expect(after.levels.get("east")?.onHand).toBe(onHand);
  });

  it("is booked under the effect's ref, at standard cost", () => {
    const stock = allocated({ east: 5 }, { quantity: 2 });
    const after = applied(stock, reject(2, { shortfall: "damaged" }));
    expect(after.movements).toMatchObject([
      { ref: "eff_1#adjust", kind: "adjust", quantity: -2, valueMinor: -500, reason: "damaged" },
    ]);
    expect(after.events).toMatchObject([{ type: "stock.moved" }]);
  });
});

describe("lacksUnits", () => {
  /** `line_a` holds two units at east, and one is backordered. */
  const stock = allocated({ east: 2 }, { quantity: 3 });
  it.each<{ name: string; effect: StockEffect; expected: boolean }>([
    { name: "ship as many units as are allocated", effect: ship(2), expected: false },
    { name: "ship more units", effect: ship(3), expected: true },
    { name: "release as many units as are allocated", effect: release(2), expected: false },
    { name: "release more units", effect: release(3), expected: true },
    { name: "release as many units as are backordered", effect: release(1, null), expected: false },
    { name: "release more units of the backorder", effect: release(2, null), expected: true },
    { name: "reject as many units as are allocated", effect: reject(2), expected: false },
    { name: "reject more units", effect: reject(3), expected: true },
    { name: "restock any units", effect: restock(9), expected: false },
    {
      name: "serve from other locations",
      effect: { type: "serve", ...common, locations: [] },
      expected: false,
    },
    { name: "ship units of an unknown line", effect: ship(1, { lineId: "line_z" }), expected: true },
  ])("is $expected for an effect to $name", ({ effect, expected }) => {
    expect(lacksUnits(stock, effect)).toBe(expected);
  });
});
