import { describe, expect, it } from "vitest";
import { confirm } from "../../../src/inventory/domain/holding-status";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import { applyEffect, lacksUnits } from "../../../src/inventory/domain/apply-effect";
import { allocationOf, expectSound, say, settled, stockOf } from "./stock-world";

type Effect<Type extends StockEffect["type"]> = Extract<StockEffect, { type: Type }>;

const common = { ref: "eff_1", orderId: "ord_1", lineId: "line_a", at: 2_000 } as const;
const here = { ...common, locationId: "east" } as const;
const ship = (quantity: number, over: Partial<Effect<"ship">> = {}): StockEffect => ({
  type: "ship",
  ...here,
  quantity,
  unitCostMinor: 250,
  ...over,
});
const release = (quantity: number, locationId: string | null = "east"): StockEffect => ({
  type: "release",
  ...common,
  locationId,
  quantity,
});
const refuse = (quantity: number): StockEffect => ({ type: "reject", ...here, quantity });
const restock = (quantity: number, unitCostMinor = 250): StockEffect => ({
  type: "restock",
  ...here,
  quantity,
  unitCostMinor,
});

/** Stock after these allocations; `line_a` and `backorder` unless they say otherwise. */
function allocated(onHand: Record<string, number>, ...requests: Partial<AllocationRequest>[]): Stock {
  return requests.reduce((stock, request) => {
    const result = allocateStock(stock, allocationOf({ shortage: "backorder", ...request }));
    if (!result.ok) throw new Error(result.rejection.code);
    return result.value.stock;
  }, stockOf(onHand));
}

function applied(stock: Stock, effect: StockEffect): Stock {
  const after = settled(applyEffect(stock, effect), 2_000);
  expectSound(after);
  return after;
}

const other = { holder: "line_b", orderId: "ord_2", placedAt: 2_000 } as const;

describe("applyEffect", () => {
  it.each<[string, Stock, StockEffect, string, string]>([
    [
      "ships what is allocated",
      allocated({ east: 3 }, { quantity: 2 }),
      ship(2),
      "confirmed east:0+2 shipped",
      "1-0",
    ],
    ["ships a part", allocated({ east: 3 }, { quantity: 2 }), ship(1), "confirmed east:1+1 shipped", "2-1"],
    ["ships what was never allocated", stockOf({ east: 3 }), ship(2), "confirmed east:0+2 shipped", "1-0"],
    ["ships what is not there", stockOf({}), ship(2), "confirmed east:0+2 shipped", "0-0"],
    [
      "takes what was cut before it was shipped off what is owed",
      allocated({ east: 1 }, { quantity: 3 }),
      ship(2),
      "confirmed east:0+2 shipped owed:1",
      "0-0",
    ],
    [
      "gives allocated units back",
      allocated({ east: 3 }, { quantity: 2 }),
      release(1),
      "confirmed east:1",
      "3-1",
    ],
    [
      "gives owed units back",
      allocated({ east: 1 }, { quantity: 3 }),
      release(1, null),
      "confirmed east:1 owed:1",
      "1-1",
    ],
    [
      "gives back what was cut, and fills the rest of the line with what it freed",
      allocated({ east: 1 }, { quantity: 3 }),
      release(2),
      "confirmed east:1",
      "1-1",
    ],
    [
      "gives back no more than there is",
      allocated({ east: 1 }, { quantity: 1 }),
      release(5, null),
      "confirmed east:1",
      "1-1",
    ],
    ["gives back nothing of a line it does not know", stockOf({ east: 1 }), release(1), "nothing", "1-0"],
    ["owes what is rejected", allocated({ east: 2 }, { quantity: 2 }), refuse(2), "confirmed owed:2", "2-0"],
    [
      "fills what is rejected from elsewhere",
      allocated({ east: 2, west: 1 }, { quantity: 2 }),
      refuse(2),
      "confirmed west:1 owed:1",
      "2-0",
    ],
    [
      "fills those who wait with what comes back",
      allocated({ east: 0 }, { quantity: 2 }),
      restock(1),
      "confirmed east:1 owed:1",
      "1-1",
    ],
  ])("%s", (_rule, stock, effect, line, level) => {
    const after = applied(stock, effect);
    const { onHand, allocated } = after.levels.get("east")!;
    expect(say(after.holdings.get("line_a"))).toBe(line);
    expect(`${onHand}-${allocated}`).toBe(level);
  });

  it("never fills a rejected line from the location that rejected it", () => {
    const rejected = applied(allocated({ east: 2 }, { quantity: 2 }), refuse(2));
    const more = applied(rejected, restock(5));
    expect(say(more.holdings.get("line_a"))).toBe("confirmed owed:2");
  });

  it("gives the units of a rejected line to others who wait", () => {
    const stock = allocated({ east: 2 }, { quantity: 2 }, { ...other, quantity: 1 });
    expect(say(applied(stock, refuse(2)).holdings.get("line_b"))).toBe("pending east:1");
  });

  it("cuts other allocations when goods left that were theirs", () => {
    const stock = confirm(allocated({ east: 2 }, { ...other, quantity: 2 }), "line_b", 1_500);
    const after = applied(stock, ship(1));
    expect(say(after.holdings.get("line_b"))).toBe("confirmed east:1 owed:1");
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

  it("finds goods that were not on hand before it ships them, and tells the books of those only", () => {
    const after = applied(stockOf({ east: 1 }), ship(3));
    expect(after.movements).toMatchObject([
      { ref: "eff_1#found", kind: "count", quantity: 2, valueMinor: 500, reason: "shipped_without_stock" },
      { ref: "eff_1", kind: "ship", quantity: -3, valueMinor: -750 },
    ]);
    expect(after.events.map(({ id }) => id)).toEqual(["MUG/eff_1#found"]);
  });

  it("moves stock by the order's own cost, and revalues the difference", () => {
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

  it("takes an effect as proof that the order exists", () => {
    const after = applied(allocated({ east: 3 }, { quantity: 2 }), release(1));
    expect(after.holdings.get("line_a")).toMatchObject({ status: "confirmed", expiresAt: null, dueAt: null });
  });
});

describe("what a location that refuses has found", () => {
  const found = (what: "out_of_stock" | "damaged", quantity = 2): StockEffect => ({
    type: "reject",
    ...here,
    quantity,
    shortfall: what,
  });
  const onHand = (stock: Stock) => stock.levels.get("east")!.onHand;

  it.each<[string, Stock, StockEffect, number, number]>([
    ["damaged units, off", allocated({ east: 5 }, { quantity: 2 }), found("damaged"), 0, 3],
    [
      "nothing, so what is free is not there either",
      allocated({ east: 5 }, { quantity: 2 }),
      found("out_of_stock"),
      0,
      0,
    ],
    [
      "nothing; what others have allocated stays",
      allocated({ east: 5 }, { quantity: 2 }, { ...other, quantity: 1 }),
      found("out_of_stock"),
      0,
      1,
    ],
    [
      "nothing; what has arrived since stays",
      allocated({ east: 5 }, { quantity: 2 }),
      found("out_of_stock"),
      3,
      3,
    ],
    [
      "nothing; though what has arrived since is allocated",
      allocated({ east: 5 }, { quantity: 2 }, { ...other, quantity: 3 }),
      found("out_of_stock"),
      3,
      3,
    ],
    [
      "less damaged than it says, where some was cut",
      allocated({ east: 1 }, { quantity: 2 }),
      found("damaged"),
      0,
      0,
    ],
  ])("%s", (_what, stock, effect, arrivedSince, left) => {
    const after = settled(applyEffect(stock, effect, arrivedSince), 2_000);
    expectSound(after);
    expect(onHand(after)).toBe(left);
  });

  it("is booked under the effect's reference, at standard cost", () => {
    const after = applied(allocated({ east: 5 }, { quantity: 2 }), found("damaged"));
    expect(after.movements).toMatchObject([
      { ref: "eff_1#adjust", kind: "adjust", quantity: -2, valueMinor: -500, reason: "damaged" },
    ]);
    expect(after.events).toMatchObject([{ type: "stock.moved" }]);
  });
});

describe("a move that is asked for", () => {
  const move = (over: Partial<Effect<"move">> = {}): StockEffect => ({
    type: "move",
    ...common,
    from: "east",
    to: "west",
    quantity: 2,
    keep: 0,
    locations: ["west", "east"],
    fulfillmentId: "ful_1",
    ...over,
  });

  it.each<[string, Stock, StockEffect, string, number]>([
    ["is done", allocated({ east: 2, west: 2 }, { quantity: 2 }), move(), "confirmed west:2", 2],
    [
      "is done as far as there is room",
      allocated({ east: 2, west: 1 }, { quantity: 2 }),
      move(),
      "confirmed east:1 west:1",
      1,
    ],
    [
      "leaves what is released",
      allocated({ east: 2, west: 2 }, { quantity: 2 }),
      move({ keep: 1 }),
      "confirmed east:1 west:1",
      1,
    ],
    [
      "takes nothing from others",
      allocated({ east: 2, west: 2 }, { quantity: 2 }, { ...other, quantity: 2, locations: ["west"] }),
      move(),
      "confirmed east:2",
      0,
    ],
    [
      "owes what goes nowhere",
      allocated({ east: 2 }, { quantity: 2 }),
      move({ to: null, locations: [] }),
      "confirmed owed:2",
      2,
    ],
    ["of what nobody has allocated moves nothing", stockOf({ east: 2, west: 2 }), move(), "confirmed", 0],
  ])("%s, and answered", (_what, stock, effect, expected, quantity) => {
    const after = applied(stock, effect);
    expect(say(after.holdings.get("line_a"))).toBe(expected);
    expect(after.events.at(-1)).toMatchObject({ type: "allocation.moved", fulfillmentId: "ful_1", quantity });
  });
});

describe("an effect is amiss", () => {
  const stock = allocated({ east: 2 }, { quantity: 3 });
  it.each<[StockEffect, boolean]>([
    [ship(2), false],
    [ship(3), true],
    [release(2), false],
    [release(3), true],
    [release(1, null), false],
    [release(2, null), true],
    [refuse(3), true],
    [restock(9), false],
  ])("where its units are not as it says", (effect, expected) => {
    expect(lacksUnits(stock, effect)).toBe(expected);
  });
});
