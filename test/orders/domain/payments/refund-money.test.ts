import { describe, expect, it } from "vitest";
import type { NewOrder, NewRefund } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decideRefund } from "../../../../src/orders/domain/payments/refunds";
import {
  aRefund,
  aSale,
  balances,
  booked,
  cancel,
  paid,
  refund,
  refundLine,
  release,
  RULES,
  sent,
  ship,
  sold,
  standing,
  takenIn,
} from "../../../support/a-sale";
import { NOON } from "../../../support/an-order";

const mugs = { lines: [sold("Mug", 2)] };
const waiting = takenIn(aSale(mugs));
const bothSent = sent(aSale(mugs));

const naming = (...lines: string[]): Partial<NewRefund> => ({ lines: lines.map(refundLine) });
const SHIPPING = { grossMinor: 500, discountMinor: 0, taxMinor: 100 };
/** 10.00 for three, 0.50 off, 1.00 of tax, unit by unit: 3.33 3.33 3.34, off 0.16 0.17 0.17, tax 0.33 0.33 0.34. */
const three = sold("Mug", 3, { unitPriceMinor: 333, grossMinor: 1000, discountMinor: 50, taxMinor: 100 });
const twoOfThree = (over: Partial<NewOrder>) =>
  ship(release(takenIn(aSale({ lines: [three], ...over }))), { Mug: 2 });
/** 11.90 each, 1.90 of it tax, less 10 %: 32.13, of which 5.13 is tax. */
const german = sold("Mug", 3, { unitPriceMinor: 1190, discountMinor: 357, taxMinor: 513 });
const shippedYen = sent(
  aSale({
    currency: "JPY",
    taxIncluded: true,
    lines: [sold("Mug", 3, { unitPriceMinor: 333, grossMinor: 1000, taxMinor: 90 })],
  }),
);
/** 1.250 KWD each, 0.333 off, 0.109 of tax on top. */
const dinars = sold("Mug", 2, { unitPriceMinor: 1250, discountMinor: 333, taxMinor: 109 });

describe("a refund is booked, to the smallest coin", () => {
  it.each<[string, Order, Partial<NewRefund>, string[]]>([
    [
      "the first unit sent, tax on top: 3.33 − 0.16 + 0.33",
      twoOfThree({}),
      { amountMinor: 350, ...naming("1 Mug return") },
      [
        "assets:psp-clearing -350",
        "liabilities:sales-tax 33",
        "revenue:discounts -16",
        "revenue:sales-returns 333",
      ],
    ],
    [
      "the next unit then: 3.33 − 0.17 + 0.33",
      refund(twoOfThree({}), aRefund("r0", { amountMinor: 350, ...naming("1 Mug return") })),
      { amountMinor: 349, ...naming("1 Mug return") },
      [
        "assets:psp-clearing -349",
        "liabilities:sales-tax 33",
        "revenue:discounts -17",
        "revenue:sales-returns 333",
      ],
    ],
    [
      "both, line named twice: 6.66 − 0.33 + 0.66",
      twoOfThree({}),
      { amountMinor: 699, ...naming("1 Mug return", "1 Mug none") },
      [
        "assets:psp-clearing -699",
        "liabilities:sales-tax 66",
        "revenue:discounts -33",
        "revenue:sales-returns 666",
      ],
    ],
    [
      "a unit whose price holds its tax: 11.90 − 1.19, of which 1.71 tax",
      sent(aSale({ currency: "EUR", taxIncluded: true, lines: [german] })),
      { amountMinor: 1071, ...naming("1 Mug return") },
      [
        "assets:psp-clearing -1071",
        "liabilities:sales-tax 171",
        "revenue:discounts -119",
        "revenue:sales-returns 1019",
      ],
    ],
    [
      "a unit, and 3.00 of 6.00 for shipping: 2.00 was not earned yet, and 1.00 was, 0.16 of it tax",
      twoOfThree({ shipping: SHIPPING }),
      { amountMinor: 650, shippingMinor: 300, ...naming("1 Mug return") },
      [
        "assets:psp-clearing -650",
        "liabilities:customer-deposits 200",
        "liabilities:sales-tax 49",
        "revenue:discounts -16",
        "revenue:sales-returns 333",
        "revenue:shipping 84",
      ],
    ],
    [
      "shipping alone, all of it earned: 6.00, of which 1.00 tax",
      sent(aSale({ ...mugs, shipping: SHIPPING })),
      { amountMinor: 600, shippingMinor: 600 },
      ["assets:psp-clearing -600", "liabilities:sales-tax 100", "revenue:shipping 500"],
    ],
    [
      "more shipping than was charged: the rest is an allowance",
      sent(aSale({ ...mugs, shipping: SHIPPING })),
      { amountMinor: 700, shippingMinor: 700 },
      [
        "assets:psp-clearing -700",
        "liabilities:sales-tax 100",
        "revenue:allowances 100",
        "revenue:shipping 500",
      ],
    ],
    [
      "a third of ¥1,000, of which ¥30 tax",
      shippedYen,
      { amountMinor: 333, ...naming("1 Mug return") },
      ["assets:psp-clearing -333", "liabilities:sales-tax 30", "revenue:sales-returns 303"],
    ],
    [
      "the last third of ¥1,000, which is ¥334",
      refund(shippedYen, aRefund("r0", { amountMinor: 666, ...naming("2 Mug return") })),
      { amountMinor: 334, ...naming("1 Mug return") },
      ["assets:psp-clearing -334", "liabilities:sales-tax 30", "revenue:sales-returns 304"],
    ],
    [
      "a unit of 1.250 KWD: 1.250 − 0.166 + 0.054",
      sent(aSale({ currency: "KWD", lines: [dinars] })),
      { amountMinor: 1138, ...naming("1 Mug return") },
      [
        "assets:psp-clearing -1138",
        "liabilities:sales-tax 54",
        "revenue:discounts -166",
        "revenue:sales-returns 1250",
      ],
    ],
    [
      "a gift card, which was no revenue",
      release(takenIn(aSale({ lines: [sold("Card", 1, { kind: "gift_card", unitPriceMinor: 2500 })] }))),
      { amountMinor: 2500, ...naming("1 Card none") },
      ["assets:psp-clearing -2500", "liabilities:gift-cards 2500"],
    ],
    [
      "a unit that was never sent: what its cancellation owes",
      waiting,
      { amountMinor: 2400, ...naming("1 Mug cancel") },
      ["assets:psp-clearing -2400", "liabilities:customer-deposits 2400"],
    ],
    [
      "less than what its cancellation owes: the rest is still owed",
      waiting,
      { amountMinor: 2000, ...naming("1 Mug cancel") },
      ["assets:psp-clearing -2000", "liabilities:customer-deposits 2400", "liabilities:refund-payable -400"],
    ],
    [
      "a unit that was cancelled before: what is owed",
      cancel(waiting, { Mug: 1 }),
      { amountMinor: 2400, ...naming("1 Mug cancel") },
      ["assets:psp-clearing -2400", "liabilities:refund-payable 2400"],
    ],
    [
      "less than the unit that came back: a fee is kept",
      bothSent,
      { amountMinor: 2000, ...naming("1 Mug return") },
      [
        "assets:psp-clearing -2000",
        "liabilities:sales-tax 400",
        "revenue:restocking-fees -400",
        "revenue:sales-returns 2000",
      ],
    ],
    [
      "more than the unit that came back: the rest is an allowance",
      bothSent,
      { amountMinor: 2500, ...naming("1 Mug return") },
      [
        "assets:psp-clearing -2500",
        "liabilities:sales-tax 400",
        "revenue:allowances 100",
        "revenue:sales-returns 2000",
      ],
    ],
    [
      "money alone: an allowance",
      bothSent,
      { amountMinor: 300 },
      ["assets:psp-clearing -300", "revenue:allowances 300"],
    ],
    [
      "money alone, while 2.00 too much is on deposit: those first",
      takenIn(aSale({ ...mugs, payments: [paid(5000)] })),
      { amountMinor: 300 },
      ["assets:psp-clearing -300", "liabilities:customer-deposits 200", "revenue:allowances 100"],
    ],
    [
      "money alone, beyond what a cancellation owes: then what is too much on deposit",
      cancel(takenIn(aSale({ ...mugs, payments: [paid(5000)] })), { Mug: 1 }),
      { amountMinor: 2500 },
      ["assets:psp-clearing -2500", "liabilities:customer-deposits 100", "liabilities:refund-payable 2400"],
    ],
  ])("%s", (_what, order, told, expected) => {
    expect(booked(order, decideRefund(order, aRefund("ref_1", told), RULES))).toEqual(expected);
  });

  it("of what nobody had paid for: it is owed to us no longer", () => {
    const authorized = { externalId: "a", kind: "authorized", amountMinor: 4800, at: NOON } as const;
    const owing = sent(aSale({ ...mugs, payments: [authorized, paid(3000)] }));
    expect(balances(owing)).toEqual(["receivable 1800"]);
    const back = aRefund("ref_1", naming("1 Mug return"));
    expect(booked(owing, decideRefund(owing, back, RULES))).toEqual([
      "assets:receivable -1800",
      "liabilities:sales-tax 400",
      "revenue:restocking-fees -600",
      "revenue:sales-returns 2000",
    ]);
  });

  it.each([
    ["at what they cost, where they are restocked", "2 Mug return", 1400],
    ["at nothing, where they are not", "2 Mug none", 0],
  ])("goods %s", (_rule, line, costMinor) => {
    const events = decideRefund(bothSent, aRefund("ref_1", naming(line)), RULES);
    expect(events).toMatchObject([{ type: "refund.recorded", restockedCostMinor: costMinor }]);
  });

  it("unit by unit, in any currency, until all of it is back", () => {
    const amounts = [350, 349, 351];
    const back = amounts.reduce(
      (order, amountMinor, i) => refund(order, aRefund(`r${i}`, { amountMinor, ...naming("1 Mug return") })),
      ship(twoOfThree({})),
    );
    expect(back).toMatchObject({ refundedMinor: 1050, capturedMinor: 1050, holds: [] });
    expect(back.refunds.map(({ feeMinor }) => feeMinor)).toEqual([0, 0, 0]);
    expect(balances(back)).toEqual([]);
  });
});

describe("a refund that was told before", () => {
  const pending = refund(bothSent, aRefund("ref_1", naming("1 Mug return")));
  const pendingCancelled = refund(waiting, aRefund("ref_1", naming("1 Mug cancel")));
  const settled = (amountMinor: number) => aRefund("ref_1", { amountMinor, ...naming("1 Mug return") });

  it.each<[string, Order, NewRefund, string[]]>([
    ["changes nothing", refund(bothSent, settled(2400)), settled(2400), []],
    ["takes nothing back", refund(bothSent, settled(2400)), settled(2000), []],
    [
      "has grown: what was kept as a fee is paid back",
      pending,
      settled(2400),
      ["assets:psp-clearing -2400", "revenue:restocking-fees 2400"],
    ],
    [
      "has grown in part: the rest is still a fee",
      pending,
      settled(1000),
      ["assets:psp-clearing -1000", "revenue:restocking-fees 1000"],
    ],
    [
      "has grown twice",
      refund(pending, settled(1000)),
      settled(2400),
      ["assets:psp-clearing -1400", "revenue:restocking-fees 1400"],
    ],
    [
      "has grown beyond what came back",
      refund(pending, settled(1000)),
      settled(2500),
      ["assets:psp-clearing -1500", "revenue:allowances 100", "revenue:restocking-fees 1400"],
    ],
    [
      "has grown: what the cancellation owes is paid",
      pendingCancelled,
      settled(2400),
      ["assets:psp-clearing -2400", "liabilities:refund-payable 2400"],
    ],
    [
      "names its units once, whatever it names now",
      pending,
      aRefund("ref_1", { amountMinor: 2400, ...naming("2 Mug return") }),
      ["assets:psp-clearing -2400", "revenue:restocking-fees 2400"],
    ],
  ])("%s", (_rule, order, told, expected) => {
    const events = decideRefund(order, told, RULES);
    expect(booked(order, events)).toEqual(expected);
    expect(standing(refund(order, told))).toEqual(standing(order));
    expect(decideRefund(refund(order, told), told, RULES)).toEqual([]);
  });
});
