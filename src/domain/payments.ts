/**
 * Money coming in and going back. A payment first clears what the customer owes for goods already sent;
 * the rest is a deposit. A refund first settles what we owe back; beyond that it takes back what returned
 * units had earned; whatever exceeds both is an allowance, whatever falls short of a return is a fee.
 */
import { lineOf, listOf, openShipping, shippingAmounts, shippingCharge, sumOf } from "./order-money";
import type { OrderEvent, UnitsReturned } from "./order-events";
import { amountsOfUnits, payable, type Amounts, type NewPayment, type NewRefund, type Order } from "./orders";

/**
 * What is new in a payment. Amounts are cumulative for each external id, so a repeat adds nothing, and an
 * older, smaller amount takes nothing back.
 */
export function decidePayment(order: Order, payment: NewPayment): OrderEvent[] {
  const { externalId, amountMinor, at } = payment;
  if (payment.kind === "authorized") {
    if (amountMinor <= order.authorizedMinor) return [];
    return [{ type: "payment.authorized", externalId, amountMinor, at }];
  }
  const known = order.payments
    .filter((each) => each.externalId === externalId)
    .reduce((sum, each) => sum + each.amountMinor, 0);
  const added = amountMinor - known;
  if (added <= 0) return [];
  const toReceivableMinor = Math.min(added, order.balances.receivableMinor);
  return [
    {
      type: "payment.captured",
      externalId,
      amountMinor: added,
      at,
      toReceivableMinor,
      toDepositsMinor: added - toReceivableMinor,
    },
  ];
}

export type RefundToRecord = Readonly<{
  refund: Pick<NewRefund, "externalId" | "amountMinor" | "reason" | "at" | "lines">;
  returned: readonly UnitsReturned[];
  /** Of shipping that was earned, tax included. */
  shippingMinor: number;
}>;

/** What the refund of the amount means for the books, units that were cancelled having been taken off before. */
export function refundRecorded(
  order: Order,
  { refund, returned, shippingMinor }: RefundToRecord,
): OrderEvent {
  const goods: Amounts[] = [];
  let restockedCostMinor = 0;
  for (const { lineId, quantity, restockLocationId } of returned) {
    const line = lineOf(order, lineId);
    goods.push(amountsOfUnits(line, line.returned, line.returned + quantity));
    if (restockLocationId !== null) restockedCostMinor += quantity * (line.unitCostMinor ?? 0);
  }
  const sold = sumOf(goods);
  const shippingTakenBackMinor = Math.min(shippingMinor, order.shippingEarnedMinor);
  const earned = order.shippingEarnedMinor;
  const shipping = shippingAmounts(order, earned - shippingTakenBackMinor, earned, shippingCharge(order));
  const worth = payable(sold, order.taxIncluded) + shippingTakenBackMinor;

  const fromPayableMinor = Math.min(refund.amountMinor, order.balances.refundPayableMinor);
  const beyond = refund.amountMinor - fromPayableMinor;
  const kept = Math.max(worth - beyond, 0);
  const receivableReducedMinor = Math.min(kept, order.balances.receivableMinor);
  return {
    type: "refund.recorded",
    externalId: refund.externalId,
    amountMinor: refund.amountMinor,
    at: refund.at,
    reason: refund.reason,
    lines: refund.lines.map(({ externalLineId, quantity }) => ({ externalLineId, quantity })),
    returned,
    returnedListMinor: listOf(sold, order.taxIncluded),
    returnedDiscountMinor: sold.discountMinor + shipping.discountMinor,
    returnedTaxMinor: sold.taxMinor + shipping.taxMinor,
    returnedShippingMinor: listOf(shipping, order.taxIncluded),
    restockedCostMinor,
    fromPayableMinor,
    allowanceMinor: Math.max(beyond - worth, 0),
    feeMinor: kept - receivableReducedMinor,
    receivableReducedMinor,
    shippingTakenBackMinor,
  };
}

/** How much of a refund of shipping concerns shipping not yet earned: it is taken off, not taken back. */
export const unearnedShipping = (order: Order, shippingMinor: number): number =>
  Math.min(shippingMinor, openShipping(order));
