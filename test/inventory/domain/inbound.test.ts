import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  availableToPromise,
  promisable,
  unitsDueAfter,
  unitsExpected,
  type Inbound,
} from "../../../src/inventory/domain/inbound";
import { addDays } from "../../../src/kernel/calendar";
import { InvariantViolation } from "../../../src/kernel/invariant";

const TODAY = "2026-11-25";

const due = (expectedOn: string, quantity: number, over: Partial<Inbound> = {}): Inbound => ({
  id: `po-${expectedOn}`,
  sku: "MUG",
  locationId: "east",
  kind: "purchase_order",
  quantity,
  received: 0,
  expectedOn,
  status: "expected",
  ...over,
});

describe("unitsExpected", () => {
  it.each<{ name: string; over: Partial<Inbound>; expected: number }>([
    { name: "all units before any is received", over: {}, expected: 5 },
    { name: "the units that are not received yet", over: { received: 2 }, expected: 3 },
    { name: "zero if more units were received", over: { received: 7 }, expected: 0 },
    { name: "zero for a received inbound", over: { status: "received", received: 5 }, expected: 0 },
    { name: "zero for a cancelled inbound", over: { status: "cancelled", received: 2 }, expected: 0 },
  ])("is $name", ({ over, expected }) => {
    expect(unitsExpected(due(TODAY, 5, over))).toBe(expected);
  });
});

describe("promisable", () => {
  it("returns inbound that is not overdue at its location and has units, the earliest first", () => {
    const today = (locationId: string) => (locationId === "auckland" ? "2026-11-26" : TODAY);
    const inbound = [
      due("2026-12-01", 1),
      due(TODAY, 1, { id: "b" }),
      due(TODAY, 1, { id: "a" }),
      due("2026-11-24", 1),
      due(TODAY, 1, { id: "overdue", locationId: "auckland" }),
      due("2026-11-30", 1, { received: 1 }),
    ];
    expect(promisable(inbound, today).map(({ id }) => id)).toEqual(["a", "b", "po-2026-12-01"]);
  });
});

describe("unitsDueAfter", () => {
  const inbound = [due("2026-12-01", 3), due("2026-12-08", 5, { locationId: "west" })];
  it.each<{ name: string; ahead: number; quantity: number; expected: [string, number][] | null }>([
    {
      name: "returns the first inbound if nothing is ahead",
      ahead: 0,
      quantity: 2,
      expected: [["2026-12-01", 2]],
    },
    {
      name: "returns the first inbound up to its last unit",
      ahead: 1,
      quantity: 2,
      expected: [["2026-12-01", 2]],
    },
    {
      name: "returns both if the first has too few units",
      ahead: 2,
      quantity: 2,
      expected: [
        ["2026-12-01", 1],
        ["2026-12-08", 1],
      ],
    },
    {
      name: "returns the second if the queue takes the first",
      ahead: 3,
      quantity: 5,
      expected: [["2026-12-08", 5]],
    },
    { name: "returns null if all units are too few", ahead: 4, quantity: 5, expected: null },
    { name: "returns null if the queue takes all units", ahead: 20, quantity: 1, expected: null },
  ])("$name", ({ ahead, quantity, expected }) => {
    const served = unitsDueAfter(ahead, quantity, inbound);
    expect(served?.map(({ expectedOn, quantity: units }) => [expectedOn, units]) ?? null).toEqual(expected);
  });

  it("returns the location of each inbound", () => {
    expect(unitsDueAfter(2, 2, inbound)?.map(({ locationId }) => locationId)).toEqual(["east", "west"]);
  });

  it.each([
    { ahead: -1, quantity: 1 },
    { ahead: 0, quantity: 0 },
  ])("throws for $quantity units after $ahead", ({ ahead, quantity }) => {
    expect(() => unitsDueAfter(ahead, quantity, inbound)).toThrow(InvariantViolation);
  });

  it("gives no unit to two lines", () => {
    const some = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 6 }),
        fc.array(some, { minLength: 1, maxLength: 9 }),
        (lots, lines) => {
          const expected = lots.map((quantity, i) => due(addDays(TODAY, i), quantity));
          let ahead = 0;
          const given = new Map<string, number>();
          for (const quantity of lines) {
            for (const lot of unitsDueAfter(ahead, quantity, expected) ?? []) {
              given.set(lot.expectedOn, (given.get(lot.expectedOn) ?? 0) + lot.quantity);
            }
            ahead += quantity;
          }
          for (const lot of expected)
            expect(given.get(lot.expectedOn) ?? 0).toBeLessThanOrEqual(lot.quantity);
        },
      ),
    );
  });
});

describe("availableToPromise", () => {
  it.each<{
    name: string;
    stock: { available: number; owed: number; buffer: number };
    expected: [string, number][];
  }>([
    {
      name: "adds inbound to what is available",
      stock: { available: 2, owed: 0, buffer: 0 },
      expected: [
        [TODAY, 2],
        ["2026-12-01", 5],
        ["2026-12-08", 10],
      ],
    },
    {
      name: "serves backorders from inbound first",
      stock: { available: 0, owed: 4, buffer: 0 },
      expected: [
        [TODAY, 0],
        ["2026-12-08", 4],
      ],
    },
    {
      name: "promises no inbound if backorders need all of it",
      stock: { available: 0, owed: 9, buffer: 0 },
      expected: [[TODAY, 0]],
    },
    {
      name: "promises what is available now even while backorders wait",
      stock: { available: 2, owed: 8, buffer: 0 },
      expected: [[TODAY, 2]],
    },
    {
      name: "never promises the buffer",
      stock: { available: 2, owed: 0, buffer: 4 },
      expected: [
        [TODAY, 0],
        ["2026-12-01", 1],
        ["2026-12-08", 6],
      ],
    },
  ])("$name", ({ stock, expected }) => {
    const steps = availableToPromise(stock, TODAY, [due("2026-12-01", 3), due("2026-12-08", 5)]);
    expect(steps.map(({ on, quantity }) => [on, quantity])).toEqual(expected);
  });

  it("adds inbound of today to what is available", () => {
    expect(availableToPromise({ available: 2, owed: 0, buffer: 0 }, TODAY, [due(TODAY, 3)])).toEqual([
      { on: TODAY, quantity: 5 },
    ]);
  });

  it("never falls, and is never less with more inbound or an earlier day", () => {
    const units = fc.nat({ max: 20 });
    const lots = fc.array(fc.tuple(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 9 })), { maxLength: 6 });
    const at = (steps: ReturnType<typeof availableToPromise>, on: string) =>
      steps.findLast((step) => step.on <= on)?.quantity ?? 0;
    fc.assert(
      fc.property(units, units, units, lots, fc.nat({ max: 30 }), (available, owed, buffer, rows, day) => {
        const inbound = (earlier: number) =>
          promisable(
            rows.map(([days, quantity], i) =>
              due(addDays(TODAY, Math.max(0, days - (i === 0 ? earlier : 0))), quantity, { id: `po-${i}` }),
            ),
            () => TODAY,
          );
        const stock = { available, owed, buffer };
        const steps = availableToPromise(stock, TODAY, inbound(0));
        const falls = steps.filter(({ on, quantity }, i) => {
          const before = steps[i - 1];
          return before !== undefined && (quantity <= before.quantity || on <= before.on);
        });
        expect(falls).toEqual([]);
        const on = addDays(TODAY, day);
        expect(at(availableToPromise(stock, TODAY, inbound(5)), on)).toBeGreaterThanOrEqual(at(steps, on));
        const more = promisable([...inbound(0), due(on, 4, { id: "more" })], () => TODAY);
        expect(at(availableToPromise(stock, TODAY, more), on)).toBeGreaterThanOrEqual(at(steps, on));
      }),
    );
  });
});
