import { describe, expect, it } from "vitest";
import { stockOfLine, withLevel } from "../../../src/inventory/domain/sku-stock";
import { allocate, stockOf, withAllocations } from "./stock-world";

describe("stockOfLine", () => {
  it("returns what the line holds, what is backordered, and where units are free", () => {
    const stock = withAllocations(stockOf({ east: 2, west: 1, far: 3 }), { quantity: 4 });
    expect(stockOfLine(stock, "line_a")).toEqual({
      shipped: 0,
      allocated: [
        { locationId: "east", quantity: 2 },
        { locationId: "west", quantity: 1 },
      ],
      backordered: 1,
      free: { far: 3 },
      facts: stock.facts,
    });
  });

  it("leaves out a location where the line holds nothing any more", () => {
    const { stock } = allocate(stockOf({ east: 1 }), { quantity: 1 });
    const shipped = { locationId: "west", live: 0, shipped: 2, unreported: 0 };
    const holding = stock.holdings.get("line_a")!;
    const holdings = new Map([
      ["line_a" as const, { ...holding, allocations: [...holding.allocations, shipped] }],
    ]);
    expect(stockOfLine({ ...stock, holdings }, "line_a").allocated).toEqual([
      { locationId: "east", quantity: 1 },
    ]);
  });

  it("is empty for an unknown line, without safety stock among the free units", () => {
    const level = { locationId: "east", onHand: 3, allocated: 0, safetyStock: 2 };
    const stock = withLevel(stockOf({}), level);
    expect(stockOfLine(stock, "line_z")).toMatchObject({ allocated: [], backordered: 0, free: { east: 1 } });
  });
});
