import { describe, expect, it } from "vitest";
import type { LineId } from "../../../../src/kernel/ids";
import type { Order } from "../../../../src/orders/domain/order";
import type { ReplanProblem } from "../../../../src/orders/domain/replanning/problem";
import { decideReplan } from "../../../../src/orders/domain/replanning/replan";
import { NOON } from "../../../support/an-order";
import { fulfillment, MUG } from "../mug-orders";
import { inactive, orderOf, problemWith, replanText } from "./replanning-orders";

const inEast = orderOf({ east: { Mug: 2 } });
const [eastFulfillment] = inEast.fulfillments;
const twoParcels = orderOf({ east: { Mug: 1 }, west: { Hat: 1 } });
const eastNotToday = { notToday: new Set(["east"]) };

describe("decideReplan", () => {
  it.each<{ name: string; order: Order; problem: ReplanProblem; expected: string[] }>([
    {
      name: "leaves a plan if no other is better",
      order: inEast,
      problem: problemWith({ Mug: { west: 9 } }),
      expected: [],
    },
    {
      name: "moves units from an inactive location",
      order: inEast,
      problem: problemWith({ Mug: { west: 9 } }, inactive("east")),
      expected: ["Mug 2 east to west"],
    },
    {
      name: "moves units from an inactive location as far as others have them, and backorders the rest",
      order: inEast,
      problem: problemWith({ Mug: { west: 1 } }, inactive("east")),
      expected: ["Mug 1 east to west", "Mug 1 east to backorder"],
    },
    {
      name: "backorders units of an inactive location if no other has them",
      order: inEast,
      problem: problemWith({}, inactive("east")),
      expected: ["Mug 2 east to backorder"],
    },
    {
      name: "holds the order too if no location may ship it",
      order: inEast,
      problem: problemWith({}, { eligible: [], ...inactive("east") }),
      expected: ["Mug 2 east to backorder", "held: no_location"],
    },
    {
      name: "moves units to save a parcel",
      order: twoParcels,
      problem: problemWith({ Hat: { east: 1 } }),
      expected: ["Hat 1 west to east"],
    },
    {
      name: "moves no units to save a parcel after too many attempts",
      order: twoParcels,
      problem: problemWith({ Hat: { east: 1 } }, { mayImprove: false }),
      expected: [],
    },
    {
      name: "moves units from an inactive location after too many attempts too, and leaves the others",
      order: twoParcels,
      problem: problemWith({ Mug: { far: 1 }, Hat: { far: 1 } }, { mayImprove: false, ...inactive("east") }),
      expected: ["Mug 1 east to far"],
    },
    {
      name: "moves units from a location that ships nothing more today",
      order: inEast,
      problem: problemWith({ Mug: { west: 9 } }, eastNotToday),
      expected: ["Mug 2 east to west"],
    },
    {
      name: "waits for a location rather than shipping more parcels today",
      order: inEast,
      problem: problemWith({ Mug: { west: 1, far: 1 } }, eastNotToday),
      expected: [],
    },
    {
      name: "postpones a fulfillment that stays at a closed location",
      order: inEast,
      problem: problemWith({}, { ...eastNotToday, postponeUntil: new Map([["east", NOON + 9]]) }),
      expected: ["east postponed: closed"],
    },
    {
      name: "does not postpone a fulfillment that is due later anyway",
      order: inEast,
      problem: problemWith({}, { ...eastNotToday, postponeUntil: new Map([["east", NOON]]) }),
      expected: [],
    },
    {
      name: "does not postpone a fulfillment that moves",
      order: inEast,
      problem: problemWith(
        { Mug: { west: 9 } },
        {
          ...inactive("east"),
          postponeUntil: new Map([["east", NOON + 9]]),
        },
      ),
      expected: ["Mug 2 east to west"],
    },
    {
      name: "gives a backorder its locations again if one has free stock",
      order: orderOf({ east: { Mug: 1 } }, { Mug: 1 }),
      problem: problemWith({ Mug: { far: 1 } }),
      expected: ["backorder.locations_changed"],
    },
    {
      name: "gives a backorder no locations again after too many attempts",
      order: orderOf({ east: { Mug: 1 } }, { Mug: 1 }),
      problem: problemWith({ Mug: { far: 1 } }, { mayImprove: false }),
      expected: [],
    },
  ])("$name", ({ order, problem, expected }) => {
    expect(replanText(decideReplan(order, problem))).toEqual(expected);
  });

  it.each([
    { name: "released units", over: { status: "released" } },
    { name: "units under way to another location", over: { pendingMoves: 1 } },
  ] as const)("moves no $name", ({ over }) => {
    const problem = problemWith({ Mug: { west: 9 } }, inactive("east"));
    const order = { ...inEast, fulfillments: [{ ...eastFulfillment!, ...over }] };
    expect(decideReplan(order, problem)).toEqual([]);
  });

  it("tells stock how many released units stay, and the eligible locations", () => {
    const released = fulfillment("r", 1, { status: "released" });
    const order = orderOf({ east: { Mug: 2 } });
    const withReleased = {
      ...order,
      lines: [{ ...order.lines[0]!, ordered: 3, allocated: 3 }],
      fulfillments: [eastFulfillment!, released],
    };
    const problem = problemWith({ Mug: { west: 9 } }, { ...inactive("east"), reason: "stock_arrived" });
    expect(decideReplan(withReleased, problem)).toEqual([
      {
        type: "move.requested",
        lineId: MUG,
        quantity: 2,
        from: { fulfillmentId: "ful_east", locationId: "east" },
        to: "west",
        keep: 1,
        locations: ["west", "far"],
        reason: "stock_arrived",
      },
    ]);
  });

  it("moves no units to a location that rejected some of the order", () => {
    const rejected = fulfillment("no", 0, { locationId: "west", status: "rejected", lines: [] });
    const order = { ...inEast, fulfillments: [eastFulfillment!, rejected] };
    const problem = problemWith({ Mug: { west: 9, far: 2 } }, inactive("east"));
    expect(replanText(decideReplan(order, problem))).toEqual(["Mug 2 east to far"]);
  });
});

describe("an order that the customer collects", () => {
  const pickup = { ...inEast, pickupLocationId: "east" };
  const closed = { postponeUntil: new Map([["east", NOON + 9]]) };

  it("is not moved", () => {
    expect(decideReplan(pickup, problemWith({ Mug: { west: 9 } }, eastNotToday))).toEqual([]);
  });

  it("is postponed while its store is closed", () => {
    expect(replanText(decideReplan(pickup, problemWith({}, closed)))).toEqual(["east postponed: closed"]);
  });

  it("is held if its store is inactive", () => {
    expect(decideReplan(pickup, problemWith({}, inactive("east")))).toMatchObject([
      {
        type: "order.held",
        hold: { code: "no_location", detail: "The customer is to collect it at east, which is closed." },
      },
    ]);
  });
});

describe("a backorder", () => {
  const waiting = orderOf({}, { Mug: 1 });
  const eastOnly = { acceptsLine: (_: LineId, id: string) => id === "east" };

  it("is given only locations that accept its goods", () => {
    expect(decideReplan(waiting, problemWith({ Mug: { east: 1, west: 1 } }, eastOnly))).toEqual([
      { type: "backorder.locations_changed", lineId: MUG, locations: ["east"] },
    ]);
  });

  it("is given none while only locations that do not accept its goods have free stock", () => {
    expect(decideReplan(waiting, problemWith({ Mug: { west: 1 } }, eastOnly))).toEqual([]);
  });

  it("holds the order if no location may ship it, naming the line", () => {
    expect(decideReplan(waiting, problemWith({}, { eligible: [] }))).toMatchObject([
      { hold: { code: "no_location", detail: "No location may ship it: SKU-Mug." } },
    ]);
  });
});
