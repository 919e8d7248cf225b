/** Payments, exchanges and refunds of Shopify orders, through the webhook route. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { aLine, after, anOrder, at, fulfillment, lineId, openShopForEachTest, send } from "./story-shop";

openShopForEachTest();

describe("a Shopify order's payment", () => {
  it.each(["voided", "expired"])("is none if its authorization is %s", async (status) => {
    const order = anOrder({ financial_status: "authorized", total_outstanding: "20.00" });
    const gone = { ...order, updated_at: at(5), financial_status: status };
    expect(await after(["orders/create", order])).toMatchObject({ paymentStatus: "authorized", holds: [] });
    expect(await after(["orders/updated", gone])).toMatchObject({
      paymentStatus: "pending",
      holds: [{ code: "payment_pending" }],
    });
  });

  it.each([{ sent: false }, { sent: true }])(
    "is what was paid once if a line is exchanged, sent: $sent",
    async ({ sent }) => {
      const order = anOrder();
      const removed = aLine(order.id, 0, {
        current_quantity: 0,
        fulfillable_quantity: 0,
        fulfillment_status: sent ? "fulfilled" : null,
      });
      const added = aLine(order.id, 1);
      const restock_type = sent ? "return" : "cancel";
      const refund_line_items = [
        { line_item_id: removed.id, quantity: 2, restock_type, subtotal: 20, total_tax: 0 },
      ];
      const refund = {
        id: order.id * 7,
        order_id: order.id,
        created_at: at(20),
        refund_line_items,
        transactions: [],
      };
      const parcels = sent ? [fulfillment(order.id, { 0: 2 })] : [];
      const edited = {
        ...order,
        updated_at: at(20),
        total_price: "40.00",
        line_items: [removed, added],
        refunds: [refund],
        fulfillments: parcels,
      };
      const before: [string, unknown][] = [
        ["orders/create", order],
        ...parcels.map((each): [string, unknown] => ["fulfillments/create", each]),
      ];
      const stored = await after(...before, ["refunds/create", refund], ["orders/updated", edited]);
      expect(stored).toMatchObject({
        holds: [],
        capturedMinor: 2000,
        refundedMinor: 0,
        balances: { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 0 },
      });
      expect(stored.lines.map(({ allocated }) => allocated)).toEqual([0, 2]);
    },
  );
});

describe("a Shopify refund", () => {
  const shipped = { price: "5.00", discounted_price: "5.00", tax_lines: [{ price: "0.41" }] };
  const withShipping = () =>
    anOrder({
      total_price: "25.41",
      current_total_price: "25.41",
      shipping_lines: [{ id: 3, title: "Post", ...shipped }],
    });
  const forms = {
    lines: {
      refund_shipping_lines: [
        {
          shipping_line_id: 3,
          subtotal_amount_set: { shop_money: { amount: "5.00", currency_code: "USD" } },
          shipping_line: shipped,
        },
      ],
      order_adjustments: [],
    },
    adjustment: { order_adjustments: [{ kind: "shipping_refund", amount: "-5.00", tax_amount: "-0.41" }] },
  };
  it.each([
    { form: "lines", first: "order" },
    { form: "lines", first: "refund" },
    { form: "adjustment", first: "order" },
    { form: "adjustment", first: "refund" },
  ] as const)(
    "of shipping as $form takes shipping and its tax back, the $first first",
    async ({ form, first }) => {
      const order = withShipping();
      const transactions = [{ kind: "refund", status: "success", amount: "5.41", currency: "USD" }];
      const refund = {
        id: order.id * 7,
        order_id: order.id,
        created_at: at(20),
        refund_line_items: [],
        transactions,
        ...forms[form],
      };
      const updated = {
        ...order,
        updated_at: at(20),
        financial_status: "partially_refunded",
        current_total_price: "20.00",
        refunds: [refund],
      };
      const callbacks: [string, unknown][] = [
        ["refunds/create", refund],
        ["orders/updated", updated],
      ];
      const stored = await after(
        ["orders/create", order],
        ...(first === "refund" ? callbacks : callbacks.toReversed()),
      );
      expect(stored).toMatchObject({
        holds: [],
        capturedMinor: 2541,
        refundedMinor: 541,
        balances: { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 0 },
      });
      const accounts = await env.ORDERS_00.prepare(
        `SELECT p.key AS account FROM journal_entries, json_each(postings) AS c, json_each(c.value) AS p
       WHERE journal_entries.id LIKE ?1 || '/%' AND p.key LIKE '%allowance%'`,
      )
        .bind((await send("orders/updated", updated)).orderId)
        .all();
      expect(accounts.results).toEqual([]);
    },
  );

  it("in the customer's currency is booked in the shop's, and no hold is left", async () => {
    const order = anOrder();
    const foreign = { kind: "refund", status: "success", amount: "4.60", currency: "EUR" };
    const refund = { id: order.id * 7, order_id: order.id, created_at: at(20), transactions: [foreign] };
    const known = {
      ...foreign,
      amount_set: {
        shop_money: { amount: "5.00", currency_code: "USD" },
        presentment_money: { amount: "4.60", currency_code: "EUR" },
      },
    };
    const updated = {
      ...order,
      updated_at: at(20),
      financial_status: "partially_refunded",
      current_total_price: "15.00",
    };
    const stored = await after(
      ["orders/create", order],
      ["refunds/create", refund],
      ["orders/updated", { ...updated, refunds: [{ ...refund, transactions: [known] }] }],
    );
    expect(stored).toMatchObject({ holds: [], capturedMinor: 2000, refundedMinor: 500 });
  });

  it("that is pending is booked once it is paid back", async () => {
    const order = anOrder();
    const transaction = { kind: "refund", status: "pending", amount: "10.00", currency: "USD" };
    const refund = {
      id: order.id * 7,
      order_id: order.id,
      created_at: at(20),
      refund_line_items: [
        {
          line_item_id: lineId(order.id, 0),
          quantity: 1,
          restock_type: "cancel",
          subtotal: 10,
          total_tax: 0,
        },
      ],
      transactions: [transaction],
      order_adjustments: [{ kind: "refund_discrepancy", amount: "10.00" }],
    };
    const line_items = [aLine(order.id, 0, { current_quantity: 1, fulfillable_quantity: 1 })];
    const pending = { ...order, updated_at: at(20), line_items, refunds: [refund] };
    const owed = await after(
      ["orders/create", order],
      ["refunds/create", refund],
      ["orders/updated", pending],
    );
    expect(owed).toMatchObject({
      holds: [],
      refundedMinor: 0,
      lines: [{ cancelled: 1 }],
      balances: { refundPayableMinor: 1000 },
    });
    const paid = { ...refund, order_adjustments: [], transactions: [{ ...transaction, status: "success" }] };
    const settled = {
      ...pending,
      updated_at: at(30),
      financial_status: "partially_refunded",
      current_total_price: "10.00",
      refunds: [paid],
    };
    expect(await after(["orders/updated", settled])).toMatchObject({
      holds: [],
      capturedMinor: 2000,
      refundedMinor: 1000,
      balances: { depositsMinor: 1000, receivableMinor: 0, refundPayableMinor: 0 },
    });
  });
});
