import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import { decideStandingHolds } from "../../../../src/orders/domain/holds/standing-holds";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import {
  decideErasure,
  hasEnded,
  withoutErasedData,
} from "../../../../src/orders/domain/personal-data/erase";
import {
  ERASED,
  erasedAddress,
  erasedReason,
} from "../../../../src/orders/domain/personal-data/erased-details";
import { erasedEvent } from "../../../../src/orders/domain/personal-data/erased-event";
import { changedDetails } from "../../../../src/orders/domain/storefront/details";
import { deletedState } from "../../../../src/orders/domain/storefront/deleted";
import { aLine, anAddress, anOrder, aShipment, NOON } from "../../../support/an-order";
import { anyEvent } from "../../storage/any-event";

const CANARY = "canary";
const place = { ...anAddress, name: CANARY, line1: CANARY, city: CANARY, phone: CANARY };
const line = aLine("Mug", { ordered: 1, shipped: 1 });

/** A delivered order with personal data wherever there may be any. */
const delivered = (over: Partial<Order> = {}): Order =>
  anOrder({
    status: "closed",
    closedAt: NOON,
    email: `${CANARY}@example.com`,
    phone: CANARY,
    customerName: CANARY,
    note: CANARY,
    shippingAddress: place,
    billingAddress: place,
    lines: [line],
    shipments: [
      aShipment("shp_1", [[line.id, 1]], {
        trackingNumber: CANARY,
        trackingUrl: `https://ups.example/${CANARY}`,
        deliveredAt: NOON,
      }),
    ],
    releasedHolds: [{ code: "staff", detail: CANARY }],
    balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 },
    ...over,
  });

const erased = (order: Order): Order =>
  evolveAll(order, decideErasure(order, { now: NOON + 1, by: "key_1" }), NOON + 1);

describe("an erased order", () => {
  it("has no personal data, and keeps amounts, units, country and the beginning of the postcode", () => {
    const before = delivered();
    const after = erased(before);
    expect(JSON.stringify(after)).not.toContain(CANARY);
    expect(after).toMatchObject({
      erasedAt: NOON + 1,
      version: before.version + 1,
      status: "closed",
      totalMinor: before.totalMinor,
      payments: before.payments,
      shippingAddress: { countryCode: "GB", postalCode: "SW1", city: null, latitude: null },
    });
    expect(after.lines).toEqual(before.lines);
  });

  it("is not erased again", () => {
    expect(decideErasure(erased(delivered()), { now: NOON + 9, by: "key_1" })).toEqual([]);
  });

  it("does not get the data back from a storefront that still has it", () => {
    const before = delivered();
    const after = erased(before);
    const there = { ...deletedState(before, NOON), cancelledAt: null } as NewOrder;
    expect(changedDetails(after, there)).not.toEqual([]);
    expect(changedDetails(after, withoutErasedData(after, there))).toEqual([]);
    expect(withoutErasedData(before, there)).toBe(there);
  });

  it("is held if its storefront opens it again and its goods need an address", () => {
    const open = { ...erased(delivered()), lines: [aLine("Mug")], status: "open" as const };
    const placed = { now: NOON, by: "channel:web" };
    const held = (order: Order) =>
      decideStandingHolds(order, placed).flatMap((event) =>
        event.type === "order.held" ? [event.hold.code] : [],
      );
    expect(held(open)).toEqual(["address_missing"]);
    expect(held({ ...open, pickupLocationId: "berlin" })).toEqual([]);
    expect(held({ ...open, erasedAt: null })).toEqual([]);
  });
});

describe("hasEnded", () => {
  const owed = (balance: keyof Order["balances"]) =>
    delivered({ balances: { ...delivered().balances, [balance]: 1 } });
  it.each([
    { order: delivered(), ended: true, what: "closed" },
    { order: delivered({ status: "cancelled" }), ended: true, what: "cancelled" },
    { order: delivered({ status: "open" }), ended: false, what: "open" },
    { order: delivered({ status: "on_hold" }), ended: false, what: "on hold" },
    { order: owed("refundPayableMinor"), ended: false, what: "owes a refund" },
    { order: owed("receivableMinor"), ended: false, what: "is owed money" },
    { order: owed("depositsMinor"), ended: false, what: "has a deposit" },
    {
      order: delivered({ differing: deletedState(delivered(), NOON) }),
      ended: false,
      what: "waits with a state of the storefront",
    },
  ])("is $ended for an order that is $what", ({ order, ended }) => {
    expect(hasEnded(order)).toBe(ended);
  });
});

describe("an erased address", () => {
  it.each([
    { postalCode: "SW1Y 4JH", kept: "SW1" },
    { postalCode: "40202-1234", kept: "402" },
    { postalCode: " 1-0 115", kept: "101" },
    { postalCode: "10", kept: "10" },
    { postalCode: null, kept: null },
  ])("keeps $kept of the postcode $postalCode, also if it is erased again", ({ postalCode, kept }) => {
    const once = erasedAddress({ ...place, postalCode });
    expect(once).toMatchObject({ postalCode: kept, countryCode: "GB", line1: null });
    expect(erasedAddress(once)).toEqual(once);
  });

  it("stays missing", () => {
    expect(erasedAddress(null)).toBeNull();
  });
});

describe("an event of the history", () => {
  const hold = { code: "staff", detail: CANARY, placedAt: NOON, placedBy: "key_1" } as const;
  const parcel = {
    shipmentId: "shp_1",
    carrier: "UPS",
    trackingNumber: CANARY,
    trackingUrl: CANARY,
  } as const;
  const events: OrderEvent[] = [
    { type: "order.note_added", text: CANARY, by: "key_1" },
    { type: "order.held", hold },
    { type: "order.hold_released", code: "staff", by: "key_1", reason: `${CANARY} called` },
    {
      type: "order.details_changed",
      details: { email: CANARY, shippingAddress: place, number: "#2" },
    },
    { type: "order.difference_kept", state: { ...deletedState(delivered(), NOON), note: CANARY } },
    { type: "order.quoted", quoteId: CANARY, quotedOn: "2026-11-27", fault: null },
    {
      type: "refund.recorded",
      externalId: "r1",
      amountMinor: 100,
      shippingMinor: 0,
      itemized: true,
      at: NOON,
      reason: `Call ${CANARY}`,
      lines: [],
      returned: [],
    },
    { type: "units.cancelled", units: [], reason: `asked by ${CANARY}`, by: "key_1" },
    {
      type: "fulfillment.rejected",
      fulfillmentId: "ful_1",
      locationId: "berlin",
      units: [],
      reason: "damaged",
      note: CANARY,
      by: "key_1",
    },
    {
      type: "shipment.shipped",
      fulfillmentId: "ful_1",
      locationId: "berlin",
      service: null,
      at: NOON,
      lines: [],
      ...parcel,
    },
    { type: "shipment.tracking_changed", externalId: "f1", ...parcel },
  ];

  it.each(events.map((event) => ({ type: event.type, event })))(
    "$type keeps no personal data",
    ({ event }) => {
      expect(JSON.stringify(erasedEvent(event))).not.toContain(CANARY);
      expect(erasedEvent(event).type).toBe(event.type);
    },
  );

  it("keeps codes, amounts and places", () => {
    const [, , , details, , , refund, , rejected] = events.map(erasedEvent);
    expect(details).toEqual({
      type: "order.details_changed",
      details: { email: null, shippingAddress: erasedAddress(place), number: "#2" },
    });
    expect(refund).toMatchObject({ amountMinor: 100, reason: ERASED });
    expect(rejected).toMatchObject({ reason: "damaged", locationId: "berlin" });
  });

  it("is the same if it is erased again", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const once = erasedEvent(event);
        expect(erasedEvent(once)).toEqual(once);
      }),
    );
  });
});

describe("the reason of a hold", () => {
  it("keeps its words if they quote nothing, so that what staff accepted does not hold the order again", () => {
    const detail = "Total: 2.00 at the storefront, 1.00 here.\nemail: a@b.c at the storefront, none here.";
    expect(erasedReason({ code: "differs_from_storefront", detail }).detail).toBe(
      `Total: 2.00 at the storefront, 1.00 here.\n${ERASED}`,
    );
  });

  it.each([
    "shippingAddress: Ada, 1 Main Street at the storefront, none here.",
    "Parcel: 1, UPS, 1Z9 at the storefront, 1, UPS here.",
    "Fulfillment 7 sent 1 of Mug with tracking number 1Z9 at the storefront, and they were shipped here without a number.",
  ])("loses %s", (detail) => {
    expect(erasedReason({ code: "differs_from_storefront", detail }).detail).toBe(ERASED);
  });
});
