/** Shopify orders that are fulfilled elsewhere, cancelled, deleted or of an odd shape, through the webhook route. */
import { describe, expect, it } from "vitest";
import {
  aLine,
  after,
  anOrder,
  at,
  fulfillment,
  nothingOwed,
  openShopForEachTest,
  retailer,
} from "./story-shop";

openShopForEachTest();

describe("a Shopify order that is fulfilled elsewhere", () => {
  it("is never planned if it was sold at a point of sale, and leaves the mapped location", async () => {
    const order = anOrder({
      fulfillment_status: "fulfilled",
      source_name: "pos",
      shipping_address: null,
      location_id: 655,
    });
    const sold = {
      ...order,
      line_items: [aLine(order.id, 0, { fulfillable_quantity: 0, fulfillment_status: "fulfilled" })],
    };
    const stored = await after(["orders/create", sold]);
    expect(stored).toMatchObject({
      holds: [],
      lines: [{ ordered: 2, shipped: 2, allocated: 0 }],
      balances: nothingOwed,
    });
    expect(stored.shipments).toMatchObject([{ locationId: retailer.locationIds[1] }]);
  });

  it("is recorded with its tracking, once, by the fulfillment and by the order that lists it", async () => {
    const order = anOrder();
    const parcel = fulfillment(order.id, { 0: 2 });
    const line_items = [aLine(order.id, 0, { fulfillable_quantity: 0, fulfillment_status: "fulfilled" })];
    const fulfilled = {
      ...order,
      updated_at: at(11),
      fulfillment_status: "fulfilled",
      line_items,
      fulfillments: [parcel],
    };
    const callbacks: [string, unknown][] = [
      ["orders/create", order],
      ["fulfillments/create", parcel],
      ["orders/fulfilled", fulfilled],
    ];
    const stored = await after(...callbacks);
    expect(stored).toMatchObject({ holds: [], lines: [{ shipped: 2 }], balances: nothingOwed });
    expect(stored.shipments).toMatchObject([
      { carrier: "USPS", trackingNumber: "1Z", locationId: retailer.locationIds[1] },
    ]);
    const other = anOrder();
    const same = JSON.parse(JSON.stringify(fulfilled).replaceAll(String(order.id), String(other.id)));
    const reversed = await after(
      ["orders/create", other],
      ["orders/fulfilled", same],
      ["fulfillments/create", fulfillment(other.id, { 0: 2 })],
    );
    expect(reversed).toMatchObject({
      holds: [],
      lines: [{ shipped: 2 }],
      shipments: [{ trackingNumber: "1Z" }],
    });
    expect(reversed.shipments).toHaveLength(1);
  });

  it("in part has the rest to be sent", async () => {
    const order = anOrder();
    const parcel = fulfillment(order.id, { 0: 1 });
    const line_items = [aLine(order.id, 0, { fulfillable_quantity: 1, fulfillment_status: "partial" })];
    const partly = {
      ...order,
      updated_at: at(11),
      fulfillment_status: "partial",
      line_items,
      fulfillments: [parcel],
    };
    const stored = await after(["orders/create", order], ["orders/partially_fulfilled", partly]);
    expect(stored).toMatchObject({ holds: [], lines: [{ shipped: 1, allocated: 1 }] });
  });

  it("is held by name if its fulfillment is cancelled after it was recorded", async () => {
    const order = anOrder();
    const parcel = fulfillment(order.id, { 0: 2 });
    const cancelled = { ...order, updated_at: at(20), fulfillments: [{ ...parcel, status: "cancelled" }] };
    const stored = await after(
      ["orders/create", order],
      ["fulfillments/create", parcel],
      ["orders/updated", cancelled],
    );
    expect(stored.holds).toMatchObject([
      { code: "differs_from_storefront", detail: expect.stringContaining(`${parcel.id}`) },
    ]);
  });
});

describe("a Shopify order that is not to be sent", () => {
  it("is cancelled and books nothing if it is a test", async () => {
    const stored = await after(["orders/create", anOrder({ test: true })]);
    expect(stored).toMatchObject({
      status: "cancelled",
      balances: nothingOwed,
      lines: [{ cancelled: 2, allocated: 0 }],
    });
  });

  it("is cancelled if it was deleted there, and everything is owed back", async () => {
    const order = anOrder();
    const stored = await after(["orders/create", order], ["orders/delete", { id: order.id }]);
    expect(stored).toMatchObject({
      status: "cancelled",
      lines: [{ cancelled: 2 }],
      balances: { refundPayableMinor: 2000 },
    });
  });

  it("is cancelled if it was deleted there before its creation arrives, and everything is owed back", async () => {
    const order = anOrder();
    const stored = await after(
      ["orders/delete", { id: order.id }],
      ["orders/create", order],
      ["orders/paid", order],
    );
    expect(stored).toMatchObject({
      status: "cancelled",
      lines: [{ cancelled: 2, allocated: 0 }],
      balances: { refundPayableMinor: 2000 },
      holds: [],
    });
  });

  it("allocates nothing if its creation comes after its cancellation", async () => {
    const order = anOrder();
    const cancelled = {
      ...order,
      updated_at: at(9),
      cancelled_at: at(9),
      line_items: [aLine(order.id, 0, { fulfillable_quantity: 0 })],
    };
    const stored = await after(["orders/cancelled", cancelled], ["orders/create", order]);
    expect(stored).toMatchObject({ status: "cancelled", lines: [{ allocated: 0, cancelled: 2 }] });
  });
});

describe("a Shopify order of an odd shape", () => {
  it("is taken in, and a repeat writes nothing", async () => {
    const order = anOrder({ note: "x".repeat(9_000) });
    const address = {
      ...order.shipping_address,
      address1: "x".repeat(300),
      zip: "1".repeat(23),
      name: "A\ud83d B",
    };
    const odd = {
      ...order,
      shipping_address: address,
      line_items: [{ ...aLine(order.id, 0), quantity: "2.0" }],
    };
    const updated = { ...odd, updated_at: at(1) };
    const stored = await after(["orders/create", odd], ["orders/updated", updated]);
    expect(stored).toMatchObject({ customerName: "A\ufffd B", lines: [{ ordered: 2, allocated: 2 }] });
    const { version } = stored;
    expect((await after(["orders/updated", updated])).version).toBe(version);
  });

  it("is held if a quantity is a part of a unit, and released when it is whole", async () => {
    const order = anOrder({ total_price: "15.00", current_total_price: "15.00" });
    const part = {
      ...order,
      line_items: [aLine(order.id, 0, { quantity: 1.5, current_quantity: 1.5, fulfillable_quantity: 1.5 })],
    };
    expect(await after(["orders/create", part])).toMatchObject({
      holds: [{ code: "amount_inexact" }],
      totalMinor: 1500,
    });
    const whole = { ...order, updated_at: at(5), total_price: "20.00", current_total_price: "20.00" };
    expect(await after(["orders/updated", whole])).toMatchObject({ holds: [], totalMinor: 2000 });
  });
});
