/** A refund that a storefront reports without its order. */
import { formatMoney, MAX_AMOUNT_MINOR } from "../../../kernel/money";
import { decideInTurn } from "../evolve/evolve";
import type { HoldReason } from "../holds/hold";
import { decideNewHold } from "../holds/place-hold";
import type { NewRefund } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import { decideRefund, type RefundRules } from "../payments/refunds";
import { decideDifferenceHolds } from "./difference";
import { refundedAsUnsent, refundedInPreparation } from "./refunded-differences";

/** A refund that arrives without its order. */
export type ReportedRefund = Readonly<{
  refund: NewRefund;
  currency: string;
  problems: readonly HoldReason[];
}>;

/** A refund in another currency than its order's, or of more than the books take, is not booked: it holds the order. */
export function decideReportedRefund(
  order: Order,
  reported: ReportedRefund,
  rules: RefundRules,
): OrderEvent[] {
  const { refund, currency, problems } = reported;
  if (currency !== order.currency) {
    const detail = `Refund ${refund.externalId} is in ${currency}, and the order in ${order.currency}.`;
    return decideNewHold(order, { code: "differs_from_storefront", detail }, rules);
  }
  if (refundedWith(order, refund) > MAX_AMOUNT_MINOR) {
    const amount = `${formatMoney(refund.amountMinor, currency)} ${currency}`;
    const detail = `Refund ${refund.externalId} of ${amount} is more than can be booked.`;
    return decideNewHold(order, { code: "differs_from_storefront", detail }, rules);
  }
  if (isGone(order, refund)) return [];
  const recorded = decideRefund(order, refund, rules);
  if (recorded.length === 0) return [];
  return decideInTurn(order, [
    () => recorded,
    ...problems.map((problem) => (after: Order) => decideNewHold(after, problem, rules)),
    (after) => decideDifferenceHolds(after, refundedInPreparation(after), rules),
    (after) => decideDifferenceHolds(after, refundedAsUnsent(after, { refunds: [refund] }), rules),
  ]);
}

/** A later state of the order did not have the refund any more: this is a late copy. The state's hold names it. */
const isGone = ({ refunds, storefrontUpdatedAt }: Order, { externalId, at }: NewRefund): boolean =>
  at < storefrontUpdatedAt &&
  refunds.some((known) => known.externalId === externalId && known.amountMinor === 0);

/** All refunds of the order together, once this one is recorded or changed; or those of shipping, if they are more. */
function refundedWith({ refunds }: Order, refund: NewRefund): number {
  const all = [...refunds.filter(({ externalId }) => externalId !== refund.externalId), refund];
  const sum = (field: "amountMinor" | "shippingMinor") => all.reduce((total, each) => total + each[field], 0);
  return Math.max(sum("amountMinor"), sum("shippingMinor"));
}
