/** An order allocates after its checkout has reserved. */
import { describe, expect, it } from "vitest";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import { releaseHolding } from "../../../src/inventory/domain/holding-status";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import { allocate, allocationOf, stockOf, summaryOf } from "./stock-world";

const reservation = { holder: "res_1", orderId: null, placedAt: 500 } as const;
const order = { takesOver: ["res_1"], shortage: "backorder" } as const;
const whole = { fill: "whole" } as const;

const reserved = (
  quantity: number,
  onHand: Record<string, number>,
  over: Partial<AllocationRequest> = {},
): Stock => allocate(stockOf(onHand, { policy: "backorder" }), { ...reservation, quantity, ...over }).stock;

describe("an order's line that takes over a reservation", () => {
  it.each<{
    name: string;
    stock: Stock;
    request: Partial<AllocationRequest>;
    line: string;
    reservation: string;
  }>([
    {
      name: "gets the reserved units",
      stock: reserved(2, { east: 2 }),
      request: { quantity: 2 },
      line: "pending east:2",
      reservation: "pending",
    },
    {
      name: "gets missing units from what is free",
      stock: reserved(2, { east: 3 }),
      request: { quantity: 3 },
      line: "pending east:3",
      reservation: "pending",
    },
    {
      name: "backorders what neither has",
      stock: reserved(2, { east: 2 }),
      request: { quantity: 3 },
      line: "pending east:2 backordered:1",
      reservation: "pending",
    },
    {
      name: "leaves units that it does not need",
      stock: reserved(3, { east: 3 }),
      request: { quantity: 1 },
      line: "pending east:1",
      reservation: "pending east:2",
    },
    {
      name: "gets the backordered units",
      stock: reserved(3, { east: 1 }),
      request: { quantity: 3 },
      line: "pending east:1 backordered:2",
      reservation: "pending",
    },
    {
      name: "leaves backordered units that it does not need",
      stock: reserved(4, { east: 1 }),
      request: { quantity: 3 },
      line: "pending east:1 backordered:2",
      reservation: "pending backordered:1",
    },
    {
      name: "gets no reserved units from a location that it does not list",
      stock: reserved(2, { east: 2, west: 2 }),
      request: { quantity: 2, locations: ["west"] },
      line: "pending west:2",
      reservation: "pending east:2",
    },
    {
      name: "counts the reserved units once if it lists a location twice",
      stock: reserved(2, { east: 2 }),
      request: { quantity: 3, locations: ["east", "east"] },
      line: "pending east:2 backordered:1",
      reservation: "pending",
    },
    {
      name: "counts the reserved units towards a whole fill",
      stock: reserved(2, { east: 2, west: 1 }),
      request: { quantity: 3, ...whole },
      line: "pending east:2 west:1",
      reservation: "pending",
    },
    {
      name: "leaves the reserved units if a whole fill does not fit",
      stock: reserved(2, { east: 2 }),
      request: { quantity: 3, ...whole },
      line: "pending backordered:3",
      reservation: "pending east:2",
    },
    {
      name: "gets nothing from a reservation that has ended",
      stock: releaseHolding(reserved(2, { east: 2 }), "res_1", "expired"),
      request: { quantity: 2 },
      line: "pending east:2",
      reservation: "expired",
    },
  ])("$name", ({ stock, request, line, reservation: left }) => {
    const { stock: after } = allocate(stock, { ...order, ...request });
    expect(summaryOf(after.holdings.get("line_a"))).toBe(line);
    expect(summaryOf(after.holdings.get("res_1"))).toBe(left);
  });

  it("gets units of two reservations, location by location", () => {
    const first = reserved(2, { east: 2, west: 4 });
    const both = allocate(first, { ...reservation, holder: "res_2", quantity: 2 }).stock;
    const { stock } = allocate(both, { takesOver: ["res_2", "res_1"], quantity: 3 });
    expect(summaryOf(stock.holdings.get("line_a"))).toBe("pending east:2 west:1");
    expect(summaryOf(stock.holdings.get("res_1"))).toBe("pending");
    expect(summaryOf(stock.holdings.get("res_2"))).toBe("pending west:1");
  });

  it("counts the reserved units as available", () => {
    const stock = allocate(stockOf({ east: 2 }), { ...reservation, quantity: 2 }).stock;
    const outcomeOf = (over: Partial<AllocationRequest>): string => {
      const result = allocateStock(stock, allocationOf(over));
      if (!result.ok) return `${result.rejection.code} ${result.rejection.available}`;
      return summaryOf(result.value.stock.holdings.get("line_a"));
    };
    expect(outcomeOf({ quantity: 2 })).toBe("insufficient_stock 0");
    expect(outcomeOf({ quantity: 2, takesOver: ["res_1"] })).toBe("pending east:2");
    expect(outcomeOf({ quantity: 3, takesOver: ["res_1"] })).toBe("insufficient_stock 2");
  });

  it("inherits the earlier place in the queue, and the empty reservation is not checked again", () => {
    const { stock } = allocate(reserved(3, { east: 1 }), { ...order, quantity: 3, placedAt: 900 });
    expect(stock.holdings.get("line_a")?.placedAt).toBe(500);
    expect(stock.holdings.get("res_1")?.dueAt).toBeNull();
  });

  it("keeps its own place in the queue if that is earlier", () => {
    const { stock } = allocate(reserved(3, { east: 1 }), { ...order, quantity: 3, placedAt: 100 });
    expect(stock.holdings.get("line_a")?.placedAt).toBe(100);
  });

  it("keeps its own place in the queue if it gets nothing of the reservation", () => {
    const { stock } = allocate(reserved(1, { east: 1, west: 1 }), {
      ...order,
      locations: ["west"],
      placedAt: 900,
    });
    expect(stock.holdings.get("line_a")?.placedAt).toBe(900);
  });
});
