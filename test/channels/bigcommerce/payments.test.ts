/** What was paid for a BigCommerce order, and what was paid back. */
import { describe, expect, it } from "vitest";
import refunds from "../../fixtures/bigcommerce/refunds.json";
import transactions from "../../fixtures/bigcommerce/transactions.json";
import { fetched, read, type Json } from "./responses";

describe("the payment of a BigCommerce order", () => {
  const [card] = transactions.data;
  const paid = (over: Json, ...changes: Json[]) =>
    read(fetched(over, { transactions: { data: changes.map((it) => ({ ...card, ...it })) } })).payments.map(
      ({ kind, amountMinor }) => [kind, amountMinor],
    );
  const noStatus = { payment_status: "" };

  it("is the sum of purchases and captures", () => {
    expect(paid({}, { amount: 40 }, { event: "capture", amount: 12.44 })).toEqual([["captured", 5244]]);
    expect(paid({ status_id: 7, payment_status: "authorized" }, { event: "capture", amount: 20 })).toEqual([
      ["captured", 2000],
    ]);
  });

  it("by store credit and gift certificates is not a payment that a provider clears", () => {
    const credit = { method: "store_credit", gateway: "storecredit", amount: 12.44 };
    expect(paid({}, { amount: 40 }, credit)).toEqual([
      ["gift_card", 1244],
      ["captured", 4000],
    ]);
    const fields = { store_credit_amount: "12.4400", gift_certificate_amount: "10.0000" };
    expect(paid({ ...fields, payment_status: "paid" }, credit)).toEqual([
      ["gift_card", 1244],
      ["gift_card", 1000],
      ["captured", 3000],
    ]);
    expect(paid({ ...fields, payment_status: "authorized" }, credit).at(-1)).toEqual(["authorized", 3000]);
    const whole = { store_credit_amount: "52.4400", payment_status: "" };
    expect(paid(whole)).toEqual([["gift_card", 5244]]);
  });

  it("excludes what failed, is pending or void, was paid back, or is in another currency", () => {
    const none = [
      { status: "error" },
      { event: "pending" },
      { event: "void" },
      { event: "refund" },
      { event: "authorization" },
      { currency: "EUR" },
    ];
    expect(paid({ status_id: 7, payment_status: "" }, ...none)).toEqual([]);
  });

  it.each([
    ["captured", 7, [["captured", 5244]]],
    ["paid", 1, [["captured", 5244]]],
    ["refunded", 4, [["captured", 5244]]],
    ["partially refunded", 14, [["captured", 5244]]],
    ["authorized", 11, [["authorized", 5244]]],
    ["capture pending", 11, [["authorized", 5244]]],
    ["authorized", 7, []],
    ["declined", 11, []],
    ["held for review", 11, []],
    ["void", 11, []],
    ["pending", 11, []],
  ])("follows from the payment status %j in the status %i: %j", (payment_status, status_id, expected) => {
    expect(paid({ payment_status, status_id })).toEqual(expected);
  });

  it("outside of BigCommerce is made when the merchant sets the status, or on delivery", () => {
    expect(paid({ ...noStatus, status_id: 7 }, { event: "pending", gateway: "bankdeposit" })).toEqual([]);
    expect(paid({ ...noStatus, status_id: 11 }, { event: "pending", gateway: "bankdeposit" })).toEqual([
      ["captured", 5244],
    ]);
    expect(paid({ ...noStatus, status_id: 11 }, { event: "pending", gateway: "cod" })).toEqual([
      ["authorized", 5244],
    ]);
  });

  it.each([
    { what: "is authorized", over: { status_id: 11, payment_status: "pending" }, expected: "authorized" },
    {
      what: "is authorized while it is shipped",
      over: { status_id: 2, payment_status: "pending" },
      expected: "authorized",
    },
    {
      what: "is made once the order is completed",
      over: { status_id: 10, payment_status: "pending" },
      expected: "captured",
    },
    {
      what: "is not made while it is awaited",
      over: { status_id: 7, payment_status: "pending" },
      expected: undefined,
    },
    { what: "is void", over: { status_id: 11, payment_status: "void" }, expected: undefined },
  ])("on delivery $what: $over", ({ over, expected }) => {
    const [payment] = paid({ payment_method: "Cash on Delivery", ...over });
    expect(payment?.[0]).toBe(expected);
    const [byGateway] = paid(
      { payment_method: "At the door", ...over },
      { event: "pending", gateway: "cod" },
    );
    expect(byGateway?.[0]).toBe(expected);
  });

  it("in a gateway's test mode makes the order a test", () => {
    const isTest = (...tests: (boolean | null)[]) =>
      read(fetched({}, { transactions: { data: tests.map((test) => ({ ...card, test })) } })).isTest;
    expect([isTest(true), isTest(true, null), isTest(true, false), isTest(false), isTest()]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("keeps its id when its transactions arrive, so that it counts once", () => {
    const before = read(fetched({}, { transactions: null })).payments;
    const after = read(fetched()).payments;
    expect(before.map(({ externalId }) => externalId)).toEqual(after.map(({ externalId }) => externalId));
  });
});

describe("a refund by BigCommerce", () => {
  const [first] = refunds.data;
  const refunded = (over: Json = {}) =>
    read(fetched({}, { refunds: { data: [{ ...first, ...over }] } })).refunds;

  it("has the amount that was paid back, the shipping in it with its tax, and the units", () => {
    expect(refunded()).toEqual([
      {
        externalId: "12",
        amountMinor: 2079,
        shippingMinor: 861,
        lines: [{ externalLineId: "81", quantity: 1, restock: "none" }],
        itemized: true,
        reason: "One arrived broken",
        at: Date.UTC(2026, 10, 25, 16, 44, 15),
      },
    ]);
  });

  it("excludes what a provider declined", () => {
    const [payment] = first!.payments;
    expect(refunded({ payments: [{ ...payment, is_declined: true }] })).toEqual([]);
    const half = [
      { ...payment, amount: 10 },
      { ...payment, is_declined: true },
    ];
    expect(refunded({ payments: half })).toMatchObject([{ amountMinor: 1000, shippingMinor: 861 }]);
  });

  it("may have no lines and no payments", () => {
    expect(refunded({ payments: [], items: null })).toMatchObject([
      { amountMinor: 2079, shippingMinor: 0, lines: [] },
    ]);
    const whole = [{ item_type: "ORDER", item_id: 4711, quantity: null, requested_amount: "5.00" }];
    expect(refunded({ items: whole })).toMatchObject([{ amountMinor: 2079, shippingMinor: 0, lines: [] }]);
  });

  it.each([
    {
      what: "all of a fee takes it off",
      item: { item_type: "FEE", item_id: 9, requested_amount: 2 },
      lines: ["fee-9"],
    },
    {
      what: "all of the gift wrapping",
      item: { item_type: "GIFT_WRAPPING", item_id: 81, requested_amount: 3 },
      lines: ["wrapping"],
    },
    {
      what: "a part of the gift wrapping",
      item: { item_type: "GIFT_WRAPPING", item_id: 81, requested_amount: 1 },
      lines: [],
    },
    { what: "another order's fee", item: { item_type: "FEE", item_id: 8, requested_amount: 2 }, lines: [] },
  ])("of $what", ({ item, lines }) => {
    const charged = {
      fees: [
        {
          id: 9,
          display_name_customer: "Handling",
          cost_ex_tax: "2.0000",
          cost_inc_tax: "2.0000",
          cost_tax: "0",
        },
      ],
      wrapping_cost_ex_tax: "3.0000",
      wrapping_cost_inc_tax: "3.0000",
      total_inc_tax: "57.4400",
    };
    const order = read(
      fetched(charged, { refunds: { data: [{ ...first, items: [{ ...item, quantity: 1 }] }] } }),
    );
    expect(order.refunds[0]!.lines).toEqual(
      lines.map((externalLineId) => ({ externalLineId, quantity: 1, restock: "none" })),
    );
  });
});
