import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays } from "../../../src/kernel/calendar";
import {
  availableToPromise,
  promisable,
  unitsDueAfter,
  unitsExpected,
  type Inbound,
} from "../../../src/inventory/domain/inbound";

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

describe("what is expected", () => {
  it.each<[string, Partial<Inbound>, number]>([
    ["all of it, before anything has come", {}, 5],
    ["the rest", { received: 2 }, 3],
    ["nothing, when more has come", { received: 7 }, 0],
    ["nothing, once it is closed", { status: "received", received: 5 }, 0],
    ["nothing, once it is cancelled", { status: "cancelled", received: 2 }, 0],
  ])("is %s", (_case, over, units) => {
    expect(unitsExpected(due(TODAY, 5, over))).toBe(units);
  });

  it("is promised from only until its day at its location has passed, the earliest first", () => {
    const today = (locationId: string) => (locationId === "auckland" ? "2026-11-26" : TODAY);
    const inbound = [
      due("2026-12-01", 1),
      due(TODAY, 1, { id: "b" }),
      due(TODAY, 1, { id: "a" }),
      due("2026-11-24", 1),
      due(TODAY, 1, { id: "over there", locationId: "auckland" }),
      due("2026-11-30", 1, { received: 1 }),
    ];
    expect(promisable(inbound, today).map(({ id }) => id)).toEqual(["a", "b", "po-2026-12-01"]);
  });
});

describe("the inbound that serves a line", () => {
  const inbound = [due("2026-12-01", 3), due("2026-12-08", 5, { locationId: "west" })];
  it.each<[string, number, number, [string, number][] | null]>([
    ["the first, when nobody waits before", 0, 2, [["2026-12-01", 2]]],
    ["the first, to its last unit", 1, 2, [["2026-12-01", 2]]],
    [
      "both, where the first is not enough",
      2,
      2,
      [
        ["2026-12-01", 1],
        ["2026-12-08", 1],
      ],
    ],
    ["the second, when those before take the first", 3, 5, [["2026-12-08", 5]]],
    ["none, when all of it is not enough", 4, 5, null],
    ["none, when those before take it all", 20, 1, null],
  ])("is %s", (_case, ahead, quantity, expected) => {
    const served = unitsDueAfter(ahead, quantity, inbound);
    expect(served?.map(({ expectedOn, quantity: units }) => [expectedOn, units]) ?? null).toEqual(expected);
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

describe("available to promise", () => {
  it.each<[string, [available: number, owed: number, buffer: number], [string, number][]]>([
    [
      "counts what comes",
      [2, 0, 0],
      [
        [TODAY, 2],
        ["2026-12-01", 5],
        ["2026-12-08", 10],
      ],
    ],
    [
      "gives those who wait theirs first",
      [0, 4, 0],
      [
        [TODAY, 0],
        ["2026-12-08", 4],
      ],
    ],
    ["promises nothing when they take it all", [0, 9, 0], [[TODAY, 0]]],
    ["keeps what is free now, whoever waits elsewhere", [2, 8, 0], [[TODAY, 2]]],
    [
      "never tells of the buffer",
      [2, 0, 4],
      [
        [TODAY, 0],
        ["2026-12-01", 1],
        ["2026-12-08", 6],
      ],
    ],
  ])("%s", (_case, [available, owed, buffer], expected) => {
    const steps = availableToPromise({ available, owed, buffer }, TODAY, [
      due("2026-12-01", 3),
      due("2026-12-08", 5),
    ]);
    expect(steps.map(({ on, quantity }) => [on, quantity])).toEqual(expected);
  });

  it("adds what comes today to what is there", () => {
    expect(availableToPromise({ available: 2, owed: 0, buffer: 0 }, TODAY, [due(TODAY, 3)])).toEqual([
      { on: TODAY, quantity: 5 },
    ]);
  });

  it("never falls, and more inbound or an earlier day never makes it less", () => {
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
