/** The balance of each account that follows from an order itself. */
import { describe, expect, it } from "vitest";
import type { Account } from "../../../src/ledger/domain/accounts";
import type { Order } from "../../../src/orders/domain/order";
import { orderAccounts } from "../../../src/orders/domain/postings";
import { aLine, NOON } from "../../support/an-order";
import { goods, charge, paidWith, sale, shipped, card, withCard } from "./booked-sales";
import { facts, refundFor, units } from "./payments/money-facts";

describe("orderAccounts", () => {
  /** The accounts that are not zero. */
  const accountsOf = (order: Order): Partial<Record<Account, number>> =>
    Object.fromEntries(Object.entries(orderAccounts(order)).filter(([, amountMinor]) => amountMinor !== 0));

  it.each<{ name: string; order: Order; expected: Partial<Record<Account, number>> }>([
    { name: "nothing for an unpaid order", order: sale(0), expected: {} },
    {
      name: "a deposit, and more than the order is worth",
      order: sale(10_800),
      expected: {
        "assets:psp-clearing": 10_800,
        "liabilities:customer-deposits": -10_780,
        "liabilities:refund-payable": -20,
      },
    },
    {
      name: "a sale that is not fully paid",
      order: shipped(10_000),
      expected: {
        "assets:psp-clearing": 10_000,
        "assets:receivable": 780,
        "liabilities:sales-tax": -980,
        "revenue:products": -10_000,
        "revenue:discounts": 1_000,
        "revenue:shipping": -800,
      },
    },
    {
      name: "a sale at prices that include tax, with rounding",
      order: { ...shipped(9_802), taxIncluded: true, roundingMinor: 2 },
      expected: {
        "assets:psp-clearing": 9_802,
        "liabilities:sales-tax": -980,
        "revenue:products": -9_100,
        "revenue:discounts": 1_000,
        "revenue:shipping": -720,
        "revenue:rounding": -2,
      },
    },
    {
      name: "rounding that takes off",
      order: { ...shipped(10_777), roundingMinor: -3 },
      expected: {
        "assets:psp-clearing": 10_777,
        "liabilities:sales-tax": -980,
        "revenue:products": -10_000,
        "revenue:discounts": 1_000,
        "revenue:shipping": -800,
        "revenue:rounding": 3,
      },
    },
    {
      name: "no rounding before the sale",
      order: sale(10_782, { roundingMinor: 2 }),
      expected: { "assets:psp-clearing": 10_782, "liabilities:customer-deposits": -10_782 },
    },
    {
      name: "a payment by gift card and by card",
      order: {
        ...sale(0),
        payments: [
          { externalId: "g", kind: "gift_card", amountMinor: 700, at: NOON },
          { externalId: "h", kind: "gift_card", amountMinor: 50, at: NOON },
          { externalId: "p", kind: "captured", amountMinor: 30, at: NOON },
          { externalId: "a", kind: "authorized", amountMinor: 9_000, at: NOON },
        ],
        capturedMinor: 780,
      },
      expected: {
        "assets:psp-clearing": 30,
        "liabilities:gift-cards": 750,
        "liabilities:customer-deposits": -780,
      },
    },
    {
      name: "gift cards that are sold",
      order: withCard(10_000, 1),
      expected: {
        "assets:psp-clearing": 10_000,
        "liabilities:gift-cards": -2_500,
        "revenue:products": -7_500,
      },
    },
    {
      name: "gift cards that are sold, paid by gift card, and returned",
      order: facts([card({ ordered: 2, shipped: 2, returned: 1, grossMinor: 5_000 })], {
        ...paidWith(5_000, "gift_card"),
        refunds: [refundFor(2_000, ["1 Card 1"])],
      }),
      expected: {
        "assets:psp-clearing": -2_000,
        "liabilities:gift-cards": 5_000 + 2_500 - 5_000,
        "revenue:restocking-fees": -500,
      },
    },
    {
      name: "a return, a fee that was kept, and its tax and discount",
      order: facts([goods({ shipped: 1, returned: 1 })], {
        shipping: charge,
        ...paidWith(10_780),
        refunds: [refundFor(9_000, ["1 Mug 1"])],
      }),
      expected: {
        "assets:psp-clearing": 1_780,
        "liabilities:sales-tax": -80,
        "revenue:products": -10_000,
        "revenue:sales-returns": 10_000,
        "revenue:shipping": -800,
        "revenue:restocking-fees": -900,
      },
    },
    {
      name: "an allowance",
      order: facts([units({ shipped: 4 })], { ...paidWith(400), refunds: [refundFor(30)] }),
      expected: { "assets:psp-clearing": 370, "revenue:products": -400, "revenue:allowances": 30 },
    },
    {
      name: "a discount on shipping",
      order: facts([units({ shipped: 4 })], {
        shipping: { grossMinor: 100, discountMinor: 40, taxMinor: 6 },
        ...paidWith(466),
      }),
      expected: {
        "assets:psp-clearing": 466,
        "liabilities:sales-tax": -6,
        "revenue:products": -400,
        "revenue:discounts": 40,
        "revenue:shipping": -100,
      },
    },
    {
      name: "half of the shipping, if half was shipped",
      order: facts([units({ shipped: 2 })], {
        shipping: { grossMinor: 101, discountMinor: 0, taxMinor: 0 },
        ...paidWith(501),
      }),
      expected: {
        "assets:psp-clearing": 501,
        "liabilities:customer-deposits": -251,
        "revenue:products": -200,
        "revenue:shipping": -50,
      },
    },
    {
      name: "a fee that is earned with the last of the goods",
      order: facts([units({ shipped: 4 }), aLine("Tip", { kind: "fee", shipped: 1 })], paidWith(2_800)),
      expected: { "assets:psp-clearing": 2_800, "liabilities:sales-tax": -400, "revenue:products": -2_400 },
    },
    { name: "nothing for a test of the checkout", order: { ...shipped(10_780), isTest: true }, expected: {} },
  ])("has $name", ({ order, expected }) => {
    expect(accountsOf(order)).toEqual(expected);
    const sum = Object.values(orderAccounts(order)).reduce((total, amountMinor) => total + amountMinor, 0);
    expect(sum + 0).toBe(0);
  });
});
