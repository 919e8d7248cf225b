/** Shopify orders that change their worth, their currency or their end, through the webhook route. */
import { describe, expect, it } from "vitest";
import { aLine, after, anOrder, at, fulfillment, nothingOwed, openShopForEachTest } from "./story-shop";

openShopForEachTest();

const cancelled = { updated_at: at(5), cancelled_at: at(5), cancel_reason: "customer" };

describe("a Shopify order", () => {
  it("with a shipping line that was added later is worth it", async () => {
    const order = anOrder({ total_price: "26.65", current_total_price: "26.65" });
    const line_items = [aLine(order.id, 0, { tax_lines: [{ price: "6.65" }] })];
    const shipping_lines = [{ id: 3, title: "Post", price: "10.00", discounted_price: "10.00" }];
    const placed = { ...order, line_items };
    const changed = {
      ...placed,
      updated_at: at(5),
      shipping_lines,
      total_price: "36.65",
      current_total_price: "36.65",
    };
    expect(await after(["orders/create", placed], ["orders/updated", changed])).toMatchObject({
      holds: [],
      totalMinor: 3665,
      capturedMinor: 3665,
      balances: { ...nothingOwed, depositsMinor: 3665 },
    });
  });

  it("with a tip and duty owes everything back when it is cancelled before any parcel", async () => {
    const money = { shop_money: { amount: "5.00", currency_code: "USD" } };
    const order = anOrder({
      total_price: "28.00",
      current_total_price: "28.00",
      total_tip_received: "3.00",
      original_total_duties_set: money,
    });
    const stored = await after(
      ["orders/create", order],
      [
        "orders/cancelled",
        { ...order, ...cancelled, line_items: [aLine(order.id, 0, { fulfillable_quantity: 0 })] },
      ],
    );
    expect(stored).toMatchObject({
      status: "cancelled",
      holds: [],
      balances: { ...nothingOwed, refundPayableMinor: 2800 },
    });
  });

  it("of an e-book and a mug owes the mug back when that is cancelled", async () => {
    const order = anOrder({ total_price: "40.00", current_total_price: "40.00" });
    const ebook = aLine(order.id, 1, { requires_shipping: false });
    const refund = {
      id: order.id * 7,
      order_id: order.id,
      created_at: at(5),
      refund_line_items: [
        {
          line_item_id: aLine(order.id, 0).id,
          quantity: 2,
          restock_type: "cancel",
          subtotal: 20,
          total_tax: 0,
        },
      ],
      transactions: [],
    };
    const placed = { ...order, line_items: [aLine(order.id, 0), ebook] };
    const without = {
      ...placed,
      updated_at: at(5),
      line_items: [aLine(order.id, 0, { current_quantity: 0, fulfillable_quantity: 0 }), ebook],
      refunds: [refund],
      current_total_price: "20.00",
      total_outstanding: "-20.00",
    };
    const stored = await after(["orders/create", placed], ["orders/updated", without]);
    expect(stored).toMatchObject({
      status: "open",
      holds: [],
      lines: [{ cancelled: 2 }, { cancelled: 0 }],
      balances: { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 2000 },
    });
  });

  it("in another currency than before is held, and nothing is booked", async () => {
    const order = anOrder();
    const placed = await after(["orders/create", order]);
    const line_items = [aLine(order.id, 0, { price: "1000" }), aLine(order.id, 1, { price: "1000" })];
    const foreign = { ...order, updated_at: at(5), currency: "JPY", total_price: "4000", line_items };
    const stored = await after(["orders/updated", foreign]);
    expect(stored).toMatchObject({
      holds: [{ code: "differs_from_storefront" }],
      totalMinor: placed.totalMinor,
      balances: placed.balances,
    });
    expect(stored.lines).toHaveLength(1);
    expect(await after(["orders/updated", { ...order, updated_at: at(6) }])).toMatchObject({ holds: [] });
  });

  it("that is paid with its whole total outstanding was paid elsewhere", async () => {
    expect(await after(["orders/create", anOrder({ total_outstanding: "20.00" })])).toMatchObject({
      paymentStatus: "paid",
      capturedMinor: 2000,
      balances: { ...nothingOwed, depositsMinor: 2000 },
    });
  });

  it("that is cancelled after it was sent has goods to come back", async () => {
    const order = anOrder();
    const parcels = [fulfillment(order.id, { 0: 2 })];
    const line_items = [aLine(order.id, 0, { fulfillable_quantity: 0, fulfillment_status: "fulfilled" })];
    const sent = {
      ...order,
      updated_at: at(4),
      fulfillment_status: "fulfilled",
      line_items,
      fulfillments: parcels,
    };
    const stored = await after(
      ["orders/create", order],
      ["orders/fulfilled", sent],
      ["orders/cancelled", { ...sent, ...cancelled }],
    );
    expect(stored.holds.map(({ detail }) => detail)).toEqual([
      expect.stringContaining("goods to come back") as string,
    ]);
    expect(stored.lines).toMatchObject([{ shipped: 2, cancelled: 0 }]);
  });

  it("that was archived with open goods is held until it is opened again", async () => {
    const order = anOrder();
    const archived = { ...order, updated_at: at(5), closed_at: at(5) };
    expect(await after(["orders/create", order], ["orders/updated", archived])).toMatchObject({
      holds: [{ code: "held_at_storefront" }],
    });
    expect(await after(["orders/updated", { ...order, updated_at: at(6) }])).toMatchObject({ holds: [] });
  });

  it("gets the tracking number that another app reports after the parcel", async () => {
    const order = anOrder();
    const parcel = fulfillment(order.id, { 0: 2 }, { tracking_numbers: [], tracking_urls: [] });
    const stored = await after(
      ["orders/create", order],
      ["fulfillments/create", parcel],
      ["fulfillments/update", fulfillment(order.id, { 0: 2 })],
      ["fulfillments/create", parcel],
    );
    expect(stored).toMatchObject({ holds: [], shipments: [{ carrier: "USPS", trackingNumber: "1Z" }] });
    expect(stored.shipments).toHaveLength(1);
  });

  it("sends no unit that was refunded without restocking after another was sent", async () => {
    const order = anOrder();
    const partly = (fulfillable_quantity: number, current_quantity: number) => ({
      ...order,
      fulfillment_status: "partial",
      line_items: [
        aLine(order.id, 0, { fulfillable_quantity, current_quantity, fulfillment_status: "partial" }),
      ],
      fulfillments: [fulfillment(order.id, { 0: 1 })],
    });
    const refund = {
      id: order.id * 7,
      created_at: at(20),
      refund_line_items: [
        {
          line_item_id: aLine(order.id, 0).id,
          quantity: 1,
          restock_type: "no_restock",
          subtotal: 10,
          total_tax: 0,
        },
      ],
      transactions: [{ kind: "refund", status: "success", amount: "10.00", currency: "USD" }],
    };
    const refunded = {
      ...partly(0, 1),
      updated_at: at(20),
      financial_status: "partially_refunded",
      current_total_price: "10.00",
      refunds: [refund],
    };
    const stored = await after(
      ["orders/create", order],
      ["orders/partially_fulfilled", { ...partly(1, 2), updated_at: at(11) }],
      ["orders/updated", refunded],
    );
    expect(stored).toMatchObject({
      holds: [],
      lines: [{ allocated: 0, shipped: 1, cancelled: 1 }],
      balances: nothingOwed,
    });
  });
});
