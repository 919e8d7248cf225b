import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineId } from "../../../../src/kernel/ids";
import { evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import type { LineToPlan, ReplanProblem, UnitsAt } from "../../../../src/orders/domain/replanning/problem";
import { decideReplan } from "../../../../src/orders/domain/replanning/replan";
import { decideAllocationMoved } from "../../../../src/orders/domain/stock-events";
import { lineId } from "../../../support/a-sale";
import { aLine, anOrder, NOON } from "../../../support/an-order";

const LOCATIONS = ["east", "west", "far"] as const;
const TITLES = ["Mug", "Hat"] as const;
type Free = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Each line from the first locations that have it: a plan like any other, always the same. */
const nearestFirst = (lines: readonly LineToPlan[], locations: readonly string[]): UnitsAt[] =>
  lines.flatMap(({ lineId, quantity, free }) => {
    let left = quantity;
    return locations.flatMap((locationId) => {
      const units = Math.min(left, free[locationId] ?? 0);
      left -= units;
      return units > 0 ? [{ lineId, locationId, quantity: units }] : [];
    });
  });

const parcels = (units: readonly UnitsAt[]) => new Set(units.map(({ locationId }) => locationId)).size;

const given = (free: Free, over: Partial<ReplanProblem> = {}): ReplanProblem => ({
  reason: "closed",
  eligible: LOCATIONS,
  isInactive: () => false,
  notToday: new Set(),
  postponeUntil: new Map(),
  acceptsLine: () => true,
  free: new Map(Object.entries(free).map(([title, at]) => [lineId(title), at])),
  plan: nearestFirst,
  isWorthIt: (standing, other) => parcels(other) < parcels(standing),
  mayImprove: true,
  now: NOON,
  by: "test",
  ...over,
});

type Planned = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** `orderOf({ east: { Mug: 2 } }, { Mug: 1 })`: two mugs planned in the east, and one owed. */
function orderOf(planned: Planned, owed: Readonly<Record<string, number>> = {}): Order {
  const lines = TITLES.flatMap((title) => {
    const allocated = Object.values(planned).reduce((sum, units) => sum + (units[title] ?? 0), 0);
    const backordered = owed[title] ?? 0;
    const ordered = allocated + backordered;
    return ordered === 0 ? [] : [aLine(title, { id: lineId(title), ordered, allocated, backordered })];
  });
  const fulfillments = Object.entries(planned).map(([locationId, units]) => ({
    id: `ful_${locationId}` as const,
    locationId,
    status: "planned" as const,
    releaseAt: NOON,
    releasedAt: null,
    reason: null,
    shipByOn: null,
    lateAt: null,
    pendingMoves: 0,
    lines: Object.entries(units).map(([title, quantity]) => ({
      lineId: lineId(title),
      quantity,
      shipped: 0,
    })),
  }));
  return anOrder({ lines, fulfillments });
}

/** `["Mug 2 east to west"]` */
const said = (events: readonly OrderEvent[]): string[] =>
  events.map((event) => {
    if (event.type === "move.requested") {
      const title = TITLES.find((each) => lineId(each) === event.lineId);
      return `${title} ${event.quantity} ${event.from.locationId} to ${event.to ?? "owed"}`;
    }
    if (event.type === "fulfillment.postponed") return `${event.fulfillmentId} later: ${event.reason}`;
    return event.type === "order.held" ? `held: ${event.hold.code}` : event.type;
  });

const inEast = orderOf({ east: { Mug: 2 } });
const gone = (...where: string[]) => ({ isInactive: (id: string) => where.includes(id) });

describe("a stored order is sourced again", () => {
  it.each<[string, Order, ReplanProblem, string[]]>([
    ["not, where nothing is better", inEast, given({ Mug: { west: 9 } }), []],
    [
      "from where nothing is sent any more, to where it is",
      inEast,
      given({ Mug: { west: 9 } }, gone("east")),
      ["Mug 2 east to west"],
    ],
    [
      "in part, where that is all there is; the rest is owed",
      inEast,
      given({ Mug: { west: 1 } }, gone("east")),
      ["Mug 1 east to west", "Mug 1 east to owed"],
    ],
    ["and owed, where nobody has it", inEast, given({}, gone("east")), ["Mug 2 east to owed"]],
    [
      "and held, where nobody may send it",
      inEast,
      given({}, { eligible: [], ...gone("east") }),
      ["Mug 2 east to owed", "held: no_location"],
    ],
    [
      "for a parcel less",
      orderOf({ east: { Mug: 1 }, west: { Hat: 1 } }),
      given({ Hat: { east: 1 } }),
      ["Hat 1 west to east"],
    ],
    [
      "no more, when it was tried often",
      orderOf({ east: { Mug: 1 }, west: { Hat: 1 } }),
      given({ Hat: { east: 1 } }, { mayImprove: false }),
      [],
    ],
    [
      "from where nothing more leaves today, to where it does",
      inEast,
      given({ Mug: { west: 9 } }, { notToday: new Set(["east"]) }),
      ["Mug 2 east to west"],
    ],
    [
      "not in more parcels, for a day",
      inEast,
      given({ Mug: { west: 1, far: 1 } }, { notToday: new Set(["east"]) }),
      [],
    ],
    [
      "later, where it stays and is closed",
      inEast,
      given({}, { notToday: new Set(["east"]), postponeUntil: new Map([["east", NOON + 9]]) }),
      ["ful_east later: closed"],
    ],
    [
      "where stock is free for what it waits for",
      orderOf({ east: { Mug: 1 } }, { Mug: 1 }),
      given({ Mug: { far: 1 } }),
      ["backorder.locations_changed"],
    ],
  ])("%s", (_what, order, how, expected) => {
    expect(said(decideReplan(order, how))).toEqual(expected);
  });

  it("never where it was released, nor while stock has yet to answer", () => {
    const [part] = inEast.fulfillments;
    const how = given({ Mug: { west: 9 } }, gone("east"));
    expect(decideReplan({ ...inEast, fulfillments: [{ ...part!, status: "released" }] }, how)).toEqual([]);
    expect(decideReplan({ ...inEast, fulfillments: [{ ...part!, pendingMoves: 1 }] }, how)).toEqual([]);
  });

  it("not at a location that has refused some of it", () => {
    const [part] = inEast.fulfillments;
    const refused = {
      ...part!,
      id: "ful_no" as const,
      locationId: "west",
      status: "rejected" as const,
      lines: [],
    };
    const order = { ...inEast, fulfillments: [part!, refused] };
    const how = given({ Mug: { west: 9, far: 2 } }, gone("east"));
    expect(said(decideReplan(order, how))).toEqual(["Mug 2 east to far"]);
  });

  it("once: carried out, a plan is not changed again", () => {
    const units = fc.record({ Mug: fc.nat(3), Hat: fc.nat(2) }, { requiredKeys: [] });
    const somewhere = fc.record({ east: units, west: units, far: units }, { requiredKeys: [] });
    const places = fc.uniqueArray(fc.constantFrom(...LOCATIONS));
    fc.assert(
      fc.property(somewhere, somewhere, places, places, (planned, free, closed, full) => {
        const order = orderOf(planned);
        const how = (at: Free) =>
          given(at, {
            ...gone(...closed),
            notToday: new Set(full),
            postponeUntil: new Map(full.map((id) => [id, NOON + 9])),
          });
        const stock = byTitle(free);
        const events = decideReplan(order, how(stock));
        const { order: after, free: left } = carriedOut(order, stock, events);
        const again = decideReplan(after, how(left)).filter(({ type }) => type === "move.requested");
        expect(said(again)).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("a backorder", () => {
  const waiting = orderOf({}, { Mug: 1 });
  const eastOnly = { acceptsLine: (_: LineId, id: string) => id === "east" };

  it("is offered only locations that accept its goods", () => {
    expect(decideReplan(waiting, given({ Mug: { east: 1, west: 1 } }, eastOnly))).toEqual([
      { type: "backorder.locations_changed", lineId: lineId("Mug"), locations: ["east"] },
    ]);
  });

  it("is offered none while stock is free only where its goods are not accepted", () => {
    expect(decideReplan(waiting, given({ Mug: { west: 1 } }, eastOnly))).toEqual([]);
  });
});

const byTitle = (units: Planned): Free =>
  Object.fromEntries(
    TITLES.map((title) => [
      title,
      Object.fromEntries(Object.entries(units).map(([where, of]) => [where, of[title] ?? 0])),
    ]),
  );

/** Stock does as it is asked, and the order hears of it. */
function carriedOut(order: Order, free: Free, events: readonly OrderEvent[]): { order: Order; free: Free } {
  let after = events.length === 0 ? order : evolveAll(order, events, NOON);
  const left: Record<string, Record<string, number>> = structuredClone(free);
  for (const event of events) {
    if (event.type !== "move.requested") continue;
    const { lineId: line, quantity, to, from } = event;
    const moved = { lineId: line, quantity, to, from: from.locationId, fulfillmentId: from.fulfillmentId };
    after = evolveAll(after, decideAllocationMoved(after, moved, NOON), NOON);
    const title = titleOf(line);
    if (to !== null) left[title]![to] = (left[title]![to] ?? 0) - quantity;
    left[title]![from.locationId] = (left[title]![from.locationId] ?? 0) + quantity;
  }
  return { order: after, free: left };
}

const titleOf = (line: LineId): string => TITLES.find((title) => lineId(title) === line)!;
