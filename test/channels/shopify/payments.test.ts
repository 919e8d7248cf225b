/** What was paid for a Shopify order. */
import { describe, expect, it } from "vitest";
import { codes, line, orderOf, payload } from "./payloads";

describe("the payment of a Shopify order", () => {
  it.each([
    ["paid", {}, ["captured", 1000]],
    ["paid", { total_outstanding: "0.00" }, ["captured", 1000]],
    ["paid", { total_outstanding: "4.00" }, ["captured", 600]],
    ["paid", { total_outstanding: "-4.00" }, ["captured", 1000]],
    ["partially_paid", { total_outstanding: "4.00" }, ["captured", 600]],
    ["partially_paid", { total_outstanding: "4.00", current_total_price: "7.00" }, ["captured", 300]],
    ["partially_paid", {}, undefined],
    ["refunded", { total_outstanding: "0.00" }, ["captured", 1000]],
    ["partially_refunded", {}, ["captured", 1000]],
    ["authorized", { total_outstanding: "10.00" }, ["authorized", 1000]],
    ["pending", { total_outstanding: "10.00" }, undefined],
    ["pending", { total_outstanding: "10.00", current_total_price: "10.00" }, undefined],
    ["pending", { total_outstanding: "4.00", current_total_price: "10.00" }, ["captured", 600]],
    ["authorized", { total_outstanding: "6.00", current_total_price: "6.00" }, ["authorized", 600]],
    ["authorized", {}, ["authorized", 1000]],
    ["paid", { total_outstanding: "10.00" }, ["captured", 1000]],
    ["paid", { total_outstanding: "10.00", current_total_price: "10.00" }, ["captured", 1000]],
    ["paid", { total_outstanding: "-4.00", current_total_price: "6.00" }, ["captured", 1000]],
    ["paid", { total_outstanding: "-4.00", current_total_price: "10.00" }, ["captured", 1400]],
    ["voided", {}, undefined],
    ["voided", { total_outstanding: "10.00", current_total_price: "10.00" }, undefined],
    ["expired", { total_outstanding: "10.00", current_total_price: "10.00" }, undefined],
    [null, {}, undefined],
  ])("follows from the state %s with %j", (status, over, expected) => {
    const [payment] = orderOf(payload({ financial_status: status, ...over })).payments;
    expect(payment && [payment.kind, payment.amountMinor]).toEqual(expected);
  });

  it.each([
    { names: ["gift_card"], status: "paid", expected: ["gift_card", 1000] },
    { names: ["gift_card", "shopify_payments"], status: "paid", expected: ["captured", 1000] },
    { names: ["Cash on Delivery (COD)"], status: "pending", expected: ["authorized", 1000] },
    { names: ["Nachnahme"], status: "pending", expected: ["authorized", 1000] },
    { names: ["Cash on Delivery (COD)"], status: "paid", expected: ["captured", 1000] },
    { names: ["Cash on Delivery (COD)"], status: "voided", expected: undefined },
    { names: ["Cash on Delivery (COD)", "bogus"], status: "pending", expected: undefined },
    { names: ["Bank Deposit"], status: "pending", expected: undefined },
    { names: ["Codename Payments"], status: "pending", expected: undefined },
  ])("is $expected with the gateways $names and the state $status", ({ names, status, expected }) => {
    const order = orderOf(payload({ financial_status: status, payment_gateway_names: names }));
    expect(order.payments.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual(
      expected ? [expected] : [],
    );
  });

  it.each([
    { what: "dearer one, and the difference paid", outstanding: "0.00", status: "paid", expected: 25000 },
    {
      what: "dearer one, and the difference not paid",
      outstanding: "150.00",
      status: "partially_paid",
      expected: 10000,
    },
  ])(
    "of an order of which a line was returned for a $what is $expected",
    ({ outstanding, status, expected }) => {
      const refund_line_items = [{ line_item_id: 1, quantity: 1, restock_type: "return", subtotal: 100 }];
      const order = orderOf(
        payload({
          financial_status: status,
          total_price: "350.00",
          current_total_price: "250.00",
          total_outstanding: outstanding,
          line_items: [line({ price: "100.00", current_quantity: 0 }), line({ id: 2, price: "250.00" })],
          refunds: [{ id: 7, refund_line_items, transactions: [] }],
        }),
      );
      expect(order.payments.map(({ amountMinor }) => amountMinor)).toEqual([expected]);
      expect(codes(order)).toEqual([]);
    },
  );

  it("of an order of which a line was returned for a cheaper one is all that was paid", () => {
    const refund_line_items = [{ line_item_id: 1, quantity: 1, restock_type: "return", subtotal: 730 }];
    const transactions = [{ kind: "refund", status: "success", amount: "365.00", currency: "EUR" }];
    const order = orderOf(
      payload({
        financial_status: "partially_refunded",
        total_price: "1095.00",
        current_total_price: "365.00",
        total_outstanding: "0.00",
        line_items: [line({ price: "730.00", current_quantity: 0 }), line({ id: 2, price: "365.00" })],
        refunds: [{ id: 7, refund_line_items, transactions }],
      }),
    );
    expect(order.payments.map(({ amountMinor }) => amountMinor)).toEqual([73000]);
    expect(order.refunds[0]).toMatchObject({ amountMinor: 36500, shippingMinor: 0 });
  });

  const exchanged = (over: object = {}) =>
    payload({
      total_price: "200.00",
      current_total_price: "100.00",
      total_outstanding: "0.00",
      line_items: [
        line({ id: 1, price: "100.00", current_quantity: 0 }),
        line({ id: 2, price: "100.00", current_quantity: 1 }),
      ],
      refunds: [
        {
          id: 7,
          refund_line_items: [
            { line_item_id: 1, quantity: 1, restock_type: "cancel", subtotal: 100, total_tax: 0 },
          ],
          transactions: [],
        },
      ],
      ...over,
    });

  it("is what was paid once if a line was exchanged for another", () => {
    const order = orderOf(exchanged());
    expect(order).toMatchObject({
      totalMinor: 20000,
      payments: [{ kind: "captured", amountMinor: 10000 }],
      refunds: [{ amountMinor: 0, lines: [{ externalLineId: "1", quantity: 1 }] }],
      lines: [{ removed: 0 }, { removed: 0 }],
      problems: [],
    });
  });

  const goodwill = {
    id: 8,
    transactions: [{ kind: "refund", status: "success", amount: "5.00", currency: "EUR" }],
  };
  const rest = { ...goodwill, id: 9, transactions: [{ ...goodwill.transactions[0], amount: "95.00" }] };
  const pending = { ...goodwill, id: 10, transactions: [{ ...goodwill.transactions[0], status: "pending" }] };
  const hundred = {
    total_price: "100.00",
    line_items: [line({ price: "100.00" })],
    total_outstanding: "0.00",
  };
  it.each([
    { what: "goodwill is in the current total", over: { current_total_price: "95.00", refunds: [goodwill] } },
    {
      what: "goodwill is not in the current total",
      over: { current_total_price: "100.00", refunds: [goodwill] },
    },
    { what: "the rest was refunded too", over: { current_total_price: "0.00", refunds: [goodwill, rest] } },
    { what: "a refund is pending", over: { current_total_price: "100.00", refunds: [pending] } },
    {
      what: "a pending refund is in the current total",
      over: { current_total_price: "95.00", refunds: [pending] },
    },
  ])("is all of 100.00 if $what", ({ over }) => {
    const order = orderOf(payload({ financial_status: "partially_refunded", ...hundred, ...over }));
    expect(order.payments.map(({ amountMinor }) => amountMinor)).toEqual([10000]);
  });

  it("is never less than what was paid back", () => {
    const order = orderOf(payload({ financial_status: "voided", refunds: [goodwill] }));
    expect(order.payments.map(({ amountMinor }) => amountMinor)).toEqual([500]);
  });

  it("does not exist if the order is free", () => {
    const order = orderOf(payload({ total_price: "0.00", line_items: [line({ price: "0.00" })] }));
    expect([order.payments, codes(order)]).toEqual([[], []]);
  });
});
