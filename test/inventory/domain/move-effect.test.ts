/** The effect that moves a line's units to another location. */
import { describe, expect, it } from "vitest";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import { allocated, applied, common, otherLine, type Effect } from "./effects";
import { stockOf, summaryOf } from "./stock-world";

describe("a move", () => {
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

  it.each<{ name: string; stock: Stock; effect: StockEffect; line: string; moved: number }>([
    {
      name: "moves all units",
      stock: allocated({ east: 2, west: 2 }, { quantity: 2 }),
      effect: move(),
      line: "confirmed west:2",
      moved: 2,
    },
    {
      name: "moves no more than requested",
      stock: allocated({ east: 2, west: 2 }, { quantity: 2 }),
      effect: move({ quantity: 1 }),
      line: "confirmed east:1 west:1",
      moved: 1,
    },
    {
      name: "moves as many units as the target has free",
      stock: allocated({ east: 2, west: 1 }, { quantity: 2 }),
      effect: move(),
      line: "confirmed east:1 west:1",
      moved: 1,
    },
    {
      name: "leaves units that are released to the location",
      stock: allocated({ east: 2, west: 2 }, { quantity: 2 }),
      effect: move({ keep: 1 }),
      line: "confirmed east:1 west:1",
      moved: 1,
    },
    {
      name: "moves nothing if more units are released than the line has",
      stock: allocated({ east: 2, west: 2 }, { quantity: 2 }),
      effect: move({ keep: 3 }),
      line: "confirmed east:2",
      moved: 0,
    },
    {
      name: "takes no units that others have allocated",
      stock: allocated(
        { east: 2, west: 2 },
        { quantity: 2 },
        { ...otherLine, quantity: 2, locations: ["west"] },
      ),
      effect: move(),
      line: "confirmed east:2",
      moved: 0,
    },
    {
      name: "backorders units that move nowhere",
      stock: allocated({ east: 2 }, { quantity: 2 }),
      effect: move({ to: null, locations: [] }),
      line: "confirmed backordered:2",
      moved: 2,
    },
    {
      name: "moves nothing of an unknown line",
      stock: stockOf({ east: 2, west: 2 }),
      effect: move(),
      line: "confirmed",
      moved: 0,
    },
  ])("$name, and publishes how many", ({ stock, effect, line, moved }) => {
    const after = applied(stock, effect);
    expect(summaryOf(after.holdings.get("line_a"))).toBe(line);
    expect(after.events.at(-1)).toMatchObject({
      type: "allocation.moved",
      fulfillmentId: "ful_1",
      quantity: moved,
    });
  });
});
