import { describe, expect, it } from "vitest";
import {
  allocationAt,
  EXPIRY_GRACE_MS,
  expiryCheckAt,
  mayBeForgotten,
  withAllocation,
  type Holding,
  type HoldingStatus,
} from "../../../src/inventory/domain/holding";
import { InvariantViolation } from "../../../src/kernel/invariant";

const east = { locationId: "east", live: 2, shipped: 0, unreported: 0 };

/** A reservation that holds two units at east. */
const holdingWith = (over: Partial<Holding> = {}): Holding => ({
  holder: "res_1",
  orderId: null,
  status: "pending",
  fill: "partial",
  placedAt: 1,
  locations: ["east"],
  expiresAt: 100,
  dueAt: 100,
  backordered: 0,
  released: 0,
  eventCount: 0,
  allocations: [east],
  refs: [],
  ...over,
});

const ended = { ...east, live: 0 };
const ofOrder = { holder: "line_a", orderId: "ord_1" } as const;

describe("mayBeForgotten", () => {
  it.each<{ name: string; over: Partial<Holding>; expected: boolean }>([
    { name: "a voided reservation", over: { status: "voided", allocations: [ended] }, expected: true },
    { name: "an expired reservation", over: { status: "expired", allocations: [ended] }, expected: true },
    {
      name: "a reservation that never got units",
      over: { status: "voided", allocations: [] },
      expected: true,
    },
    { name: "a pending reservation", over: {}, expected: false },
    {
      name: "a pending reservation with backordered units",
      over: { allocations: [], backordered: 1 },
      expected: false,
    },
    {
      name: "a pending reservation whose units an order took over",
      over: { allocations: [ended] },
      expected: true,
    },
    {
      name: "a confirmed holding without order",
      over: { status: "confirmed", allocations: [ended] },
      expected: false,
    },
    {
      name: "a voided holding of an order",
      over: { ...ofOrder, status: "voided", allocations: [ended] },
      expected: false,
    },
    {
      name: "an expired holding of an order",
      over: { ...ofOrder, status: "expired", allocations: [ended] },
      expected: false,
    },
    { name: "an ended reservation with live units", over: { status: "voided" }, expected: false },
    {
      name: "an ended reservation with shipped units",
      over: { status: "voided", allocations: [ended, { ...ended, locationId: "west", shipped: 1 }] },
      expected: false,
    },
  ])("is $expected for $name", ({ over, expected }) => {
    expect(mayBeForgotten(holdingWith(over))).toBe(expected);
  });
});

describe("expiryCheckAt", () => {
  it("is the expiry of a reservation", () => {
    expect(expiryCheckAt(holdingWith())).toBe(100);
  });

  it("is a grace period after the expiry of an order's holding", () => {
    expect(expiryCheckAt(holdingWith(ofOrder))).toBe(100 + EXPIRY_GRACE_MS);
    expect(EXPIRY_GRACE_MS).toBe(60_000);
  });

  it.each<{ name: string; over: Partial<Holding>; expected: number | null }>([
    { name: "backordered units only", over: { allocations: [], backordered: 1 }, expected: 100 },
    { name: "no units", over: { allocations: [ended] }, expected: null },
    { name: "shipped units only", over: { allocations: [{ ...ended, shipped: 2 }] }, expected: null },
    { name: "no expiry", over: { expiresAt: null }, expected: null },
  ])("is $expected for a holding with $name", ({ over, expected }) => {
    expect(expiryCheckAt(holdingWith(over))).toBe(expected);
  });

  it.each<HoldingStatus>(["confirmed", "voided", "expired"])("is null for a %s holding", (status) => {
    expect(expiryCheckAt(holdingWith({ status }))).toBeNull();
  });
});

describe("withAllocation", () => {
  it("replaces the allocation at its location, and keeps the others", () => {
    const west = { locationId: "west", live: 1, shipped: 0, unreported: 0 };
    const both = withAllocation(holdingWith(), west);
    expect(both.allocations).toEqual([east, west]);
    const fewer = withAllocation(both, { ...east, live: 1 });
    expect(allocationAt(fewer, "east").live).toBe(1);
    expect(fewer.allocations).toHaveLength(2);
  });

  it.each(["live", "shipped"] as const)("throws for %s units below zero, and accepts zero", (field) => {
    expect(() => withAllocation(holdingWith(), { ...east, [field]: -1 })).toThrow(InvariantViolation);
    expect(withAllocation(holdingWith(), { ...east, [field]: 0 }).allocations).toHaveLength(1);
  });

  it("accepts unreported units below zero, which were cut", () => {
    expect(withAllocation(holdingWith(), { ...east, unreported: -2 }).allocations[0]?.unreported).toBe(-2);
  });
});
