import { describe, expect, it } from "vitest";
import type { AllocatedAt, MoveRequest } from "../../../src/inventory/domain/allocation-request";
import { moveAllocations } from "../../../src/inventory/domain/move-allocations";
import { withHolding, type Stock } from "../../../src/inventory/domain/sku-stock";
import { allocate, expectSound, MINUTE, stockOf, summaryOf } from "./stock-world";

const at = (locationId: string, quantity: number): AllocatedAt => ({ locationId, quantity });

/** `line_a` holds three units at east. */
const { stock } = allocate(stockOf({ east: 3, west: 2, far: 1 }), { quantity: 3 });

const requestTo = (to: readonly AllocatedAt[], over: Partial<MoveRequest> = {}): MoveRequest => ({
  holder: "line_a",
  to,
  now: 5,
  ...over,
});

function outcomeOf(before: Stock, request: MoveRequest): string {
  const result = moveAllocations(before, request);
  if (!result.ok) return result.rejection.code;
  expectSound(result.value.stock);
  return summaryOf(result.value.stock.holdings.get(request.holder));
}

const elsewhere = [at("west", 2), at("far", 1)];

describe("moveAllocations", () => {
  it.each<{ name: string; to: AllocatedAt[]; expected: string }>([
    { name: "moves units to free ones", to: elsewhere, expected: "pending far:1 west:2" },
    {
      name: "counts the holding's own units as free",
      to: [at("east", 2), at("west", 1)],
      expected: "pending east:2 west:1",
    },
    { name: "accepts a move that changes nothing", to: [at("east", 3)], expected: "pending east:3" },
    {
      name: "rejects more units than a location has free",
      to: [at("west", 3)],
      expected: "allocation_not_movable",
    },
    {
      name: "rejects fewer units than the holding has",
      to: [at("west", 2)],
      expected: "allocation_not_movable",
    },
    {
      name: "rejects more units than the holding has",
      to: [at("east", 3), at("west", 1)],
      expected: "allocation_not_movable",
    },
    {
      name: "rejects a location that is listed twice",
      to: [at("west", 1), at("west", 2)],
      expected: "allocation_not_movable",
    },
    {
      name: "rejects a negative quantity, even if the sum is right",
      to: [at("west", 4), at("far", -1)],
      expected: "allocation_not_movable",
    },
    {
      name: "rejects a quantity of zero",
      to: [at("east", 3), at("far", 0)],
      expected: "allocation_not_movable",
    },
  ])("$name", ({ to, expected }) => {
    expect(outcomeOf(stock, requestTo(to))).toBe(expected);
  });

  it("rejects a holding with units that no event has reported", () => {
    const holding = stock.holdings.get("line_a")!;
    const allocations = holding.allocations.map((allocation) => ({ ...allocation, unreported: 2 }));
    const unreported = withHolding(stock, { ...holding, allocations, dueAt: 5 });
    expect(outcomeOf(unreported, requestTo(elsewhere))).toBe("allocation_not_movable");
  });

  it("rejects a holding with units unreported at one of its locations", () => {
    const { stock: split } = allocate(stockOf({ east: 1, west: 1 }), { quantity: 2 });
    const holding = split.holdings.get("line_a")!;
    const [east, west] = holding.allocations;
    const unreported = withHolding(split, { ...holding, allocations: [east!, { ...west!, unreported: 1 }] });
    const unchanged = requestTo([at("east", 1), at("west", 1)]);
    expect(outcomeOf(split, unchanged)).toBe("pending east:1 west:1");
    expect(outcomeOf(unreported, unchanged)).toBe("allocation_not_movable");
  });

  it("rejects a holding that another request renewed, as that one may store where its units are", () => {
    const ifNotRenewed = requestTo(elsewhere, { expiresAt: 15 * MINUTE });
    expect(outcomeOf(stock, ifNotRenewed)).toBe("pending far:1 west:2");
    const renewed = allocate(stock, { quantity: 3 }).stock;
    expect(outcomeOf(renewed, ifNotRenewed)).toBe("allocation_not_movable");
    expect(outcomeOf(renewed, requestTo(elsewhere))).toBe("pending far:1 west:2");
  });

  it("backorders the units that the request keeps back, to be filled from its locations only", () => {
    const backorder = { quantity: 1, locations: ["west"] };
    const moved = moveAllocations(stock, requestTo([at("west", 2)], { backorder }));
    if (!moved.ok) throw new Error(moved.rejection.code);
    expectSound(moved.value.stock);
    const holding = moved.value.stock.holdings.get("line_a")!;
    expect([holding.backordered, holding.locations]).toEqual([1, ["west"]]);
    expect(moved.value.value).toMatchObject({ allocated: [at("west", 2)], backordered: 1 });
  });

  it("may backorder all units", () => {
    const backorder = { quantity: 3, locations: ["far"] };
    expect(moveAllocations(stock, requestTo([], { backorder })).ok).toBe(true);
  });

  it.each([
    { name: "more", quantity: 2, to: [at("west", 2)] },
    { name: "fewer", quantity: 1, to: [at("west", 1)] },
    { name: "negative", quantity: -1, to: [at("east", 3), at("west", 1)] },
  ])("rejects a backorder of $name units than are left", ({ quantity, to }) => {
    const backorder = { quantity, locations: ["far"] };
    expect(outcomeOf(stock, requestTo(to, { backorder }))).toBe("allocation_not_movable");
  });

  it("rejects a holding without live units", () => {
    const { stock: empty } = allocate(stockOf({}), { quantity: 1, shortage: "backorder" });
    expect(outcomeOf(empty, requestTo([]))).toBe("allocation_not_movable");
  });

  it("rejects an unknown holder", () => {
    expect(outcomeOf(stock, requestTo([at("west", 1)], { holder: "line_z" }))).toBe("allocation_not_movable");
  });
});
