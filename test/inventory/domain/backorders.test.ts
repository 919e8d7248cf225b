import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillBackorders, planFills, type Backorder } from "../../../src/inventory/domain/backorders";
import { confirm } from "../../../src/inventory/domain/holding-status";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { stockOf, summaryOf, withAllocations, withOnHand } from "./stock-world";

/** `waiting("a", 3)` is line_a with three units. Lines are placed in the order of their letters. */
const waiting = (letter: string, quantity: number, over: Partial<Backorder> = {}): Backorder => ({
  holder: `line_${letter}`,
  quantity,
  placedAt: letter.charCodeAt(0),
  fill: "partial",
  locations: ["here"],
  ...over,
});

const whole = { fill: "whole" } as const;
const sameTime = { placedAt: 0 };
const anywhere = { locations: ["here", "there"] };
const onlyThere = { locations: ["there"] };

/** The fills as text: `["a:3", "free:2"]`, with the location if it is not `here`. */
function fillsOf(free: Record<string, number>, backorders: Backorder[]): string[] {
  const filled = planFills(new Map(Object.entries(free)), backorders).flatMap(({ holder, allocated }) =>
    allocated.map(({ locationId, quantity }) => {
      const name = holder.slice("line_".length);
      return locationId === "here" ? `${name}:${quantity}` : `${name}:${quantity}@${locationId}`;
    }),
  );
  const given = filled.reduce((sum, entry) => sum + Number.parseInt(entry.split(":")[1]!, 10), 0);
  const left = Object.values(free).reduce((sum, units) => sum + units, 0) - given;
  return left > 0 ? [...filled, `free:${left}`] : filled;
}

describe("planFills", () => {
  it.each<{ name: string; free: Record<string, number>; backorders: Backorder[]; expected: string[] }>([
    { name: "fills nothing without backorders", free: { here: 5 }, backorders: [], expected: ["free:5"] },
    {
      name: "fills the earliest placed line first",
      free: { here: 5 },
      backorders: [waiting("b", 3), waiting("a", 4)],
      expected: ["a:4", "b:1"],
    },
    {
      name: "breaks a tie on the holder's id",
      free: { here: 5 },
      backorders: [waiting("b", 3, sameTime), waiting("a", 3, sameTime)],
      expected: ["a:3", "b:2"],
    },
    {
      name: "breaks a tie the same way if the lines come in the order of their ids",
      free: { here: 5 },
      backorders: [waiting("a", 3, sameTime), waiting("b", 3, sameTime)],
      expected: ["a:3", "b:2"],
    },
    {
      name: "compares the time before the id",
      free: { here: 5 },
      backorders: [waiting("a", 3, { placedAt: 2 }), waiting("b", 3, { placedAt: 1 })],
      expected: ["b:3", "a:2"],
    },
    {
      name: "leaves units free that nobody waits for",
      free: { here: 5 },
      backorders: [waiting("a", 3)],
      expected: ["a:3", "free:2"],
    },
    {
      name: "passes over a whole line that does not fit",
      free: { here: 5 },
      backorders: [waiting("a", 9, whole), waiting("b", 3)],
      expected: ["b:3", "free:2"],
    },
    {
      name: "passes over a whole line that is one unit too large",
      free: { here: 5 },
      backorders: [waiting("a", 6, whole)],
      expected: ["free:5"],
    },
    {
      name: "fills a whole line that just fits",
      free: { here: 5 },
      backorders: [waiting("a", 5, whole)],
      expected: ["a:5"],
    },
    {
      name: "fills nothing without free units",
      free: { here: 0 },
      backorders: [waiting("a", 1)],
      expected: [],
    },
    {
      name: "fills no line from a location that it does not list",
      free: { here: 5 },
      backorders: [waiting("a", 3, onlyThere)],
      expected: ["free:5"],
    },
    {
      name: "passes over a line that waits for another location",
      free: { here: 5 },
      backorders: [waiting("a", 3, onlyThere), waiting("b", 2)],
      expected: ["b:2", "free:3"],
    },
    {
      name: "fills a line from one location if one has all units",
      free: { here: 2, there: 3 },
      backorders: [waiting("a", 3, anywhere)],
      expected: ["a:3@there", "free:2"],
    },
    {
      name: "fills a whole line from several locations",
      free: { here: 2, there: 3 },
      backorders: [waiting("a", 4, { ...anywhere, ...whole })],
      expected: ["a:2", "a:2@there", "free:1"],
    },
    {
      name: "gives no unit twice",
      free: { here: 2, there: 3 },
      backorders: [waiting("a", 2, anywhere), waiting("b", 2, anywhere), waiting("c", 9, anywhere)],
      expected: ["a:2", "b:2@there", "c:1@there"],
    },
  ])("$name", ({ free, backorders, expected }) => {
    expect(fillsOf(free, backorders)).toEqual(expected);
  });

  it.each([0, -1, 1.5])("throws for a backorder of %d units", (quantity) => {
    expect(() => fillsOf({ here: 5 }, [waiting("a", quantity)])).toThrow(InvariantViolation);
  });

  it("never fills a later line while an earlier partial line lacks units", () => {
    const fill = fc.constantFrom<Backorder["fill"]>("partial", "whole");
    const line = fc.record({ quantity: fc.integer({ min: 1, max: 9 }), fill });

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(line, { maxLength: 26 }), (free, lines) => {
        const queue = lines.map(({ quantity, fill }, i) => waiting(letter(i), quantity, { fill }));
        const filled = fillsOf({ here: free }, queue);
        const unitsFor = (i: number) =>
          Number(filled.find((entry) => entry.startsWith(`${letter(i)}:`))?.split(":")[1] ?? 0);

        const short = queue.findIndex((line, i) => line.fill === "partial" && unitsFor(i) < line.quantity);
        const overtakers = queue.filter((_, i) => short !== -1 && i > short && unitsFor(i) > 0);
        expect(overtakers).toEqual([]);
      }),
    );
  });
});

describe("fillBackorders", () => {
  const stock = confirm(
    withAllocations(stockOf({}), { quantity: 3 }, { holder: "line_b", placedAt: 2_000 }),
    "line_a",
    1,
  );

  it("allocates the free units, and publishes an event for each location", () => {
    const after = fillBackorders(withOnHand(withOnHand(stock, "east", 1), "west", 1), 5);
    expect(summaryOf(after.holdings.get("line_a"))).toBe("confirmed east:1 west:1 backordered:1");
    expect(summaryOf(after.holdings.get("line_b"))).toBe("pending backordered:1");
    expect(after.events).toMatchObject([
      { type: "backorder.filled", number: 1, locationId: "east", quantity: 1, at: 5 },
      { type: "backorder.filled", number: 2, locationId: "west", quantity: 1, at: 5 },
    ]);
  });

  it("leaves holdings without a backorder as they are", () => {
    const filled = fillBackorders(withOnHand(stock, "east", 9), 5);
    expect(fillBackorders(filled, 6)).toBe(filled);
  });
});

const letter = (i: number) => String.fromCharCode("a".charCodeAt(0) + i);
