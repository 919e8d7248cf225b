/** Events are read as they were written, whatever happens to the order later and in whichever format they are stored. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import {
  decodeDecisions,
  decodeEvents,
  encodeEvents,
  encodeSupplies,
  frameOf,
  type StoredEvents,
} from "../../../src/orders/storage/event-codec/stored-events";
import { NOON } from "../../support/an-order";
import { createBare, updateEvents } from "../domain/order-steps";
import { aSale, paid, sold } from "../domain/sales";
import { anyEvent, EVENT_TYPES, eventOfType, ORDER } from "./any-event";

/** As D1 returns it. */
const throughJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const stored = (events: readonly OrderEvent[], order: Order, at = NOON): StoredEvents =>
  throughJson({
    events: encodeEvents(events, frameOf(order, at)),
    supply: encodeSupplies(events, frameOf(order, at)),
  });

const readAgain = (events: readonly OrderEvent[]): OrderEvent[] =>
  decodeEvents(stored(events, ORDER), frameOf(ORDER, NOON));

describe("the events of a commit", () => {
  it.each(EVENT_TYPES)("are read as they were written: %s", (type) => {
    fc.assert(
      fc.property(fc.array(eventOfType(type), { maxLength: 3 }), (events) => {
        expect(readAgain(events)).toEqual(throughJson(events));
      }),
      { numRuns: 40 },
    );
  });

  it("keep their sequence, also those that are stored together", () => {
    const promised = fc.constantFrom("promise.made" as const, "promise.settled" as const).chain(eventOfType);
    fc.assert(
      fc.property(fc.array(fc.oneof(anyEvent, promised), { maxLength: 12 }), (events) => {
        expect(readAgain(events)).toEqual(throughJson(events));
      }),
      { numRuns: 100 },
    );
  });

  it("with one promise for many lines take hardly more than for one", () => {
    const lines = Array.from({ length: 500 }, (_, i) => ({ ...ORDER.lines[0]!, id: `line_${i}` as const }));
    const order = { ...ORDER, lines };
    const promise = {
      shipByOn: "2026-12-01",
      deliverFromOn: "2026-12-02",
      deliverByOn: "2026-12-04",
      locationId: "newark",
      inboundOn: null,
      noDate: null,
    };
    const events = lines.map(({ id }): OrderEvent => ({ type: "promise.made", lineId: id, promise }));
    const written = stored(events, order);
    expect(decodeEvents(written, frameOf(order, NOON))).toEqual(events);
    expect(JSON.stringify(written.events).length).toBeLessThan(2_500);
    expect(JSON.stringify(events).length).toBeGreaterThan(70_000);
  });

  it("are read without the supply of decisions once that is deleted", () => {
    fc.assert(
      fc.property(fc.array(eventOfType("order.sourced"), { minLength: 1, maxLength: 2 }), (events) => {
        const written = stored(events, ORDER);
        const without = decodeEvents({ ...written, supply: null }, frameOf(ORDER, NOON));
        const expected = events.map((event) =>
          event.type === "order.sourced" ? { ...event, decision: { ...event.decision, supply: {} } } : event,
        );
        expect(without).toEqual(throughJson(expected));
        expect(decodeDecisions(written)).toEqual(
          events.flatMap((event) => (event.type === "order.sourced" ? [throughJson(event.decision)] : [])),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("a format that was stored once", () => {
  it("is read for ever: format 1", () => {
    const events = `[1,[1,"#1001","GBP",10100,[0,2,{"1":{"unsourced":0,"backordered":2,"allocated":0}}],[["ful_1","newark",1800000,[[0,3]],"ups"]],[]],
      [22,"pay_1",10100,-5000],[55,"ful_1",1,90000000],[60,[0,1],[1,2,4,"newark",null,null]],
      [3,[[["newark","ups",600,0,{"SKU-Mug":3},649,0,0,0,0]],0,649,0,649,null,[],[["reno",12,"SKU-Mug"]],null,{}]]]`;
    const supply = `[{"SKU-Mug":[3,200,null,false,false,{"newark":9},{}]}]`;
    const lines = ORDER.lines.map(({ placedAs: _placed, ...line }) => line);
    const read = decodeEvents(
      { events: JSON.parse(events) as unknown[], supply: JSON.parse(supply) as unknown[] },
      frameOf(ORDER, NOON),
    );
    const promise = {
      shipByOn: "2026-11-23",
      deliverFromOn: "2026-11-24",
      deliverByOn: "2026-11-26",
      locationId: "newark",
      inboundOn: null,
      noDate: null,
    };
    expect(read).toEqual([
      {
        type: "order.placed",
        channelId: "web",
        externalId: "1001",
        number: "#1001",
        currency: "GBP",
        totalMinor: 10_100,
        lines: [
          { ...lines[0], title: "Old mug", unitPriceMinor: 1, shipped: 0, allocated: 3 },
          { ...lines[1], backordered: 2, allocated: 0 },
        ],
        fulfillments: [
          {
            id: "ful_1",
            locationId: "newark",
            releaseAt: NOON + 1_800_000,
            lines: [{ lineId: lines[0]!.id, quantity: 3 }],
            serviceId: "ups",
          },
        ],
        holds: [],
      },
      { type: "payment.captured", externalId: "pay_1", amountMinor: 10_100, at: NOON - 5_000 },
      {
        type: "fulfillment.scheduled",
        fulfillmentId: "ful_1",
        shipByOn: "2026-11-23",
        lateAt: NOON + 90_000_000,
      },
      { type: "promise.made", lineId: lines[0]!.id, promise },
      { type: "promise.made", lineId: lines[1]!.id, promise },
      {
        type: "order.sourced",
        decision: {
          parcels: [
            {
              locationId: "newark",
              serviceId: "ups",
              grams: 600,
              lateDays: 0,
              units: { "SKU-Mug": 3 },
              parcelMinor: 649,
              handlingMinor: 0,
              latenessMinor: 0,
              speedMinor: 0,
              stockMinor: 0,
            },
          ],
          splitMinor: 0,
          costMinor: 649,
          method: "exact",
          lowerBoundMinor: 649,
          runnerUp: null,
          candidates: [],
          exclusions: [{ locationId: "reno", rule: "not_stocked", sku: "SKU-Mug" }],
          rule: null,
          unsent: {},
          supply: {
            "SKU-Mug": {
              quantity: 3,
              weightGrams: 200,
              volumeMm3: null,
              hazardous: false,
              oversize: false,
              free: { newark: 9 },
              stockPrices: {},
            },
          },
        },
      },
    ]);
  });

  it.each([
    ["of a later release", "[2]", "unknown format 2"],
    ["of no release", "{}", "unknown format"],
    ["with an event of a later release", "[1,[999]]", "unknown type 999"],
  ])("is not guessed: %s", (_name, text, problem) => {
    const events: unknown[] = Object.values(JSON.parse(text) as object);
    expect(() => decodeEvents({ events, supply: null }, frameOf(ORDER, NOON))).toThrow(problem);
  });
});

type Edit = Readonly<{ what: "price" | "title" | "add" | "remove" | "sku" | "pay"; n: number }>;

const edit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constantFrom("price", "title", "add", "remove", "sku", "pay"),
  n: fc.integer({ min: 1, max: 3 }),
});

function edited(state: NewOrder, { what, n }: Edit): NewOrder {
  const next = { ...state, storefrontUpdatedAt: state.storefrontUpdatedAt + 1 };
  const which = n % state.lines.length;
  const withLine = (over: object) => ({
    ...next,
    lines: state.lines.map((line, i) => (i === which ? { ...line, ...over } : line)),
  });
  const line = state.lines[which]!;
  switch (what) {
    case "price":
      return withLine({ unitPriceMinor: 1_000 * n, grossMinor: 1_000 * n * line.quantity });
    case "title":
      return withLine({ title: `Renamed ${n}` });
    case "add":
      return withLine(sold(line.externalId, line.quantity + n, { removed: line.removed }));
    case "remove":
      return withLine({ removed: Math.min(line.quantity, line.removed + n) });
    case "sku":
      return { ...next, lines: [...state.lines, sold(`New ${state.lines.length}`, n)] };
    case "pay":
      return { ...next, payments: [paid(1_000 * n)] };
  }
}

describe("the history of an order", () => {
  it("has what was placed and added, whatever became of the lines since", () => {
    const first = aSale({ lines: [sold("Mug", 2), sold("Cup", 3)] });
    let withOldValues = 0;
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const { order: bare, placed } = createBare(first, { Cup: "east:1 backordered:2" });
        const commits: { events: OrderEvent[]; written: StoredEvents; at: number }[] = [];
        const commit = (before: Order, events: OrderEvent[], at: number): Order => {
          const after = evolveAll(before, events, at);
          const all = before.version === 0 ? [placed, ...events] : events;
          commits.push({ events: all, written: stored(all, after, at), at });
          return after;
        };
        let order = commit(bare, updateEvents(bare, first), NOON);
        let state = first;
        for (const [i, each] of edits.entries()) {
          state = edited(state, each);
          const events = updateEvents(order, state);
          if (events.length > 0) order = commit(order, events, NOON + i * 3_600_000);
        }
        withOldValues += Number(order.lines.some(({ placedAs }) => placedAs !== undefined));
        for (const { events, written, at } of commits) {
          expect(decodeEvents(written, frameOf(order, at))).toEqual(throughJson(events));
        }
      }),
      { numRuns: 150 },
    );
    expect(withOldValues).toBeGreaterThan(20);
  });
});
