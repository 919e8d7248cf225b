import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { FulfillmentStatus } from "../../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../../src/orders/domain/order";
import { NOON } from "../../../support/an-order";
import { fulfillment, MUG, mugOrder, parcel, shipping } from "../mug-orders";

const order = mugOrder([fulfillment("a", 3)]);

describe("a fulfillment", () => {
  it("records when it was released, and is not postponed any more", () => {
    const postponed = mugOrder([fulfillment("a", 3, { reason: "closed" })]);
    const after = evolve(postponed, { type: "fulfillment.released", fulfillmentId: "ful_a", at: NOON + 5 });
    expect(after.fulfillments).toMatchObject([{ status: "released", releasedAt: NOON + 5, reason: null }]);
  });

  it("records until when it is postponed, and why", () => {
    const after = evolve(order, {
      type: "fulfillment.postponed",
      fulfillmentId: "ful_a",
      releaseAt: NOON + 9,
      reason: "capacity",
    });
    expect(after.fulfillments).toMatchObject([
      { status: "planned", releaseAt: NOON + 9, reason: "capacity" },
    ]);
  });
});

it("a shipment is recorded with its label and units", () => {
  const released = { ...order, fulfillments: [fulfillment("a", 3, { status: "released" })] };
  expect(evolve(released, shipping(2, "ful_a")).shipments).toEqual([
    {
      id: "shp_new",
      fulfillmentId: "ful_a",
      locationId: "east",
      externalId: null,
      carrier: "UPS",
      service: "Ground",
      trackingNumber: "1Z",
      trackingUrl: null,
      shippedAt: NOON + 1,
      deliveredAt: null,
      lines: [{ lineId: MUG, quantity: 2 }],
    },
  ]);
});

describe("when a shipment is delivered, its fulfillment", () => {
  const delivered = { type: "shipment.delivered", shipmentId: "shp_1", at: NOON + 9 } as const;

  it.each<{
    name: string;
    status: FulfillmentStatus;
    shipments: Order["shipments"];
    expected: FulfillmentStatus;
  }>([
    {
      name: "is delivered with its only shipment",
      status: "shipped",
      shipments: [parcel("1", 3, "ful_a")],
      expected: "delivered",
    },
    {
      name: "is delivered with its last shipment",
      status: "shipped",
      shipments: [parcel("1", 1, "ful_a"), parcel("2", 2, "ful_a", NOON)],
      expected: "delivered",
    },
    {
      name: "is not delivered before its last shipment",
      status: "shipped",
      shipments: [parcel("1", 1, "ful_a"), parcel("2", 2, "ful_a")],
      expected: "shipped",
    },
    {
      name: "is delivered whatever the shipments of another fulfillment do",
      status: "shipped",
      shipments: [parcel("1", 3, "ful_a"), parcel("2", 1, "ful_b")],
      expected: "delivered",
    },
    {
      name: "is not delivered while it has units to ship",
      status: "released",
      shipments: [parcel("1", 1, "ful_a")],
      expected: "released",
    },
  ])("$name", ({ status, shipments, expected }) => {
    const after = evolve({ ...order, fulfillments: [fulfillment("a", 3, { status })], shipments }, delivered);
    expect(after.fulfillments.map((each) => each.status)).toEqual([expected]);
    expect(after.shipments.map(({ deliveredAt }) => deliveredAt)).toEqual([
      NOON + 9,
      ...shipments.slice(1).map(({ deliveredAt }) => deliveredAt),
    ]);
  });

  it("does not change with a shipment of another fulfillment", () => {
    const both = {
      ...order,
      fulfillments: [fulfillment("a", 1, { status: "shipped" }), fulfillment("b", 2, { status: "shipped" })],
      shipments: [parcel("1", 1, "ful_a"), parcel("2", 2, "ful_b")],
    };
    expect(evolve(both, delivered).fulfillments.map(({ status }) => status)).toEqual([
      "delivered",
      "shipped",
    ]);
  });
});
