import { describe, expect, it } from "vitest";
import {
  isLive,
  plannedUnits,
  unshippedLines,
  unshippedUnits,
} from "../../../../src/orders/domain/fulfillments/fulfillment";
import { fulfillment, MUG } from "../mug-orders";
import { lineId } from "../sales";

const CUP = lineId("Cup");

describe("isLive", () => {
  it.each([
    { status: "planned", live: true },
    { status: "released", live: true },
    { status: "picked", live: true },
    { status: "packed", live: true },
    { status: "shipped", live: false },
    { status: "delivered", live: false },
    { status: "cancelled", live: false },
    { status: "rejected", live: false },
  ] as const)("is $live for a $status fulfillment", ({ status, live }) => {
    expect(isLive(fulfillment("a", 1, { status }))).toBe(live);
  });
});

describe("the unshipped units of a fulfillment", () => {
  const begun = fulfillment("a", 3, {
    lines: [
      { lineId: MUG, quantity: 3, shipped: 1 },
      { lineId: CUP, quantity: 2, shipped: 2 },
    ],
  });

  it("are listed by line, without lines that are shipped", () => {
    expect(unshippedLines(begun)).toEqual([{ lineId: MUG, quantity: 2 }]);
  });

  it.each([
    { name: "a line with units", id: MUG, units: 2 },
    { name: "a line that is shipped", id: CUP, units: 0 },
    { name: "another line", id: lineId("Hat"), units: 0 },
  ])("are $units for $name", ({ id, units }) => {
    expect(unshippedUnits(begun, id)).toBe(units);
  });
});

it("plannedUnits sums the line's units of all fulfillments", () => {
  expect(plannedUnits([fulfillment("a", 3), fulfillment("b", 4)], MUG)).toBe(7);
  expect(plannedUnits([fulfillment("a", 3)], CUP)).toBe(0);
});
