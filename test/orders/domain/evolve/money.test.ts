import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import { NOON } from "../../../support/an-order";
import { cancelling, from, fulfillment, mugOrder, NOTHING_EARNED, refundOf, shipping } from "../mug-orders";
import { balancesText } from "../order-text";

const before = mugOrder([fulfillment("a", 3, { status: "released" })], {
  balances: { depositsMinor: 1000, receivableMinor: 500, refundPayableMinor: 300 },
  shippingEarnedMinor: 100,
  shippingCancelledMinor: 50,
});

const captured: OrderEvent = {
  type: "payment.captured",
  externalId: "p",
  amountMinor: 700,
  at: NOON,
  toReceivableMinor: 500,
  toDepositsMinor: 200,
};

it.each<{ name: string; event: OrderEvent; balances: string[]; rest?: Partial<Order> }>([
  {
    name: "a payment clears what is receivable, and the rest is a deposit",
    event: captured,
    balances: ["deposits 1200", "refund due 300"],
    rest: { capturedMinor: before.capturedMinor + 700 },
  },
  {
    name: "a deposit that nothing needs becomes a refund that is due",
    event: { type: "deposit.refund_due", amountMinor: 400 },
    balances: ["deposits 600", "receivable 500", "refund due 700"],
  },
  {
    name: "a credit turns a refund that is due into a deposit",
    event: { type: "credit.applied", amountMinor: 200 },
    balances: ["deposits 1200", "receivable 500", "refund due 100"],
  },
  {
    name: "a cancellation makes a refund due, and cancels shipping",
    event: cancelling(
      { allocated: [from("a", 1)] },
      { refundDueMinor: 400, shippingMinor: 60, worthMinor: 999 },
    ),
    balances: ["deposits 600", "receivable 500", "refund due 700"],
    rest: { shippingCancelledMinor: 110, shippingEarnedMinor: 100 },
  },
  {
    name: "a cancellation of the last units earns the rest of the shipping",
    event: cancelling(
      { allocated: [from("a", 3)] },
      {
        refundDueMinor: 400,
        earned: { ...NOTHING_EARNED, fromDepositsMinor: 70, fromReceivableMinor: 30 },
      },
    ),
    balances: ["deposits 530", "receivable 530", "refund due 700"],
    rest: { shippingCancelledMinor: 50, shippingEarnedMinor: 200 },
  },
  {
    name: "a parcel earns from deposits, and the rest is receivable",
    event: shipping(1, "ful_a"),
    balances: ["receivable 1900", "refund due 300"],
    rest: { shippingEarnedMinor: 400, shippingCancelledMinor: 50 },
  },
  {
    name: "a refund is covered by the balances that it names, and takes earned shipping back",
    event: refundOf({
      amountMinor: 900,
      fromPayableMinor: 250,
      fromDepositsMinor: 150,
      receivableReducedMinor: 40,
      shippingTakenBackMinor: 80,
      feeMinor: 7,
    }),
    balances: ["deposits 850", "receivable 460", "refund due 50"],
    rest: { refundedMinor: 900, shippingEarnedMinor: 20, shippingCancelledMinor: 130 },
  },
])("$name", ({ event, balances, rest = {} }) => {
  const after = evolve(before, event);
  expect(balancesText(after)).toEqual(balances);
  expect(after).toMatchObject(rest);
});

describe("an order records", () => {
  it("each refund with its lines and fee", () => {
    const lines = [{ externalLineId: "Mug", quantity: 1 }];
    const after = evolve(before, refundOf({ amountMinor: 5, lines, feeMinor: 7 }));
    expect(after.refunds).toEqual([{ externalId: "ref_1", amountMinor: 5, at: NOON, lines, feeMinor: 7 }]);
  });

  it("each payment with its external id", () => {
    expect(evolve(before, captured).payments).toEqual([
      ...before.payments,
      { externalId: "p", amountMinor: 700, at: NOON },
    ]);
  });

  it("the highest amount that was authorized", () => {
    const authorized = (amountMinor: number): OrderEvent => ({
      type: "payment.authorized",
      externalId: "a",
      amountMinor,
      at: NOON,
    });
    expect(evolve(evolve(before, authorized(900)), authorized(300)).authorizedMinor).toBe(900);
  });
});
