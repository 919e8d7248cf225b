import { describe, expect, it } from "vitest";
import type { Order } from "../../../../src/orders/domain/order";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import { decidePromises, type PromiseFacts } from "../../../../src/orders/domain/promises/order-promises";
import { anAddress } from "../../../support/an-order";
import { fulfillment, held, mug } from "../mug-orders";
import {
  aLocation,
  datesOf,
  DAY,
  dueNow,
  facts,
  firstDates,
  inboundOn,
  line,
  orderWith,
  POST,
  promised,
  WEDNESDAY,
  withSupply,
  type Dates,
} from "./promise-orders";

const FRANCE = { ...anAddress, countryCode: "FR" };

describe("planned units are promised for", () => {
  const allocated = (over: Partial<Order> = {}) => orderWith([line()], [dueNow()], over);

  it.each<{ name: string; order: Order; given?: PromiseFacts; dates: Dates }>([
    {
      name: "the day their location ships them, and the carrier's transit days",
      order: allocated(),
      dates: ["2026-11-25", "2026-11-26", "2026-11-27", null],
    },
    {
      name: "the next day if they are released after the cut-off",
      order: orderWith([line()], [dueNow({ releaseAt: WEDNESDAY + 7 * 3_600_000 })]),
      dates: ["2026-11-26", "2026-11-27", "2026-11-30", null],
    },
    {
      name: "the day of the last fulfillment",
      order: orderWith(
        [line()],
        [dueNow({}, 1), fulfillment("b", 1, { locationId: "west", releaseAt: WEDNESDAY })],
      ),
      dates: ["2026-11-26", "2026-11-27", "2026-11-30", null],
    },
    {
      name: "no day if their location never works",
      order: allocated(),
      given: facts({ locations: new Map([["east", aLocation("east", { workingDays: [] })]]) }),
      dates: [null, null, null, "location_closed"],
    },
    {
      name: "the day they leave only, if no carrier service goes there",
      order: allocated({ shippingAddress: FRANCE }),
      dates: ["2026-11-25", null, null, "no_service"],
    },
    {
      name: "the day they can be collected",
      order: allocated({ pickupLocationId: "east" }),
      given: facts({ carrierServices: [] }),
      dates: ["2026-11-25", null, null, null],
    },
    {
      name: "a new day if the day of their release has passed and they have not left",
      order: orderWith([line()], [dueNow({ status: "released", releasedAt: WEDNESDAY - DAY })]),
      dates: ["2026-11-25", "2026-11-26", "2026-11-27", null],
    },
    {
      name: "a later day the longer their order is on hold",
      order: allocated({ status: "on_hold", holds: [held("staff")] }),
      given: facts({ now: WEDNESDAY + 5 * DAY }),
      dates: ["2026-11-30", "2026-12-01", "2026-12-02", null],
    },
  ])("$name", ({ order, given, dates }) => {
    expect(firstDates(promised(order, given))).toEqual(dates);
  });

  it("the transit days of the service that the customer chose", () => {
    const [zone] = POST.zones;
    const prices = [{ upToGrams: 30_000, priceMinor: 900 }];
    const zones = [{ ...zone!, minTransitDays: 0, maxTransitDays: 1, prices }];
    const express = { ...POST, id: "express", service: "Express", name: "Post Express", zones };
    const given = facts({ carrierServices: [POST, express] });
    const order = allocated({ shippingMethod: "post express" });
    expect(firstDates(promised(order, given))).toEqual(["2026-11-25", "2026-11-25", "2026-11-26", null]);
  });
});

describe("other units are promised for", () => {
  const backordered = line({ backordered: 2 });
  const waiting = orderWith([backordered], []);

  it.each<{ name: string; order: Order; given: PromiseFacts; dates: Dates }>([
    {
      name: "the day after their inbound",
      order: waiting,
      given: withSupply(backordered.id, 0, [inboundOn("2026-12-01", 5)]),
      dates: ["2026-12-02", "2026-12-03", "2026-12-04", null],
    },
    {
      name: "the inbound that other backorders leave for them",
      order: waiting,
      given: withSupply(backordered.id, 4, [inboundOn("2026-12-01", 5), inboundOn("2026-12-08", 5)]),
      dates: ["2026-12-09", "2026-12-10", "2026-12-11", null],
    },
    {
      name: "no day if too little is inbound",
      order: waiting,
      given: withSupply(backordered.id, 4, [inboundOn("2026-12-01", 5)]),
      dates: [null, null, null, "nothing_expected"],
    },
    {
      name: "no day if inbound could not be read",
      order: waiting,
      given: facts({ supply: null }),
      dates: [null, null, null, "supply_unknown"],
    },
    {
      name: "no day if they are unsourced",
      order: orderWith([line({ unsourced: 2 })], []),
      given: facts(),
      dates: [null, null, null, "not_sourced"],
    },
    {
      name: "no day if one of the line's units has none",
      order: orderWith([line({ backordered: 1 })], [dueNow({}, 1)]),
      given: withSupply(backordered.id, 0, []),
      dates: [null, null, null, "nothing_expected"],
    },
  ])("$name", ({ order, given, dates }) => {
    expect(firstDates(promised(order, given))).toEqual(dates);
  });
});

describe("an order that ships complete", () => {
  const lamp = mug({ id: "line_lamp", title: "Lamp", sku: "LAMP", ordered: 1, backordered: 1 });
  const order = orderWith([line(), lamp], [dueNow()], { status: "on_hold", holds: [held("ship_complete")] });

  it("is promised for its last unit", () => {
    const after = promised(order, withSupply(lamp.id, 0, [inboundOn("2026-12-01", 5)]));
    const dates = ["2026-12-02", "2026-12-03", "2026-12-04", null];
    expect(after.lines.map(({ promise }) => datesOf(promise!))).toEqual([dates, dates]);
    expect(after.fulfillments[0]!.shipByOn).toBe("2026-12-02");
  });

  it("has no date if one of its units has none", () => {
    const after = promised(order, withSupply(lamp.id, 0, []));
    expect(after.lines.map(({ promise }) => promise!.noDate)).toEqual([
      "nothing_expected",
      "nothing_expected",
    ]);
    expect(after.fulfillments[0]).toMatchObject({ shipByOn: null, lateAt: null });
  });
});

describe("a fulfillment is scheduled", () => {
  it("with the end of its day at its location", () => {
    const zoned = aLocation("east", { timeZone: "America/New_York" });
    const given = facts({ locations: new Map([["east", zoned]]) });
    expect(promised(orderWith([line()], [dueNow()]), given).fulfillments[0]).toMatchObject({
      shipByOn: "2026-11-25",
      lateAt: Date.UTC(2026, 10, 26, 5),
    });
  });

  it.each([
    { name: "without a location", over: { locationId: null } },
    { name: "that is shipped", over: { status: "shipped" } },
  ] as const)("never $name", ({ over }) => {
    const order = orderWith([line({ kind: "digital" })], [dueNow(over)]);
    expect(decidePromises(order, facts(), "order_changed")).toEqual([]);
  });

  it("once: while plan and days stand, nothing is decided again", () => {
    const once = promised(orderWith([line()], [dueNow()]));
    expect(decidePromises(once, facts({ now: WEDNESDAY + 3_600_000 }), "order_changed")).toEqual([]);
    expect(once.fulfillments[0]).toMatchObject({ shipByOn: "2026-11-25", lateAt: Date.UTC(2026, 10, 26) });
  });
});

describe("a promise moves", () => {
  const released = orderWith([line()], [dueNow({ status: "released", releasedAt: WEDNESDAY })]);

  it("with the promises before and after, and the reason; the first day stays the one to keep", () => {
    const before = promised(released);
    const nextDay = facts({ now: WEDNESDAY + DAY });
    const [, moved] = decidePromises(before, nextDay, "not_shipped_in_time");
    expect(moved).toMatchObject({
      type: "promise.moved",
      reason: "not_shipped_in_time",
      before: { deliverByOn: "2026-11-27" },
      after: { shipByOn: "2026-11-26", deliverByOn: "2026-11-30" },
    });
    expect(promised(before, nextDay).lines[0]!.promise).toMatchObject({
      moves: 1,
      first: { on: "2026-11-27", of: "delivery" },
    });
  });

  it("without being counted if it had no date before", () => {
    const backordered = line({ backordered: 2 });
    const withoutDate = promised(orderWith([backordered], []), facts({ supply: null }));
    const dated = promised(withoutDate, withSupply(backordered.id, 0, [inboundOn("2026-12-01", 5)]));
    expect(dated.lines[0]!.promise).toMatchObject({ moves: 0, first: { on: "2026-12-04", of: "delivery" } });
    const takenBack = promised(dated, withSupply(backordered.id, 0, []));
    expect(takenBack.lines[0]!.promise).toMatchObject({
      moves: 1,
      noDate: "nothing_expected",
      first: { on: "2026-12-04" },
    });
  });

  it("with a new first day if the customer changed the address", () => {
    const before = { ...promised(orderWith([line()], [dueNow()])), shippingAddress: FRANCE };
    const after = decidePromises(before, facts(), "address_changed").reduce(evolve, before);
    expect(after.lines[0]!.promise!.first).toEqual({ on: "2026-11-25", of: "shipment" });
  });
});
