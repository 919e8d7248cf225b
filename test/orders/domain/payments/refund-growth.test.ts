/** A refund that is reported again, with the same or another amount. */
import { describe, expect, it } from "vitest";
import type { NewRefund } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decideRefund } from "../../../../src/orders/domain/payments/refunds";
import { create, createAndShip, refund, RULES } from "../order-steps";
import { postingsText, unitsText } from "../order-text";
import { aRefund, aSale, mugs, refundLines } from "../sales";

const bothShipped = createAndShip(aSale(mugs(2)));
const settled = (amountMinor: number): NewRefund =>
  aRefund("ref_1", { amountMinor, ...refundLines("1 Mug return") });

/** A returned mug of 24.00 whose payout is pending: all of it is a fee so far. */
const pending = refund(bothShipped, aRefund("ref_1", refundLines("1 Mug return")));
const pendingCancelled = refund(create(aSale(mugs(2))), aRefund("ref_1", refundLines("1 Mug cancel")));

describe("a refund that is reported again", () => {
  it.each<{ name: string; order: Order; refunded: NewRefund; expected: string[] }>([
    {
      name: "posts nothing for the same amount",
      order: refund(bothShipped, settled(2400)),
      refunded: settled(2400),
      expected: [],
    },
    {
      name: "posts nothing for a smaller amount",
      order: refund(bothShipped, settled(2400)),
      refunded: settled(2000),
      expected: [],
    },
    {
      name: "pays back the fee that was kept",
      order: pending,
      refunded: settled(2400),
      expected: ["assets:psp-clearing -2400", "revenue:restocking-fees 2400"],
    },
    {
      name: "pays back a share of the fee",
      order: pending,
      refunded: settled(1000),
      expected: ["assets:psp-clearing -1000", "revenue:restocking-fees 1000"],
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
      expected: ["assets:psp-clearing -2400", "revenue:restocking-fees 2400"],
    },
    {
      name: "pays back no fee of another refund",
      order: refund(pending, aRefund("ref_2", { amountMinor: 0 })),
      refunded: aRefund("ref_2", { amountMinor: 100 }),
      expected: ["assets:psp-clearing -100", "revenue:allowances 100"],
    },
  ])("$name", ({ order, refunded, expected }) => {
    expect(postingsText(order, decideRefund(order, refunded, RULES))).toEqual(expected);
    const after = refund(order, refunded);
    expect(unitsText(after)).toEqual(unitsText(order));
    expect(decideRefund(after, refunded, RULES)).toEqual([]);
  });
});
