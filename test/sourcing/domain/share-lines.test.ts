import { describe, expect, it } from "vitest";
import { shareAmongLines, type LineOfSku } from "../../../src/sourcing/domain/share-lines";
import { sourceOrder } from "../../../src/sourcing/domain/source-order";
import { problemOf, supplyOf } from "./retailer";
import { textOf, unitsFrom } from "./units-text";

const lines: readonly LineOfSku[] = [
  { lineId: "one", sku: "mug", quantity: 2 },
  { lineId: "two", sku: "mug", quantity: 2 },
];

const parcelsFor = (free: Record<string, number>) =>
  sourceOrder(problemOf({ mug: supplyOf(4, free) })).parcels;

describe("shareAmongLines", () => {
  it.each([
    {
      name: "gives a line all its units from one location",
      free: { newark: 3, reno: 1 },
      held: "",
      expected: "one:2@newark two:1@newark two:1@reno",
    },
    {
      name: "leaves each line where it has allocated",
      free: { newark: 2, reno: 2 },
      held: "one:2@reno two:2@newark",
      expected: "one:2@reno two:2@newark",
    },
    {
      name: "gives a line no more than it needs where it has allocated more",
      free: { newark: 3, reno: 1 },
      held: "two:3@newark",
      expected: "one:1@newark one:1@reno two:2@newark",
    },
    {
      name: "serves the first lines first if there are too few units",
      free: { reno: 3 },
      held: "",
      expected: "one:2@reno two:1@reno",
    },
  ])("$name", ({ free, held, expected }) => {
    expect(textOf(shareAmongLines(lines, parcelsFor(free), unitsFrom(held)))).toBe(expected);
  });
});
