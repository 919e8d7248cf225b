/** Applies the events that move money: payments, refunds, and refunds that become due. */
import type { EventOf } from "../order-events";
import type { Order } from "../order";
import type { Earned } from "../events/money-events";
import { withLine } from "./copy-with";

export function paymentCaptured(event: EventOf<"payment.captured">, order: Order): Order {
  const { externalId, amountMinor, at } = event;
  return {
    ...order,
    payments: [...order.payments, { externalId, amountMinor, at }],
    capturedMinor: order.capturedMinor + amountMinor,
    balances: {
      ...order.balances,
      receivableMinor: order.balances.receivableMinor - event.toReceivableMinor,
      depositsMinor: order.balances.depositsMinor + event.toDepositsMinor,
    },
  };
}

/** Moves the amount from deposits to what is due to the customer; back, if it is negative. */
export const withRefundDue = (order: Order, amountMinor: number): Order => ({
  ...order,
  balances: {
    ...order.balances,
    depositsMinor: order.balances.depositsMinor - amountMinor,
    refundPayableMinor: order.balances.refundPayableMinor + amountMinor,
  },
});

/** What is earned comes out of deposits; the rest is receivable. */
export const withEarned = (
  order: Order,
  { fromDepositsMinor, fromReceivableMinor }: Earned,
  shippingEarnedMinor: number,
): Order => ({
  ...order,
  shippingEarnedMinor: order.shippingEarnedMinor + shippingEarnedMinor,
  balances: {
    ...order.balances,
    depositsMinor: order.balances.depositsMinor - fromDepositsMinor,
    receivableMinor: order.balances.receivableMinor + fromReceivableMinor,
  },
});

export function refundRecorded(event: EventOf<"refund.recorded">, order: Order): Order {
  const { externalId, amountMinor, at, lines, feeMinor } = event;
  const returned = event.returned.reduce(
    (before, { lineId, quantity }) =>
      withLine(before, lineId, (line) => ({ returned: line.returned + quantity })),
    order,
  );
  return {
    ...returned,
    refunds: [...order.refunds, { externalId, amountMinor, at, lines, feeMinor }],
    refundedMinor: order.refundedMinor + amountMinor,
    shippingEarnedMinor: order.shippingEarnedMinor - event.shippingTakenBackMinor,
    shippingCancelledMinor: order.shippingCancelledMinor + event.shippingTakenBackMinor,
    balances: {
      depositsMinor: order.balances.depositsMinor - (event.fromDepositsMinor ?? 0),
      receivableMinor: order.balances.receivableMinor - event.receivableReducedMinor,
      refundPayableMinor: order.balances.refundPayableMinor - event.fromPayableMinor,
    },
  };
}
