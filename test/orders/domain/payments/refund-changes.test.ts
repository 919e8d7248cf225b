/** What a refund posts that is reported again, with the same or another amount, or not any more. */
import { describe, expect, it } from "vitest";
import type { NewRefund } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decideRefund, decideRefundGone } from "../../../../src/orders/domain/payments/refunds";
import { NOON } from "../../../support/an-order";
import { apply, create, createAndShip, refund, RULES } from "../order-steps";
import { postingsText, unitsText } from "../order-text";
import { aRefund, aSale, mugs, refundLines } from "../sales";

const bothShipped = createAndShip(aSale(mugs(2)));
const settled = (amountMinor: number): NewRefund =>
  aRefund("ref_1", { amountMinor, ...refundLines("1 Mug return") });

/** A returned mug of 24.00 whose payout is pending: it is owed back. */
const pending = refund(bothShipped, aRefund("ref_1", refundLines("1 Mug return")));
const pendingCancelled = refund(create(aSale(mugs(2))), aRefund("ref_1", refundLines("1 Mug cancel")));

const withShipping = createAndShip(
  aSale({ ...mugs(2), shipping: { grossMinor: 500, discountMinor: 0, taxMinor: 100 } }),
);

describe("a refund that is reported again", () => {
  it.each<{ name: string; order: Order; refunded: NewRefund; expected: string[] }>([
    {
      name: "posts nothing for the same amount",
      order: refund(bothShipped, settled(2400)),
      refunded: settled(2400),
      expected: [],
    },
    {
      name: "keeps a fee of what a smaller amount does not pay back",
      order: refund(bothShipped, settled(2400)),
      refunded: settled(2000),
      expected: ["assets:psp-clearing 400", "revenue:restocking-fees -400"],
    },
    {
      name: "takes back an allowance before it keeps a fee",
      order: refund(bothShipped, settled(2500)),
      refunded: settled(2300),
      expected: ["assets:psp-clearing 200", "revenue:allowances -100", "revenue:restocking-fees -100"],
    },
    {
      name: "owes again what a smaller amount does not pay for cancelled units",
      order: refund(pendingCancelled, settled(2400)),
      refunded: settled(2000),
      expected: ["assets:psp-clearing 400", "liabilities:refund-payable -400"],
    },
    {
      name: "takes back an allowance for a smaller amount",
      order: refund(bothShipped, aRefund("ref_1", { amountMinor: 300 })),
      refunded: aRefund("ref_1", { amountMinor: 100 }),
      expected: ["assets:psp-clearing 200", "revenue:allowances -200"],
    },
    {
      name: "moves a share of the amount to shipping that was earned",
      order: refund(withShipping, aRefund("ref_1", { amountMinor: 300 })),
      refunded: aRefund("ref_1", { amountMinor: 300, shippingMinor: 240 }),
      expected: ["liabilities:sales-tax 40", "revenue:allowances -240", "revenue:shipping 200"],
    },
    {
      name: "pays what the return made due",
      order: pending,
      refunded: settled(2400),
      expected: ["assets:psp-clearing -2400", "liabilities:refund-payable 2400"],
    },
    {
      name: "keeps as a fee what it does not pay back of the return",
      order: pending,
      refunded: settled(1000),
      expected: [
        "assets:psp-clearing -1000",
        "liabilities:refund-payable 2400",
        "revenue:restocking-fees -1400",
      ],
    },
    {
      name: "pays back the rest of the fee when it grows again",
      order: refund(pending, settled(1000)),
      refunded: settled(2400),
      expected: ["assets:psp-clearing -1400", "revenue:restocking-fees 1400"],
    },
    {
      name: "posts an allowance beyond the units' worth",
      order: refund(pending, settled(1000)),
      refunded: settled(2500),
      expected: ["assets:psp-clearing -1500", "revenue:allowances 100", "revenue:restocking-fees 1400"],
    },
    {
      name: "pays what the cancellation of its units made due",
      order: pendingCancelled,
      refunded: settled(2400),
      expected: ["assets:psp-clearing -2400", "liabilities:refund-payable 2400"],
    },
    {
      name: "returns no other units than the first time",
      order: pending,
      refunded: aRefund("ref_1", { amountMinor: 2400, ...refundLines("2 Mug return") }),
      expected: ["assets:psp-clearing -2400", "liabilities:refund-payable 2400"],
    },
    {
      name: "pays back the fee of another refund, if it lists nothing itself",
      order: refund(refund(bothShipped, settled(1)), aRefund("ref_2", { amountMinor: 0 })),
      refunded: aRefund("ref_2", { amountMinor: 100 }),
      expected: ["assets:psp-clearing -100", "revenue:restocking-fees 100"],
    },
    {
      name: "posts an allowance beyond the fee of another refund",
      order: refund(pending, aRefund("ref_2", { amountMinor: 2400 })),
      refunded: aRefund("ref_2", { amountMinor: 2500 }),
      expected: ["assets:psp-clearing -100", "revenue:allowances 100"],
    },
  ])("$name", ({ order, refunded, expected }) => {
    expect(postingsText(order, decideRefund(order, refunded, RULES))).toEqual(expected);
    const after = refund(order, refunded);
    expect(unitsText(after)).toEqual(unitsText(order));
    expect(decideRefund(after, refunded, RULES)).toEqual([]);
  });
});

describe("a refund that the storefront does not have any more", () => {
  it.each<{ name: string; order: Order; expected: string[] }>([
    {
      name: "of cancelled units: they are owed again",
      order: refund(pendingCancelled, settled(2400)),
      expected: ["assets:psp-clearing 2400", "liabilities:refund-payable -2400"],
    },
    {
      name: "of nothing in particular: there was no allowance",
      order: refund(bothShipped, aRefund("ref_1", { amountMinor: 300 })),
      expected: ["assets:psp-clearing 300", "revenue:allowances -300"],
    },
    {
      name: "of shipping: it is earned again",
      order: refund(withShipping, aRefund("ref_1", { amountMinor: 600, shippingMinor: 600 })),
      expected: ["assets:psp-clearing 600", "liabilities:sales-tax -100", "revenue:shipping -500"],
    },
    { name: "of nothing: nothing", order: pendingCancelled, expected: [] },
  ])("$name", ({ order, expected }) => {
    const gone = decideRefundGone(order, "ref_1", NOON);
    expect(postingsText(order, gone)).toEqual(expected);
    const after = gone.length === 0 ? order : apply(order, gone);
    expect(unitsText(after)).toEqual(unitsText(order));
    expect(decideRefundGone(after, "ref_1", NOON)).toEqual([]);
  });
});
