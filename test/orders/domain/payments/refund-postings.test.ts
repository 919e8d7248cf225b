/** What a refund posts, to the smallest coin. */
import { describe, expect, it } from "vitest";
import type { NewOrder, NewRefund } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decideRefund } from "../../../../src/orders/domain/payments/refunds";
import { NOTHING_OWED, settlementOf } from "../../../../src/orders/domain/payments/settlement";
import { journalEntryOf } from "../../../../src/orders/domain/postings";
import { apply, cancel, create, createAndShip, refund, release, RULES, ship } from "../order-steps";
import { balancesText, postingsText } from "../order-text";
import { aRefund, aSale, authorized, mugs, paid, refundLines, sold } from "../sales";

const waiting = create(aSale(mugs(2)));
const bothShipped = createAndShip(aSale(mugs(2)));

const SHIPPING = { grossMinor: 500, discountMinor: 0, taxMinor: 100 };
/** 10.00 for three, 0.50 off, 1.00 of tax. By unit: 3.33 3.33 3.34, discount 0.16 0.17 0.17, tax 0.33 0.33 0.34. */
const three = sold("Mug", 3, { unitPriceMinor: 333, grossMinor: 1000, discountMinor: 50, taxMinor: 100 });
const twoOfThreeShipped = (over: Partial<NewOrder> = {}) =>
  ship(release(create(aSale({ lines: [three], ...over }))), { Mug: 2 });

type Case = Readonly<{ name: string; order: Order; refunded: Partial<NewRefund>; expected: string[] }>;

function itPosts(cases: readonly Case[]): void {
  it.each(cases)("$name", ({ order, refunded, expected }) => {
    const events = decideRefund(order, aRefund("ref_1", refunded), RULES);
    expect(postingsText(order, events)).toEqual(expected);
  });
}

describe("a refund of returned units posts", () => {
  itPosts([
    {
      name: "the first shipped unit, with tax on top: 3.33 − 0.16 + 0.33",
      order: twoOfThreeShipped(),
      refunded: { amountMinor: 350, ...refundLines("1 Mug return") },
      expected: [
        "assets:psp-clearing -350",
        "liabilities:sales-tax 33",
        "revenue:discounts -16",
        "revenue:sales-returns 333",
      ],
    },
    {
      name: "the next unit: 3.33 − 0.17 + 0.33",
      order: refund(twoOfThreeShipped(), aRefund("r0", { amountMinor: 350, ...refundLines("1 Mug return") })),
      refunded: { amountMinor: 349, ...refundLines("1 Mug return") },
      expected: [
        "assets:psp-clearing -349",
        "liabilities:sales-tax 33",
        "revenue:discounts -17",
        "revenue:sales-returns 333",
      ],
    },
    {
      name: "both units of a line listed twice: 6.66 − 0.33 + 0.66",
      order: twoOfThreeShipped(),
      refunded: { amountMinor: 699, ...refundLines("1 Mug return", "1 Mug none") },
      expected: [
        "assets:psp-clearing -699",
        "liabilities:sales-tax 66",
        "revenue:discounts -33",
        "revenue:sales-returns 666",
      ],
    },
    {
      name: "a unit at 11.90 − 1.19, of which 1.71 is included tax",
      order: createAndShip(
        aSale({
          currency: "EUR",
          taxIncluded: true,
          lines: [sold("Mug", 3, { unitPriceMinor: 1190, discountMinor: 357, taxMinor: 513 })],
        }),
      ),
      refunded: { amountMinor: 1071, ...refundLines("1 Mug return") },
      expected: [
        "assets:psp-clearing -1071",
        "liabilities:sales-tax 171",
        "revenue:discounts -119",
        "revenue:sales-returns 1019",
      ],
    },
    {
      name: "a gift card, which was never revenue",
      order: release(
        create(aSale({ lines: [sold("Card", 1, { kind: "gift_card", unitPriceMinor: 2500 })] })),
      ),
      refunded: { amountMinor: 2500, ...refundLines("1 Card none") },
      expected: ["assets:psp-clearing -2500", "liabilities:gift-cards 2500"],
    },
    {
      name: "a fee if it refunds less than the units' worth",
      order: bothShipped,
      refunded: { amountMinor: 2000, ...refundLines("1 Mug return") },
      expected: [
        "assets:psp-clearing -2000",
        "liabilities:sales-tax 400",
        "revenue:restocking-fees -400",
        "revenue:sales-returns 2000",
      ],
    },
    {
      name: "an allowance if it refunds more than the units' worth",
      order: bothShipped,
      refunded: { amountMinor: 2500, ...refundLines("1 Mug return") },
      expected: [
        "assets:psp-clearing -2500",
        "liabilities:sales-tax 400",
        "revenue:allowances 100",
        "revenue:sales-returns 2000",
      ],
    },
  ]);

  it("a smaller receivable for what was never paid, and the rest as owed back", () => {
    const owing = createAndShip(aSale({ ...mugs(2), payments: [authorized(4800), paid(3000)] }));
    expect(balancesText(owing)).toEqual(["receivable 1800"]);
    const returned = aRefund("ref_1", refundLines("1 Mug return"));
    expect(postingsText(owing, decideRefund(owing, returned, RULES))).toEqual([
      "assets:receivable -1800",
      "liabilities:refund-payable -600",
      "liabilities:sales-tax 400",
      "revenue:sales-returns 2000",
    ]);
  });
});

describe("a refund in a currency with other minor units posts", () => {
  /** ¥1,000 for three, of which ¥90 is included tax. */
  const yen = createAndShip(
    aSale({
      currency: "JPY",
      taxIncluded: true,
      lines: [sold("Mug", 3, { unitPriceMinor: 333, grossMinor: 1000, taxMinor: 90 })],
    }),
  );
  /** 1.250 KWD each, 0.333 off both, 0.109 of tax on top. */
  const dinars = sold("Mug", 2, { unitPriceMinor: 1250, discountMinor: 333, taxMinor: 109 });

  itPosts([
    {
      name: "a third of ¥1,000, of which ¥30 is tax",
      order: yen,
      refunded: { amountMinor: 333, ...refundLines("1 Mug return") },
      expected: ["assets:psp-clearing -333", "liabilities:sales-tax 30", "revenue:sales-returns 303"],
    },
    {
      name: "the last third of ¥1,000, which is ¥334",
      order: refund(yen, aRefund("r0", { amountMinor: 666, ...refundLines("2 Mug return") })),
      refunded: { amountMinor: 334, ...refundLines("1 Mug return") },
      expected: ["assets:psp-clearing -334", "liabilities:sales-tax 30", "revenue:sales-returns 304"],
    },
    {
      name: "a unit at 1.250 − 0.166 + 0.054 KWD",
      order: createAndShip(aSale({ currency: "KWD", lines: [dinars] })),
      refunded: { amountMinor: 1138, ...refundLines("1 Mug return") },
      expected: [
        "assets:psp-clearing -1138",
        "liabilities:sales-tax 54",
        "revenue:discounts -166",
        "revenue:sales-returns 1250",
      ],
    },
  ]);
});

describe("a refund of shipping posts", () => {
  itPosts([
    {
      name: "with a unit, 3.00 of 6.00 of which two thirds were earned: 1.00 that was not, 2.00 that was, with 0.33 of tax",
      order: twoOfThreeShipped({ shipping: SHIPPING }),
      refunded: { amountMinor: 650, shippingMinor: 300, ...refundLines("1 Mug return") },
      expected: [
        "assets:psp-clearing -650",
        "liabilities:customer-deposits 100",
        "liabilities:sales-tax 66",
        "revenue:discounts -16",
        "revenue:sales-returns 333",
        "revenue:shipping 167",
      ],
    },
    {
      name: "2.00 that a cancellation of one of two units does not give back",
      order: cancel(create(aSale({ ...mugs(2), shipping: SHIPPING })), { Mug: 1 }),
      refunded: { amountMinor: 200, shippingMinor: 200 },
      expected: ["assets:psp-clearing -200", "liabilities:customer-deposits 200"],
    },
    {
      name: "6.00 that no unit was shipped for: what the cancellation of all units made due",
      order: cancel(create(aSale({ ...mugs(2), shipping: SHIPPING }))),
      refunded: { amountMinor: 600, shippingMinor: 600 },
      expected: ["assets:psp-clearing -600", "liabilities:refund-payable 600"],
    },
    {
      name: "6.00 that was earned, of which 1.00 is tax",
      order: createAndShip(aSale({ ...mugs(2), shipping: SHIPPING })),
      refunded: { amountMinor: 600, shippingMinor: 600 },
      expected: ["assets:psp-clearing -600", "liabilities:sales-tax 100", "revenue:shipping 500"],
    },
    {
      name: "an allowance beyond the shipping charge",
      order: createAndShip(aSale({ ...mugs(2), shipping: SHIPPING })),
      refunded: { amountMinor: 700, shippingMinor: 700 },
      expected: [
        "assets:psp-clearing -700",
        "liabilities:sales-tax 100",
        "revenue:allowances 100",
        "revenue:shipping 500",
      ],
    },
  ]);
});

describe("a refund of cancelled units posts", () => {
  itPosts([
    {
      name: "a unit that was never shipped: what its cancellation made due",
      order: waiting,
      refunded: { amountMinor: 2400, ...refundLines("1 Mug cancel") },
      expected: ["assets:psp-clearing -2400", "liabilities:customer-deposits 2400"],
    },
    {
      name: "less than its cancellation made due: the rest stays due",
      order: waiting,
      refunded: { amountMinor: 2000, ...refundLines("1 Mug cancel") },
      expected: [
        "assets:psp-clearing -2000",
        "liabilities:customer-deposits 2400",
        "liabilities:refund-payable -400",
      ],
    },
    {
      name: "a unit that was cancelled before: what was due",
      order: cancel(waiting, { Mug: 1 }),
      refunded: { amountMinor: 2400, ...refundLines("1 Mug cancel") },
      expected: ["assets:psp-clearing -2400", "liabilities:refund-payable 2400"],
    },
  ]);
});

describe("a refund without units posts", () => {
  const overpaid = create(aSale({ ...mugs(2), payments: [paid(5000)] }));

  itPosts([
    {
      name: "an allowance",
      order: bothShipped,
      refunded: { amountMinor: 300 },
      expected: ["assets:psp-clearing -300", "revenue:allowances 300"],
    },
    {
      name: "2.00 that were paid too much first, and the rest as an allowance",
      order: overpaid,
      refunded: { amountMinor: 300 },
      expected: ["assets:psp-clearing -300", "liabilities:refund-payable 200", "revenue:allowances 100"],
    },
    {
      name: "what a cancellation made due, and what was paid too much",
      order: cancel(overpaid, { Mug: 1 }),
      refunded: { amountMinor: 2500 },
      expected: ["assets:psp-clearing -2500", "liabilities:refund-payable 2500"],
    },
    {
      name: "an allowance beyond what was due",
      order: cancel(overpaid, { Mug: 1 }),
      refunded: { amountMinor: 2601 },
      expected: ["assets:psp-clearing -2601", "liabilities:refund-payable 2600", "revenue:allowances 1"],
    },
  ]);
});

describe("a refund before its payment posts", () => {
  const unpaid = create(aSale({ ...mugs(2), payments: [authorized(4800)] }));

  itPosts([
    {
      name: "what is owed to us for cancelled units that were never paid",
      order: unpaid,
      refunded: { amountMinor: 2400, ...refundLines("1 Mug cancel") },
      expected: ["assets:psp-clearing -2400", "assets:receivable 2400"],
    },
    {
      name: "an allowance, if it lists nothing",
      order: unpaid,
      refunded: { amountMinor: 2400 },
      expected: ["assets:psp-clearing -2400", "revenue:allowances 2400"],
    },
  ]);
});

describe("a refund of goods", () => {
  it.each([
    { name: "takes their cost back into stock if they are restocked", line: "2 Mug return", costMinor: 1400 },
    { name: "leaves their cost expensed if they are not restocked", line: "2 Mug none", costMinor: 0 },
  ])("$name", ({ line, costMinor }) => {
    const events = decideRefund(bothShipped, aRefund("ref_1", refundLines(line)), RULES);
    const after = apply(bothShipped, events);
    const books = { booksCurrency: "USD", booksTimeZone: "UTC" };
    const entry = journalEntryOf({ before: bothShipped, after, events }, 0, books);
    const costs = entry!.postings.filter(({ currency }) => currency === "USD");
    expect(costs.map(({ account, amountMinor }) => `${account} ${amountMinor}`)).toEqual(
      costMinor === 0 ? [] : [`assets:inventory ${costMinor}`, `expenses:cogs -${costMinor}`],
    );
  });

  it("adds up to the whole payment unit by unit", () => {
    const amounts = [350, 349, 351];
    const order = amounts.reduce(
      (before, amountMinor, i) =>
        refund(before, aRefund(`r${i}`, { amountMinor, ...refundLines("1 Mug return") })),
      ship(twoOfThreeShipped()),
    );
    expect(order).toMatchObject({ refundedMinor: 1050, capturedMinor: 1050, holds: [] });
    expect(settlementOf(order)).toEqual({
      balances: NOTHING_OWED,
      allowanceMinor: 0,
      feeMinor: 0,
      refundRoundingMinor: 0,
    });
  });
});
