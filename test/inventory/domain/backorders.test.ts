import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Backorder, planFills } from "../../../src/inventory/domain/backorders";
import { InvariantViolation } from "../../../src/kernel/invariant";

/** `waiting("a", 3)` is line_a, owed 3 units since the time its letter stands for. */
const waiting = (name: string, quantity: number, over: Partial<Backorder> = {}): Backorder => ({
  holder: `line_${name}`,
  quantity,
  placedAt: name.charCodeAt(0),
  fill: "partial",
  locations: ["here"],
  ...over,
});

const whole = { fill: "whole" } as const;
const sameTime = { placedAt: 0 };
const anywhere = { locations: ["here", "there"] };
const onlyThere = { locations: ["there"] };

/** The outcome as a reader would say it: `["a:3", "free:2"]`, or with the place where it is another. */
function outcome(free: Record<string, number>, backorders: Backorder[]): string[] {
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
  it.each<[string, Record<string, number>, Backorder[], string[]]>([
    ["fills nobody when nobody waits", { here: 5 }, [], ["free:5"]],
    ["fills the longest wait first", { here: 5 }, [waiting("b", 3), waiting("a", 4)], ["a:4", "b:1"]],
    [
      "breaks a tie on the holder's id",
      { here: 5 },
      [waiting("b", 3, sameTime), waiting("a", 3, sameTime)],
      ["a:3", "b:2"],
    ],
    ["leaves the rest free", { here: 5 }, [waiting("a", 3)], ["a:3", "free:2"]],
    ["passes over a whole line", { here: 5 }, [waiting("a", 9, whole), waiting("b", 3)], ["b:3", "free:2"]],
    ["fills a whole line that just fits", { here: 5 }, [waiting("a", 5, whole)], ["a:5"]],
    ["gives nothing where nothing is free", { here: 0 }, [waiting("a", 1)], []],
    ["gives a line nothing from elsewhere", { here: 5 }, [waiting("a", 3, onlyThere)], ["free:5"]],
    [
      "passes over a line that waits for another location",
      { here: 5 },
      [waiting("a", 3, onlyThere), waiting("b", 2)],
      ["b:2", "free:3"],
    ],
    [
      "fills from one location where one has it all",
      { here: 2, there: 3 },
      [waiting("a", 3, anywhere)],
      ["a:3@there", "free:2"],
    ],
    [
      "fills a whole line from several",
      { here: 2, there: 3 },
      [waiting("a", 4, { ...anywhere, ...whole })],
      ["a:2", "a:2@there", "free:1"],
    ],
    [
      "gives no unit twice",
      { here: 2, there: 3 },
      [waiting("a", 2, anywhere), waiting("b", 2, anywhere), waiting("c", 9, anywhere)],
      ["a:2", "b:2@there", "c:1@there"],
    ],
  ])("%s", (_rule, free, backorders, expected) => {
    expect(outcome(free, backorders)).toEqual(expected);
  });

  it.each([0, -1, 1.5])("throws on a line that is owed %d units, which no caller should pass", (quantity) => {
    expect(() => outcome({ here: 5 }, [waiting("a", quantity)])).toThrow(InvariantViolation);
  });

  it("never leaves a partial line short while a later line is filled", () => {
    const fill = fc.constantFrom<Backorder["fill"]>("partial", "whole");
    const line = fc.record({ quantity: fc.integer({ min: 1, max: 9 }), fill });

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(line, { maxLength: 26 }), (free, lines) => {
        const queue = lines.map(({ quantity, fill }, i) => waiting(letter(i), quantity, { fill }));
        const filled = outcome({ here: free }, queue);
        const unitsFor = (i: number) =>
          Number(filled.find((entry) => entry.startsWith(`${letter(i)}:`))?.split(":")[1] ?? 0);

        const short = queue.findIndex((line, i) => line.fill === "partial" && unitsFor(i) < line.quantity);
        const overtakers = queue.filter((_, i) => short !== -1 && i > short && unitsFor(i) > 0);
        expect(overtakers).toEqual([]);
      }),
    );
  });
});

const letter = (i: number) => String.fromCharCode("a".charCodeAt(0) + i);
