import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, weekday } from "../../../../src/kernel/calendar";
import type { Inbound } from "../../../../src/inventory/domain/inbound";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { Fulfillment } from "../../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { decidePromises, type PromiseFacts } from "../../../../src/orders/domain/promises/order-promises";
import { told, type LinePromise } from "../../../../src/promises/domain/promise";
import type { CarrierService } from "../../../../src/catalog/domain/carrier-service";
import type { Location } from "../../../../src/catalog/domain/location";
import { anAddress, anOrder } from "../../../support/an-order";
import { plainLocation } from "../../../support/reference-defaults";
import { held, mug, parcel, part } from "../mugs-world";

/** A Wednesday, at ten in the morning of both locations. */
const WEDNESDAY = Date.UTC(2026, 10, 25, 10);
const DAY = 86_400_000;

const at = (id: string, over: Partial<Location> = {}): Location => ({
  id,
  name: id,
  kind: "warehouse",
  address: anAddress,
  latitude: 51.5,
  longitude: -0.1,
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  ...plainLocation,
  priority: 1,
  active: true,
  ...over,
});

const POST: CarrierService = {
  id: "post",
  carrier: "Post",
  service: "Standard",
  name: "Post Standard",
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    {
      name: "Home",
      countries: ["GB"],
      maxDistanceKm: null,
      minTransitDays: 1,
      maxTransitDays: 2,
      prices: [{ upToGrams: 30_000, priceMinor: 400 }],
      perExtraKgMinor: null,
    },
  ],
};

const facts = (over: Partial<PromiseFacts> = {}): PromiseFacts => ({
  locations: new Map([at("east"), at("west", { processingDays: 1 })].map((each) => [each.id, each])),
  carrierServices: [POST],
  supply: new Map(),
  now: WEDNESDAY,
  ...over,
});

const line = (over: Partial<OrderLine> = {}) => mug({ ordered: 2, ...over });
const soon = (over: Partial<Fulfillment> = {}, quantity = 2) =>
  part("a", quantity, { releaseAt: WEDNESDAY, ...over });
const order = (lines: OrderLine[], fulfillments: Fulfillment[], over: Partial<Order> = {}): Order =>
  anOrder({ lines, fulfillments, shippingMethod: null, ...over });

/** The order with its promises brought up to date. */
const promised = (before: Order, given = facts(), why = "order_changed" as const): Order =>
  decidePromises(before, given, why).reduce(evolve, before);
const datesOf = ({ shipByOn, deliverFromOn, deliverByOn, noDate }: LinePromise) => [
  shipByOn,
  deliverFromOn,
  deliverByOn,
  noDate,
];
const ofFirst = (after: Order) => datesOf(after.lines[0]!.promise!);

const expected = (on: string, quantity: number, locationId = "east"): Inbound => ({
  id: on,
  sku: "SKU-Mug",
  locationId,
  kind: "purchase_order",
  quantity,
  received: 0,
  expectedOn: on,
  status: "expected",
});
const supplyOf = (lineId: OrderLine["id"], ahead: number, inbound: Inbound[]) =>
  facts({ supply: new Map([[lineId, { ahead, inbound }]]) });

describe("a line is promised", () => {
  const waiting = line({ backordered: 2 });
  it.each<[string, Order, PromiseFacts, (string | null)[]]>([
    [
      "the day its location sends it, and the days its carrier takes",
      order([line()], [soon()]),
      facts(),
      ["2026-11-25", "2026-11-26", "2026-11-27", null],
    ],
    [
      "the next day, when it is released after the cut-off",
      order([line()], [soon({ releaseAt: WEDNESDAY + 7 * 3_600_000 })]),
      facts(),
      ["2026-11-26", "2026-11-27", "2026-11-30", null],
    ],
    [
      "the day of its last part",
      order([line()], [soon({}, 1), part("b", 1, { locationId: "west", releaseAt: WEDNESDAY })]),
      facts(),
      ["2026-11-26", "2026-11-27", "2026-11-30", null],
    ],
    [
      "the day after its inbound",
      order([waiting], []),
      supplyOf(waiting.id, 0, [expected("2026-12-01", 5)]),
      ["2026-12-02", "2026-12-03", "2026-12-04", null],
    ],
    [
      "the inbound that is left for it",
      order([waiting], []),
      supplyOf(waiting.id, 4, [expected("2026-12-01", 5), expected("2026-12-08", 5)]),
      ["2026-12-09", "2026-12-10", "2026-12-11", null],
    ],
    [
      "nothing, when not enough is expected",
      order([waiting], []),
      supplyOf(waiting.id, 4, [expected("2026-12-01", 5)]),
      [null, null, null, "nothing_expected"],
    ],
    [
      "nothing, when nobody could ask",
      order([waiting], []),
      facts({ supply: null }),
      [null, null, null, "supply_unknown"],
    ],
    [
      "nothing, for a SKU nobody knows",
      order([line({ unsourced: 2 })], []),
      facts(),
      [null, null, null, "not_sourced"],
    ],
    [
      "nothing, when a part of it waits for nothing that is known",
      order([line({ backordered: 1 })], [soon({}, 1)]),
      supplyOf(waiting.id, 0, []),
      [null, null, null, "nothing_expected"],
    ],
    [
      "nothing, from a location that is closed for good",
      order([line()], [soon()]),
      facts({ locations: new Map([["east", at("east", { workingDays: [] })]]) }),
      [null, null, null, "location_closed"],
    ],
    [
      "the day it leaves alone, when no carrier goes there",
      order([line()], [soon()], { shippingAddress: { ...anAddress, countryCode: "FR" } }),
      facts(),
      ["2026-11-25", null, null, "no_service"],
    ],
    [
      "the day on which it can be fetched",
      order([line()], [soon()], { pickupLocationId: "east" }),
      facts({ carrierServices: [] }),
      ["2026-11-25", null, null, null],
    ],
    [
      "another day, when its own has passed and it is still there",
      order([line()], [soon({ status: "released", releasedAt: WEDNESDAY - DAY })]),
      facts(),
      ["2026-11-25", "2026-11-26", "2026-11-27", null],
    ],
    [
      "a later day, the longer it is held",
      order([line()], [soon()], { status: "on_hold", holds: [held("staff")] }),
      facts({ now: WEDNESDAY + 5 * DAY }),
      ["2026-11-30", "2026-12-01", "2026-12-02", null],
    ],
  ])("%s", (_case, before, given, dates) => {
    expect(ofFirst(promised(before, given))).toEqual(dates);
  });

  it("with all the rest, where the order leaves as a whole", () => {
    const lamp = mug({ id: "line_lamp", title: "Lamp", sku: "LAMP", ordered: 1, backordered: 1 });
    const together = order([line(), lamp], [soon()], {
      status: "on_hold",
      holds: [held("ship_complete")],
    });
    const after = promised(together, supplyOf(lamp.id, 0, [expected("2026-12-01", 5)]));
    const later = ["2026-12-02", "2026-12-03", "2026-12-04", null];
    expect(after.lines.map(({ promise }) => datesOf(promise!))).toEqual([later, later]);
    expect(after.fulfillments[0]!.shipByOn).toBe("2026-12-02");
    const never = promised(together, supplyOf(lamp.id, 0, []));
    expect(never.lines.map(({ promise }) => promise!.noDate)).toEqual([
      "nothing_expected",
      "nothing_expected",
    ]);
    expect(never.fulfillments[0]).toMatchObject({ shipByOn: null, lateAt: null });
  });

  it("by the service that the customer chose", () => {
    const express = { ...POST, id: "express", service: "Express", name: "Post Express" };
    const zones = [
      {
        ...POST.zones[0]!,
        minTransitDays: 0,
        maxTransitDays: 1,
        prices: [{ upToGrams: 30_000, priceMinor: 900 }],
      },
    ];
    const given = facts({ carrierServices: [POST, { ...express, zones }] });
    const chosen = order([line()], [soon()], { shippingMethod: "post express" });
    expect(ofFirst(promised(chosen, given))).toEqual(["2026-11-25", "2026-11-25", "2026-11-26", null]);
  });

  it("once: as long as the plan and the days stand, nothing is said again", () => {
    const once = promised(order([line()], [soon()]));
    expect(decidePromises(once, facts({ now: WEDNESDAY + 3_600_000 }), "order_changed")).toEqual([]);
    expect(once.fulfillments[0]).toMatchObject({
      shipByOn: "2026-11-25",
      lateAt: Date.UTC(2026, 10, 26),
    });
  });

  it("nothing, where it is not sent at all", () => {
    const download = order([line({ kind: "digital" })], [soon({ locationId: null })]);
    expect(decidePromises(download, facts(), "order_changed")).toEqual([]);
  });
});

describe("a promise moves", () => {
  it("with what was promised before, what is now, and why; the first day stays the one to be kept", () => {
    const before = promised(order([line()], [soon({ status: "released", releasedAt: WEDNESDAY })]));
    const later = facts({ now: WEDNESDAY + DAY });
    const [, moved] = decidePromises(before, later, "not_sent_in_time");
    expect(moved).toMatchObject({
      type: "promise.moved",
      reason: "not_sent_in_time",
      before: { deliverByOn: "2026-11-27" },
      after: { shipByOn: "2026-11-26", deliverByOn: "2026-11-30" },
    });
    const after = promised(before, later);
    expect(after.lines[0]!.promise).toMatchObject({ moves: 1, first: { on: "2026-11-27", of: "delivery" } });
  });

  it("is no move where there was no date before", () => {
    const waiting = line({ backordered: 2 });
    const without = promised(order([waiting], []), facts({ supply: null }));
    const dated = promised(without, supplyOf(waiting.id, 0, [expected("2026-12-01", 5)]));
    expect(dated.lines[0]!.promise).toMatchObject({ moves: 0, first: { on: "2026-12-04", of: "delivery" } });
    const gone = promised(dated, supplyOf(waiting.id, 0, []));
    expect(gone.lines[0]!.promise).toMatchObject({
      moves: 1,
      noDate: "nothing_expected",
      first: { on: "2026-12-04" },
    });
  });

  it("counts anew from what the customer has changed", () => {
    const before = promised(order([line()], [soon()]));
    const away = { ...before, shippingAddress: { ...anAddress, countryCode: "FR" } };
    const after = decidePromises(away, facts(), "address_changed").reduce(evolve, away);
    expect(after.lines[0]!.promise!.first).toEqual({ on: "2026-11-25", of: "shipment" });
  });
});

describe("a promise ends", () => {
  const sent = (shippedAt: number, deliveredAt: number | null) => {
    const before = promised(order([line()], [soon({ status: "released", releasedAt: WEDNESDAY })]));
    return {
      ...before,
      lines: before.lines.map((each) => ({ ...each, allocated: 0, shipped: 2 })),
      fulfillments: [{ ...before.fulfillments[0]!, status: "shipped" as const }],
      shipments: [{ ...parcel("1", 2, "ful_a", deliveredAt), locationId: "east", shippedAt, service: null }],
    };
  };
  it.each<[string, number, number]>([
    ["kept, on the last of its days", WEDNESDAY + 2 * DAY, 0],
    ["kept, before", WEDNESDAY + DAY, 0],
    ["broken by two days", WEDNESDAY + 4 * DAY, 2],
  ])("%s", (_case, deliveredAt, late) => {
    const after = promised(sent(WEDNESDAY, deliveredAt));
    expect(after.lines[0]!.promise!.outcome).toMatchObject({
      daysLate: late,
      locationId: "east",
      carrier: "UPS",
    });
    expect(decidePromises(after, facts(), "order_changed")).toEqual([]);
  });

  it("not before it has arrived; what left too late is promised for when it will", () => {
    expect(promised(sent(WEDNESDAY, null)).lines[0]!.promise).toMatchObject({ outcome: null, moves: 0 });
    const late = promised(sent(WEDNESDAY + DAY, null));
    expect(late.lines[0]!.promise).toMatchObject({ outcome: null, moves: 1, deliverByOn: "2026-11-30" });
    expect(promised(late)).toEqual(late);
  });

  it("when it left, where nobody could say when it arrives", () => {
    const fetched = { ...sent(WEDNESDAY + DAY, null), pickupLocationId: "east" };
    const lines = fetched.lines.map((each) => ({
      ...each,
      promise: {
        ...each.promise!,
        deliverFromOn: null,
        deliverByOn: null,
        first: { on: "2026-11-25", of: "shipment" as const },
      },
    }));
    expect(promised({ ...fetched, lines }).lines[0]!.promise!.outcome).toMatchObject({
      daysLate: 1,
      settledOn: "2026-11-26",
    });
  });
});

it("promises no day that has passed, nor one on which nobody works, at whatever time it is asked", () => {
  const closed = fc.uniqueArray(
    fc.nat({ max: 40 }).map((n) => addDays("2026-11-20", n)),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(
      fc.nat({ max: 40 * DAY }),
      fc.nat({ max: 40 * DAY }),
      closed,
      fc.boolean(),
      (release, now, closedOn, isReleased) => {
        const locations = new Map([["east", at("east", { closedOn })]]);
        const releaseAt = WEDNESDAY + release;
        const status = isReleased ? { status: "released" as const, releasedAt: releaseAt } : {};
        const given = facts({ locations, now: WEDNESDAY + now });
        const [promise] = promised(order([line()], [soon({ releaseAt, ...status })]), given).lines.map(
          (each) => told(each.promise!),
        );
        const today = new Date(given.now).toISOString().slice(0, 10);
        expect(promise!.shipByOn! >= today).toBe(true);
        expect(closedOn).not.toContain(promise!.shipByOn);
        expect(weekday(promise!.shipByOn!)).toBeLessThan(6);
      },
    ),
  );
});
