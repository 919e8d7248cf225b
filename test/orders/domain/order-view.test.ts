import { describe, expect, it } from "vitest";
import type { Shipment } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { publicView, type PublicStatus } from "../../../src/orders/domain/order-view";
import { aLine, anOrder, aPromise, aShipment, NOON } from "../../support/an-order";

const twoDelivered = aShipment("shp_1", [["line_mug", 2]], { deliveredAt: NOON });
const oneDelivered = aShipment("shp_1", [["line_mug", 1]], { deliveredAt: NOON });
const oneUnderWay = aShipment("shp_2", [["line_mug", 1]]);

describe("the units of a public line", () => {
  it.each<{ name: string; line: OrderLine; shipments?: Shipment[]; units: string[] }>([
    { name: "allocated", line: aLine("Mug"), units: ["1 being_prepared"] },
    { name: "unsourced", line: aLine("Mug", { unsourced: 1 }), units: ["1 being_prepared"] },
    { name: "backordered", line: aLine("Mug", { backordered: 1 }), units: ["1 waiting_for_stock"] },
    {
      name: "in several parcels",
      line: aLine("Mug", { ordered: 5, shipped: 3, cancelled: 1 }),
      shipments: [twoDelivered, oneUnderWay],
      units: ["2 delivered", "1 on_its_way", "1 being_prepared", "1 cancelled"],
    },
    {
      name: "partly returned",
      line: aLine("Mug", { ordered: 3, shipped: 3, returned: 1 }),
      shipments: [twoDelivered, oneUnderWay],
      units: ["1 delivered", "1 on_its_way", "1 returned"],
    },
    {
      name: "returned before the carrier reported the delivery",
      line: aLine("Mug", { ordered: 1, shipped: 1, returned: 1 }),
      shipments: [oneUnderWay],
      units: ["1 returned"],
    },
    {
      name: "without a parcel",
      line: aLine("Mug", { kind: "gift_card", shipped: 1 }),
      shipments: [oneUnderWay],
      units: ["1 sent"],
    },
  ])("are: $name", ({ line, shipments = [], units }) => {
    const [shown] = publicView(anOrder({ lines: [line], shipments })).lines;
    expect(shown!.units.map(({ quantity, state }) => `${quantity} ${state}`)).toEqual(units);
  });
});

describe("the dates of a public line", () => {
  const none = { leavesByOn: null, collectFromOn: null, arrivesFromOn: null, arrivesByOn: null };
  const arrives = { arrivesFromOn: "2026-11-26", arrivesByOn: "2026-11-27" };

  it.each<{ name: string; line: Partial<OrderLine>; order?: Partial<Order>; dates: object }>([
    { name: "not shipped", line: {}, dates: { ...none, ...arrives, leavesByOn: "2026-11-25" } },
    { name: "on its way", line: { shipped: 1 }, dates: { ...none, ...arrives } },
    {
      name: "collected by the customer",
      line: {},
      order: { pickupLocationId: "store" },
      dates: { ...none, ...arrives, collectFromOn: "2026-11-25" },
    },
    { name: "delivered", line: { shipped: 1 }, order: { shipments: [oneDelivered] }, dates: none },
    { name: "cancelled", line: { cancelled: 1 }, dates: none },
  ])("of a line that is $name", ({ line: over, order, dates }) => {
    const line = aLine("Mug", { ...over, promise: aPromise() });
    expect(publicView(anOrder({ lines: [line], ...order })).lines[0]).toMatchObject(dates);
  });
});

describe("the status of a public order", () => {
  it.each<{ name: string; order: Partial<Order>; status: PublicStatus }>([
    { name: "units are allocated", order: {}, status: "being_prepared" },
    {
      name: "units of one line are allocated, and of another backordered",
      order: { lines: [aLine("Mug"), aLine("Cup", { backordered: 1 })] },
      status: "being_prepared",
    },
    {
      name: "all units are backordered",
      order: { lines: [aLine("Mug", { backordered: 1 })] },
      status: "waiting_for_stock",
    },
    {
      name: "one unit is shipped, and one is allocated",
      order: { lines: [aLine("Mug", { ordered: 2, shipped: 1 })], shipments: [oneUnderWay] },
      status: "partly_sent",
    },
    {
      name: "one unit is shipped, and one is backordered",
      order: {
        lines: [aLine("Mug", { shipped: 1 }), aLine("Cup", { backordered: 1 })],
        shipments: [oneUnderWay],
      },
      status: "partly_sent",
    },
    {
      name: "all units are shipped",
      order: { lines: [aLine("Mug", { shipped: 1 })], shipments: [oneUnderWay] },
      status: "on_its_way",
    },
    {
      name: "all units are delivered",
      order: { lines: [aLine("Mug", { ordered: 2, shipped: 2 })], shipments: [twoDelivered] },
      status: "delivered",
    },
    {
      name: "all units are returned",
      order: { lines: [aLine("Mug", { ordered: 2, shipped: 2, returned: 2 })], shipments: [twoDelivered] },
      status: "returned",
    },
    {
      name: "the order is cancelled",
      order: { status: "cancelled", lines: [aLine("Mug", { cancelled: 1 })] },
      status: "cancelled",
    },
    {
      name: "the order is on hold",
      order: {
        status: "on_hold",
        holds: [{ code: "staff", detail: "looks like fraud", placedAt: NOON, placedBy: "key_1" }],
      },
      status: "being_prepared",
    },
  ])("is $status if $name", ({ order, status }) => {
    expect(publicView(anOrder(order)).status).toBe(status);
  });
});

describe("publicView", () => {
  it("shows nothing that is private", () => {
    const order = anOrder({
      status: "on_hold",
      note: "leave it at the back door",
      holds: [{ code: "staff", detail: "looks like fraud", placedAt: NOON, placedBy: "key_1" }],
      lines: [aLine("Mug", { shipped: 1 })],
      shipments: [oneUnderWay],
    });
    const shown = JSON.stringify(publicView(order));
    const secrets = [
      "ada@example.com",
      "Ada Lovelace",
      "St James",
      "SW1Y",
      "7946",
      "SKU-Mug",
      "newark-secret-dock",
      "fraud",
      "back door",
      "ful_1",
      "shp_2",
      "line_mug",
      order.id,
    ];
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(shown).not.toMatch(/cost|hold|email|phone|location|sku/i);
  });

  it("shows parcels only, with the titles of what is in them", () => {
    const lines = [aLine("Mug", { ordered: 3, shipped: 3 }), aLine("Song", { kind: "digital", shipped: 1 })];
    const download = aShipment("shp_3", [["line_song", 1]], { locationId: null });
    const { shipments } = publicView(anOrder({ lines, shipments: [twoDelivered, oneUnderWay, download] }));
    expect(shipments).toMatchObject([
      { deliveredAt: NOON, lines: [{ title: "Mug", quantity: 2 }] },
      { deliveredAt: null, lines: [{ title: "Mug", quantity: 1 }] },
    ]);
    expect(shipments).toHaveLength(2);
  });

  it("hides a tracking link that is no web page", () => {
    const linked = (trackingUrl: string) =>
      publicView(
        anOrder({ lines: [aLine("Mug", { shipped: 1 })], shipments: [{ ...oneUnderWay, trackingUrl }] }),
      ).shipments[0]!.trackingUrl;
    expect(linked("javascript:alert(1)")).toBeNull();
    expect(linked("https://ups.example/1")).toBe("https://ups.example/1");
  });

  it("shows the sums of the order, and what is paid, refunded and due", () => {
    const order = anOrder({
      lines: [aLine("Mug", { ordered: 2, discountMinor: 500 })],
      refundedMinor: 100,
      balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 50 },
    });
    expect(publicView(order)).toMatchObject({
      itemsMinor: 3500,
      shippingMinor: 500,
      taxMinor: 900,
      totalMinor: 4900,
      paidMinor: 4900,
      refundedMinor: 100,
      refundDueMinor: 50,
      destination: { city: "London", countryCode: "GB" },
    });
  });
});
