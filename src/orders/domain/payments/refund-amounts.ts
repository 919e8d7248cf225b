/**
 * What a refund means for the books. It first pays for the units that were returned, then what is due to the customer,
 * then an excess deposit. Whatever exceeds all of these is an allowance; whatever the worth of a return exceeds it by
 * is a fee.
 */
import type { LineId } from "../../../kernel/ids";
import { listPrice, payable, sumAmounts, type Amounts } from "../amounts";
import type { UnitsReturned } from "../events/money-events";
import type { NewRefund } from "../new-order";
import type { EventOf } from "../order-events";
import { lineOf, type Order } from "../order";
import { amountsOfUnits } from "../order-line";
import { excessDeposits, openShipping, shippingAmounts } from "./order-money";
import { recordedAmount } from "./recorded-amount";

export type RefundToRecord = Readonly<{
  refund: Pick<NewRefund, "externalId" | "amountMinor" | "reason" | "at" | "lines">;
  returned: readonly UnitsReturned[];
  /** Of shipping that was earned, tax included. */
  shippingMinor: number;
}>;

/** The event of a refund. Units and shipping that it cancels must be cancelled before. */
export function refundRecorded(
  order: Order,
  { refund, returned, shippingMinor }: RefundToRecord,
): EventOf<"refund.recorded"> {
  const { externalId, amountMinor, reason, at } = refund;
  const goods = goodsReturned(order, returned);
  const earned = order.shippingEarnedMinor;
  const shippingTakenBackMinor = Math.min(shippingMinor, earned);
  const shipping = shippingAmounts(order, earned - shippingTakenBackMinor, earned);
  const worth = payable(goods.amounts, order.taxIncluded) + shippingTakenBackMinor;

  const paidMinor = Math.min(amountMinor, worth);
  const receivableReducedMinor = Math.min(worth - paidMinor, order.balances.receivableMinor);
  return {
    type: "refund.recorded",
    externalId,
    amountMinor,
    at,
    reason,
    lines: refund.lines.map(({ externalLineId, quantity }) => ({ externalLineId, quantity })),
    returned,
    returnedListMinor: listPrice(goods.amounts, order.taxIncluded),
    returnedGiftCardMinor: goods.giftCardMinor,
    returnedDiscountMinor: goods.amounts.discountMinor + shipping.discountMinor,
    returnedTaxMinor: goods.amounts.taxMinor + shipping.taxMinor,
    returnedShippingMinor: listPrice(shipping, order.taxIncluded),
    restockedCostMinor: goods.restockedCostMinor,
    ...beyondReturns(order, amountMinor - paidMinor),
    feeMinor: worth - paidMinor - receivableReducedMinor,
    receivableReducedMinor,
    shippingTakenBackMinor,
  };
}

/**
 * The events of a refund that has grown since it was recorded, as its pending payouts settled. Its units were recorded
 * the first time. A fee that was kept of their worth is paid back first.
 */
export function decideRefundGrowth(
  order: Order,
  refund: RefundToRecord["refund"],
): EventOf<"refund.recorded">[] {
  const added = refund.amountMinor - recordedAmount(order.refunds, refund.externalId);
  if (added <= 0) return [];
  const kept = order.refunds
    .filter(({ externalId }) => externalId === refund.externalId)
    .reduce((sum, { feeMinor = 0 }) => sum + feeMinor, 0);
  const feeMinor = -Math.min(added, kept);
  const grown = { ...refund, amountMinor: added, lines: [] };
  const event = refundRecorded(order, { refund: grown, returned: [], shippingMinor: 0 });
  return [{ ...event, ...beyondReturns(order, added + feeMinor), feeMinor }];
}

/** Of a refund of shipping, the share that is not earned yet: it is cancelled, not taken back. */
export const unearnedShipping = (order: Order, shippingMinor: number): number =>
  Math.min(shippingMinor, openShipping(order));

/** How an amount beyond the worth of returns is covered: a refund that was due, an excess deposit, an allowance. */
function beyondReturns(order: Order, amountMinor: number) {
  const { refundPayableMinor, depositsMinor } = order.balances;
  const fromPayableMinor = Math.min(amountMinor, refundPayableMinor);
  const fromDepositsMinor = Math.min(amountMinor - fromPayableMinor, excessDeposits(order, depositsMinor));
  return {
    fromPayableMinor,
    fromDepositsMinor,
    allowanceMinor: amountMinor - fromPayableMinor - fromDepositsMinor,
  };
}

/** What the sale had booked for the units. Units are returned from the front of those shipped. */
function goodsReturned(order: Order, returned: readonly UnitsReturned[]) {
  const amounts: Amounts[] = [];
  const returnedBefore = new Map<LineId, number>();
  let giftCardMinor = 0;
  let restockedCostMinor = 0;
  for (const { lineId, quantity, restockLocationId } of returned) {
    const line = lineOf(order, lineId);
    const from = returnedBefore.get(lineId) ?? line.returned;
    const ofUnits = amountsOfUnits(line, from, from + quantity);
    returnedBefore.set(lineId, from + quantity);
    amounts.push(ofUnits);
    if (line.kind === "gift_card") giftCardMinor += listPrice(ofUnits, order.taxIncluded);
    if (restockLocationId !== null) restockedCostMinor += quantity * (line.unitCostMinor ?? 0);
  }
  return { amounts: sumAmounts(amounts), giftCardMinor, restockedCostMinor };
}
