/** What was paid for a Shopify order, and what was paid back. */
import { describe, expect, it } from "vitest";
import { codes, line, orderOf, payload, read } from "./payloads";

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
    ["voided", {}, undefined],
    ["expired", {}, undefined],
    [null, {}, undefined],
  ])("follows from the state %s with %j", (status, over, expected) => {
    const [payment] = orderOf(payload({ financial_status: status, ...over })).payments;
    expect(payment && [payment.kind, payment.amountMinor]).toEqual(expected);
  });

  it("does not exist if the order is free", () => {
    const order = orderOf(payload({ total_price: "0.00", line_items: [line({ price: "0.00" })] }));
    expect([order.payments, codes(order)]).toEqual([[], []]);
  });
});

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

  it("in the customer's currency has the sum of its lines in the shop's currency", () => {
    const transactions = [{ kind: "refund", status: "success", amount: "2900", currency: "JPY" }];
    const order = orderOf(payload({ refunds: [{ ...refund, transactions }] }));
    expect(order.refunds[0]!.amountMinor).toBe(1000 + 190 + 595 - 100);
    const withoutLines = { id: 8, transactions };
    expect(codes(orderOf(payload({ refunds: [withoutLines] })))).toEqual(["refund_unmatched"]);
  });
});
