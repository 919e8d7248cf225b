/**
 * Money coming in and going back. A payment first clears what the customer owes for goods already sent; the
 * rest is a deposit, for as long as something is left that it can pay for.
 *
 * A refund first pays for the units it says came back; then it settles what we owe back, then what was paid
 * too much; whatever exceeds all of these is an allowance, whatever falls short of a return's worth is a fee.
 */
import { decideInTurn } from "../order-lifecycle";
import {
  beyondWorth,
  earningOf,
  lineOf,
  listOf,
  openShipping,
  shippingAmounts,
  shippingCharge,
  sumOf,
} from "./order-money";
import type { LineId } from "../../../kernel/ids";
import type { OrderEvent, UnitsReturned } from "../order-events";
import {
  amountsOfUnits,
  hasOpenUnits,
  payable,
  type Amounts,
  type NewPayment,
  type NewRefund,
  type Order,
  type UnitsOfLine,
} from "../order";

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
  const added = amountMinor - takenIn(order.payments, externalId);
  if (added <= 0) return [];
  const toReceivableMinor = Math.min(added, order.balances.receivableMinor);
  const toDepositsMinor = added - toReceivableMinor;
  return decideInTurn(order, [
    () => [
      { type: "payment.captured", externalId, amountMinor: added, at, toReceivableMinor, toDepositsMinor },
    ],
    decideSurplus,
  ]);
}

/** Once nothing is left to send, what is on deposit has nothing to pay for: it is owed back. */
export function decideSurplus(order: Order): OrderEvent[] {
  const amountMinor = order.balances.depositsMinor;
  return amountMinor === 0 || hasOpenUnits(order) ? [] : [{ type: "deposit.owed_back", amountMinor }];
}

/**
 * What is owed back on the order pays for units about to be sent that nobody has paid for. Not sooner: until
 * they are sent, the storefront may still pay it out.
 */
export function decideCredit(order: Order, units: readonly UnitsOfLine[]): OrderEvent[] {
  const unpaidMinor = Math.max(0, earningOf(order, units).earned.fromReceivableMinor);
  const amountMinor = Math.min(order.balances.refundPayableMinor, unpaidMinor);
  return amountMinor === 0 ? [] : [{ type: "credit.applied", amountMinor }];
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
): Extract<OrderEvent, { type: "refund.recorded" }> {
  const { externalId, amountMinor, reason, at } = refund;
  const goods = goodsReturned(order, returned);
  const earned = order.shippingEarnedMinor;
  const shippingTakenBackMinor = Math.min(shippingMinor, earned);
  const shipping = shippingAmounts(order, earned - shippingTakenBackMinor, earned, shippingCharge(order));
  const worth = payable(goods.sold, order.taxIncluded) + shippingTakenBackMinor;

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
    returnedListMinor: listOf(goods.sold, order.taxIncluded),
    returnedGiftCardMinor: goods.giftCardMinor,
    returnedDiscountMinor: goods.sold.discountMinor + shipping.discountMinor,
    returnedTaxMinor: goods.sold.taxMinor + shipping.taxMinor,
    returnedShippingMinor: listOf(shipping, order.taxIncluded),
    restockedCostMinor: goods.restockedCostMinor,
    ...metBeyondReturns(order, amountMinor - paidMinor),
    feeMinor: worth - paidMinor - receivableReducedMinor,
    receivableReducedMinor,
    shippingTakenBackMinor,
  };
}

/**
 * A refund that has grown since it was recorded, as its pending payouts settled. Its units were taken in the
 * first time; what had been kept of their worth is paid back first.
 */
export function decideRefundGrowth(order: Order, refund: RefundToRecord["refund"]): OrderEvent[] {
  const known = order.refunds.filter(({ externalId }) => externalId === refund.externalId);
  const added = refund.amountMinor - takenIn(order.refunds, refund.externalId);
  if (added <= 0) return [];
  const kept = known.reduce((sum, { feeMinor = 0 }) => sum + feeMinor, 0);
  const feeMinor = -Math.min(added, kept);
  const grown = { ...refund, amountMinor: added, lines: [] };
  const rest = metBeyondReturns(order, added + feeMinor);
  const event = refundRecorded(order, { refund: grown, returned: [], shippingMinor: 0 });
  return [{ ...event, ...rest, feeMinor }];
}

/** How much of a refund of shipping concerns shipping not yet earned: it is taken off, not taken back. */
export const unearnedShipping = (order: Order, shippingMinor: number): number =>
  Math.min(shippingMinor, openShipping(order));

/** First what we owe back, then what is on deposit beyond what is left to send; the rest is given. */
function metBeyondReturns(order: Order, amountMinor: number) {
  const { refundPayableMinor, depositsMinor } = order.balances;
  const fromPayableMinor = Math.min(amountMinor, refundPayableMinor);
  const overpaid = beyondWorth(order, depositsMinor);
  const fromDepositsMinor = Math.min(amountMinor - fromPayableMinor, overpaid);
  const allowanceMinor = amountMinor - fromPayableMinor - fromDepositsMinor;
  return { fromPayableMinor, fromDepositsMinor, allowanceMinor };
}

/** Units come back from the front of what was shipped, whatever was restocked of them. */
function goodsReturned(order: Order, returned: readonly UnitsReturned[]) {
  const parts: Amounts[] = [];
  const back = new Map<LineId, number>();
  let giftCardMinor = 0;
  let restockedCostMinor = 0;
  for (const { lineId, quantity, restockLocationId } of returned) {
    const line = lineOf(order, lineId);
    const from = back.get(lineId) ?? line.returned;
    const amounts = amountsOfUnits(line, from, from + quantity);
    back.set(lineId, from + quantity);
    parts.push(amounts);
    if (line.kind === "gift_card") giftCardMinor += listOf(amounts, order.taxIncluded);
    if (restockLocationId !== null) restockedCostMinor += quantity * (line.unitCostMinor ?? 0);
  }
  return { sold: sumOf(parts), giftCardMinor, restockedCostMinor };
}

const takenIn = (
  entries: readonly Readonly<{ externalId: string; amountMinor: number }>[],
  externalId: string,
): number =>
  entries
    .filter((each) => each.externalId === externalId)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
