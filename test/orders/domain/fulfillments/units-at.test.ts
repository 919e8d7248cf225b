import { describe, expect, it } from "vitest";
import { fulfillmentIdOf } from "../../../../src/orders/domain/creation/first-plan";
import { fulfillmentToJoin, unshippedUnitsAt } from "../../../../src/orders/domain/fulfillments/units-at";
import { anOrder, NOON } from "../../../support/an-order";
import { fulfillment, MUG, mugOrder, partlyShipped } from "../mug-orders";

describe("unshippedUnitsAt", () => {
  const order = mugOrder([
    partlyShipped("r", 3, 1),
    fulfillment("c", 1),
    fulfillment("b", 2),
    fulfillment("west", 5, { locationId: "west" }),
    fulfillment("rejected", 9, { status: "rejected" }),
  ]);

  it.each([
    { name: "no unit", quantity: 0, expected: [] },
    { name: "planned units first, by id", quantity: 2, expected: ["b 2"] },
    { name: "units of the next planned fulfillment", quantity: 3, expected: ["b 2", "c 1"] },
    { name: "released units last", quantity: 4, expected: ["b 2", "c 1", "r 1"] },
    { name: "only unshipped units", quantity: 9, expected: ["b 2", "c 1", "r 2"] },
  ])("returns $name", ({ quantity, expected }) => {
    const units = unshippedUnitsAt(order, MUG, "east", quantity);
    expect(units.map((each) => `${each.fulfillmentId.slice("ful_".length)} ${each.quantity}`)).toEqual(
      expected,
    );
  });

  it("returns units of that location and line only", () => {
    expect(unshippedUnitsAt(order, MUG, "west", 1)).toEqual([
      { fulfillmentId: "ful_west", locationId: "west", quantity: 1 },
    ]);
    expect(unshippedUnitsAt(order, "line_other", "east", 1)).toEqual([]);
  });
});

describe("fulfillmentToJoin", () => {
  const order = anOrder({
    fulfillments: [
      fulfillment("a", 1, { status: "released" }),
      fulfillment("b", 1, { status: "shipped" }),
      fulfillment("c", 1, { locationId: "west", releaseAt: NOON + 5 }),
    ],
  });

  it("returns the planned fulfillment of the location, with its own release time", () => {
    expect(fulfillmentToJoin(order, "west", NOON + 9)).toEqual({
      id: "ful_c",
      locationId: "west",
      releaseAt: NOON + 5,
    });
  });

  it("returns a new fulfillment if none is planned there", () => {
    expect(fulfillmentToJoin(order, "east", NOON + 9)).toEqual({
      id: fulfillmentIdOf(order.id, "east", 2),
      locationId: "east",
      releaseAt: NOON + 9,
    });
  });

  it("returns a fulfillment without a location for lines that need no stock", () => {
    expect(fulfillmentToJoin(order, null, NOON + 9).id).toBe(fulfillmentIdOf(order.id, null, 0));
  });
});
