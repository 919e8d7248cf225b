import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chainHash,
  isFoldable,
  mayBeFolded,
  mayRepeatFolded,
  placeOfEvent,
  sumsOf,
} from "../../../src/inventory/domain/checkpoint";
import type { AllocationRequest } from "../../../src/inventory/domain/allocation-request";
import type { Holding } from "../../../src/inventory/domain/holding";
import type { Movement } from "../../../src/inventory/domain/movement";
import { allocate, allocationOf, stockOf } from "./stock-world";

const shipped = { locationId: "east", live: 0, shipped: 2, unreported: 0 };
const finished: Holding = {
  holder: "line_a",
  orderId: "ord_1",
  status: "confirmed",
  fill: "partial",
  placedAt: 10,
  locations: [],
  expiresAt: null,
  dueAt: null,
  backordered: 0,
  released: 0,
  eventCount: 3,
  allocations: [shipped],
  refs: [],
};

describe("isFoldable", () => {
  it.each<{ name: string; over: Partial<Holding>; changedAt?: number; expected: boolean }>([
    { name: "a shipped one", over: {}, expected: true },
    { name: "a released one", over: { released: 2, allocations: [] }, expected: true },
    { name: "an expired one", over: { status: "expired", allocations: [] }, expected: true },
    { name: "one with live units", over: { allocations: [{ ...shipped, live: 1 }] }, expected: false },
    { name: "one with backordered units", over: { backordered: 1 }, expected: false },
    {
      name: "one with unreported units",
      over: { allocations: [{ ...shipped, unreported: -1 }] },
      expected: false,
    },
    { name: "a pending one", over: { status: "pending", allocations: [] }, expected: false },
    { name: "one that changed just at the time", over: {}, changedAt: 100, expected: false },
    { name: "one that is placed later, by the storefront's clock", over: { placedAt: 100 }, expected: false },
  ])("is $expected for $name", ({ over, changedAt = 99, expected }) => {
    expect(isFoldable({ ...finished, ...over }, changedAt, 100)).toBe(expected);
  });
});

describe("what is older than the history", () => {
  const never = stockOf({ east: 5 });
  const folded = { ...never, foldedBefore: 1_000, generation: 2 };
  const withOld = { ...folded, holdings: new Map([["line_a" as const, finished]]) };
  const withNew = {
    ...folded,
    holdings: new Map([["line_a" as const, { ...finished, eventCount: 2_000_000 }]]),
  };

  it.each([
    { name: "the line has no holding", stock: folded, at: 999, expected: true },
    { name: "the line's holding is newer than the folding", stock: withNew, at: 999, expected: true },
    { name: "the line's holding has all of its references", stock: withOld, at: 999, expected: false },
    { name: "it happened since", stock: folded, at: 1_000, expected: false },
    { name: "nothing was ever folded", stock: never, at: 0, expected: false },
  ])("an effect may be folded: $expected if $name", ({ stock, at, expected }) => {
    expect(mayBeFolded(stock, { at, lineId: "line_a" })).toBe(expected);
  });

  it.each<{ name: string; over: Partial<AllocationRequest>; expected: boolean }>([
    { name: "an order placed before", over: { placedAt: 999 }, expected: true },
    { name: "an order placed since", over: { placedAt: 1_000 }, expected: false },
    { name: "a reservation", over: { placedAt: 1, orderId: null, holder: "res_1" }, expected: false },
    {
      name: "units that an order must hold now",
      over: { placedAt: 1, quantityOf: "open_now" },
      expected: false,
    },
  ])("a request may repeat a folded one: $expected for $name", ({ over, expected }) => {
    expect(mayRepeatFolded(folded, allocationOf(over))).toBe(expected);
  });

  it("a request with a holding is an ordinary repeat", () => {
    expect(mayRepeatFolded(withOld, allocationOf({ placedAt: 1 }))).toBe(false);
  });

  it("numbers the events of a new holding from another million on", () => {
    const { stock } = allocate(folded, { placedAt: 2_000 });
    expect(stock.holdings.get("line_a")?.eventCount).toBe(2_000_000);
    expect([1, 2, 1_000_000, 2_000_001, 2_000_002].map(placeOfEvent)).toEqual([
      { generation: 0, place: 1 },
      { generation: 0, place: 2 },
      { generation: 0, place: 1_000_000 },
      { generation: 2, place: 1 },
      { generation: 2, place: 2 },
    ]);
  });
});

const movement: fc.Arbitrary<Movement> = fc.record({
  ref: fc.string({ minLength: 1, maxLength: 3 }),
  kind: fc.constantFrom("receive", "ship", "count"),
  locationId: fc.constantFrom("east", "west"),
  quantity: fc.integer({ min: -9, max: 9 }),
  valueMinor: fc.integer({ min: -900, max: 900 }),
  reason: fc.constant(null),
  at: fc.nat(9),
});

describe("folded movements", () => {
  it("add up to the same, in one piece or in several", () => {
    fc.assert(
      fc.property(fc.array(movement), (movements) => {
        const sums = sumsOf(movements);
        for (const field of ["quantity", "valueMinor"] as const) {
          const total = movements.reduce((sum, each) => sum + each[field], 0);
          expect(sums.reduce((sum, each) => sum + each[field], 0)).toBe(total);
        }
        expect(sums.reduce((sum, each) => sum + each.movements, 0)).toBe(movements.length);
      }),
      { numRuns: 200 },
    );
  });

  it("have another hash if one of them is changed, missing, or in another place", () => {
    const hashOf = (movements: readonly Movement[]) => movements.reduce(chainHash, "");
    fc.assert(
      fc.property(fc.array(movement, { minLength: 2, maxLength: 9 }), fc.nat(), (movements, n) => {
        const at = n % movements.length;
        const hash = hashOf(movements);
        const changed = movements.with(at, { ...movements[at]!, quantity: movements[at]!.quantity + 1 });
        expect(hashOf(changed)).not.toBe(hash);
        expect(hashOf(movements.toSpliced(at, 1))).not.toBe(hash);
        const swapped = [movements[1]!, movements[0]!, ...movements.slice(2)];
        const isSame = JSON.stringify(swapped) === JSON.stringify(movements);
        expect(hashOf(swapped) === hash).toBe(isSame);
        expect(movements.slice(1).reduce(chainHash, hashOf(movements.slice(0, 1)))).toBe(hash);
      }),
      { numRuns: 200 },
    );
  });
});
