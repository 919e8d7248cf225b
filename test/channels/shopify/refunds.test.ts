/** What was paid back for a Shopify order, what of it was shipping, and edits. */
import { describe, expect, it } from "vitest";
import { codes, orderOf, payload, read } from "./payloads";

describe("a refund by Shopify", () => {
  const refund = {
    id: 7,
    order_id: 1001,
    note: " ",
    processed_at: "2026-11-21T00:00:00Z",
    refund_line_items: [
      { line_item_id: 1, quantity: 1, restock_type: "cancel", subtotal: 10, total_tax: 1.9 },
      { line_item_id: 2, quantity: 2, restock_type: "return" },
      { line_item_id: 3, quantity: 1, restock_type: "no_restock" },
      { line_item_id: 4, quantity: 0, restock_type: "cancel" },
    ],
    transactions: [
      { kind: "refund", status: "success", amount: "12.00", currency: "EUR" },
      { kind: "refund", status: "success", amount: "5.85", currency: "EUR" },
      { kind: "refund", status: "failure", amount: "99.00", currency: "EUR" },
      { kind: "void", status: "success", amount: "99.00", currency: "EUR" },
    ],
    order_adjustments: [
      { kind: "shipping_refund", amount: "-5.00", tax_amount: "-0.95" },
      { kind: "refund_discrepancy", amount: "1.00", tax_amount: "0.00" },
    ],
  };

  it("has the money that was paid back, the shipping in it, and the units", () => {
    expect(read("refunds/create", refund).event).toMatchObject({
      ok: true,
      value: {
        type: "refund",
        externalOrderId: "1001",
        currency: "EUR",
        refund: {
          externalId: "7",
          amountMinor: 1785,
          shippingMinor: 595,
          keptMinor: 100,
          lines: [
            { externalLineId: "1", quantity: 1, restock: "cancel" },
            { externalLineId: "2", quantity: 2, restock: "return" },
            { externalLineId: "3", quantity: 1, restock: "none" },
          ],
          reason: null,
          at: Date.UTC(2026, 10, 21),
        },
        problems: [],
      },
    });
  });

  it.each([
    {
      name: "less than the worth",
      adjustments: [{ kind: "refund_discrepancy", amount: "10.00", tax_amount: "0.50" }],
      kept: 1050,
    },
    {
      name: "since 2024-10",
      adjustments: [{ kind: null, reason: "Restocking fee", amount: "10.00", tax_amount: "0.00" }],
      kept: 1000,
    },
    {
      name: "more than the worth",
      adjustments: [{ kind: "refund_discrepancy", amount: "-10.00" }],
      kept: undefined,
    },
    {
      name: "pending",
      adjustments: [
        { kind: "pending_refund_discrepancy", reason: "Pending refund discrepancy", amount: "10.00" },
      ],
      kept: undefined,
    },
    {
      name: "pending, since 2024-10",
      adjustments: [{ kind: null, reason: "Pending refund discrepancy", amount: "10.00" }],
      kept: undefined,
    },
  ])("lists what staff kept of the worth of its units: $name", ({ adjustments, kept }) => {
    const order = orderOf(payload({ refunds: [{ ...refund, order_adjustments: adjustments }] }));
    expect(order.refunds[0]!.keptMinor).toBe(kept);
  });

  it("has a line once that it lists for each returned unit", () => {
    const unit = { line_item_id: 1, quantity: 1, restock_type: "return" };
    const kept = { ...unit, restock_type: "no_restock" };
    const order = orderOf(
      payload({ refunds: [{ id: 7, refund_line_items: [unit, unit, kept], transactions: [] }] }),
    );
    expect(order.refunds[0]!.lines).toEqual([
      { externalLineId: "1", quantity: 2, restock: "return" },
      { externalLineId: "1", quantity: 1, restock: "none" },
    ]);
  });

  it("that is pending is not paid back yet, and has its units", () => {
    const transactions = [{ kind: "refund", status: "pending", amount: "11.90", currency: "EUR" }];
    const refund_line_items = [
      { line_item_id: 1, quantity: 1, restock_type: "cancel", subtotal: 10, total_tax: 1.9 },
    ];
    const order_adjustments = [{ kind: "refund_discrepancy", amount: "11.90", tax_amount: "0.00" }];
    const order = orderOf(
      payload({ refunds: [{ id: 7, refund_line_items, transactions, order_adjustments }] }),
    );
    expect(order.refunds).toMatchObject([{ amountMinor: 0, lines: [{ quantity: 1, restock: "cancel" }] }]);
  });

  it("in the customer's currency has what the transaction is worth in the shop's", () => {
    const bag = (amount: string) => ({
      shop_money: { amount: "5.00", currency_code: "EUR" },
      presentment_money: { amount, currency_code: "USD" },
    });
    const paid = {
      kind: "refund",
      status: "success",
      amount: "4.60",
      currency: "USD",
      amount_set: bag("4.60"),
    };
    const foreign = { id: 7, order_id: 1001, transactions: [paid], refund_line_items: [] };
    const order = orderOf(payload({ refunds: [foreign] }));
    expect([order.refunds[0]!.amountMinor, codes(order)]).toEqual([500, []]);
    expect(read("refunds/create", foreign).event).toMatchObject({
      value: { currency: "EUR", refund: { amountMinor: 500 }, problems: [] },
    });
  });

  it("in the customer's currency has the sum of its lines in the shop's currency", () => {
    const transactions = [{ kind: "refund", status: "success", amount: "2900", currency: "JPY" }];
    const order = orderOf(payload({ refunds: [{ ...refund, transactions }] }));
    expect(order.refunds[0]!.amountMinor).toBe(1000 + 190 + 595 - 100);
    const withoutLines = { id: 8, transactions };
    expect(codes(orderOf(payload({ refunds: [withoutLines] })))).toEqual(["amount_inexact"]);
  });
});

describe("the shipping in a Shopify refund", () => {
  const shipping_line = { id: 3, price: "5.00", discounted_price: "5.00", tax_lines: [{ price: "0.41" }] };
  const ofLine = (amount: string, over: object = {}) => ({
    shipping_line_id: 3,
    subtotal_amount_set: { shop_money: { amount, currency_code: "EUR" } },
    shipping_line,
    ...over,
  });
  const adjustment = { kind: "shipping_refund", amount: "-5.00", tax_amount: "-0.41" };
  const paid = (amount: string) => [{ kind: "refund", status: "success", amount, currency: "EUR" }];
  const withoutTax = { shipping_line: { ...shipping_line, tax_lines: [] } };
  const item = { line_item_id: 1, quantity: 1, restock_type: "return", subtotal: 10, total_tax: 1.9 };

  it.each([
    {
      what: "a line",
      refund: { refund_shipping_lines: [ofLine("5.00")], order_adjustments: [] },
      money: "5.41",
      expected: 541,
    },
    {
      what: "an adjustment, before 2024-10",
      refund: { order_adjustments: [adjustment] },
      money: "5.41",
      expected: 541,
    },
    {
      what: "both",
      refund: { refund_shipping_lines: [ofLine("5.00")], order_adjustments: [adjustment] },
      money: "5.41",
      expected: 541,
    },
    {
      what: "an adjustment without its kind",
      refund: { order_adjustments: [{ ...adjustment, kind: null, reason: "Shipping refund" }] },
      money: "5.41",
      expected: 541,
    },
    {
      what: "a line with its tax",
      refund: {
        refund_shipping_lines: [
          ofLine("5.00", { ...withoutTax, tax_amount_set: { shop_money: { amount: "0.41" } } }),
        ],
      },
      money: "5.41",
      expected: 541,
    },
    {
      what: "a line whose tax only the money shows",
      refund: { refund_shipping_lines: [ofLine("5.00", { shipping_line: {} })] },
      money: "5.41",
      expected: 541,
    },
    {
      what: "half a line",
      refund: { refund_shipping_lines: [ofLine("2.50")] },
      money: "2.70",
      expected: 270,
    },
    {
      what: "half a line, rounded the other way",
      refund: { refund_shipping_lines: [ofLine("2.50")] },
      money: "2.71",
      expected: 271,
    },
    {
      what: "a line beside units",
      refund: { refund_shipping_lines: [ofLine("5.00")], refund_line_items: [item] },
      money: "17.31",
      expected: 541,
    },
    {
      what: "a line beside units, in a shop whose prices contain tax",
      refund: { refund_shipping_lines: [ofLine("5.00")], refund_line_items: [item] },
      money: "15.00",
      expected: 500,
    },
    {
      what: "a line of which staff paid back a part",
      refund: {
        refund_shipping_lines: [ofLine("5.00")],
        order_adjustments: [{ kind: "refund_discrepancy", amount: "3.41" }],
      },
      money: "2.00",
      expected: 200,
    },
    { what: "nothing", refund: { refund_line_items: [item] }, money: "11.90", expected: 0 },
  ])("is $expected if it is $what, in its own callback and in the order", ({ refund, money, expected }) => {
    const processed_at = "2026-11-21T00:00:00Z";
    const whole = {
      id: 7,
      order_id: 1001,
      processed_at,
      refund_line_items: [],
      transactions: paid(money),
      ...refund,
    };
    const [inOrder] = orderOf(payload({ refunds: [whole] })).refunds;
    expect(inOrder!.shippingMinor).toBe(expected);
    expect(read("refunds/create", whole).event).toMatchObject({ value: { refund: inOrder, problems: [] } });
  });

  it("is counted if the refund was paid in the customer's currency", () => {
    const bag = (shop: string, presentment: string) => ({
      shop_money: { amount: shop, currency_code: "INR" },
      presentment_money: { amount: presentment, currency_code: "CAD" },
    });
    const whole = {
      id: 7,
      order_id: 1001,
      transactions: [{ kind: "refund", status: "success", amount: "1.80", currency: "CAD" }],
      refund_line_items: [
        {
          line_item_id: 1,
          quantity: 1,
          restock_type: "cancel",
          subtotal_set: bag("60.93", "0.90"),
          total_tax_set: bag("5.00", "0.07"),
        },
      ],
      refund_shipping_lines: [{ shipping_line_id: 3, subtotal_amount_set: bag("60.93", "0.90") }],
      order_adjustments: [
        { kind: "shipping_refund", amount_set: bag("-60.93", "-0.90"), tax_amount_set: bag("0.00", "0.00") },
      ],
    };
    // 0.90 + 0.90 = 1.80: the prices contain their tax.
    expect(read("refunds/create", whole).event).toMatchObject({
      value: { currency: "INR", refund: { amountMinor: 12186, shippingMinor: 6093 }, problems: [] },
    });
  });
});

describe("an edit of a Shopify order", () => {
  it("adds a shipping line", () => {
    const lines = [
      { title: "A", price: "5.00" },
      { title: "B", price: "10.00", tax_lines: [{ price: "1.00" }] },
    ];
    const order = orderOf(payload({ total_price: "26.00", shipping_lines: lines }));
    expect(order).toMatchObject({
      shipping: { grossMinor: 1500, taxMinor: 100 },
      shippingMethod: "A, B",
      problems: [],
    });
  });

  it.each(["15.00", "10.00"])("removes a shipping line from the order, with a total of %s", (total_price) => {
    const order = orderOf(payload({ total_price, shipping_lines: [{ price: "5.00", is_removed: true }] }));
    expect(order).toMatchObject({
      totalMinor: 1000,
      shipping: { grossMinor: 0 },
      shippingMethod: null,
      problems: [],
    });
  });
});

describe("a body under the topic of a refund", () => {
  it("is rejected if it is a fulfillment: the topic is not signed", () => {
    const fulfillment = { id: 7, order_id: 1001, status: "success", line_items: [{ id: 1, quantity: 1 }] };
    expect(read("refunds/create", fulfillment).event.ok).toBe(false);
  });
});
