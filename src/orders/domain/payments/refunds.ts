/**
 * Refunds that a storefront made. Each counts once by its own id, and one that grows counts for what it has grown by.
 * Units that were cancelled here or by an edit before are only paid for. Of the others, unshipped units are cancelled
 * and shipped ones are returned.
 */
import type { LineId } from "../../../kernel/ids";
import { unitsCancelled } from "../cancellation";
import { decideInTurn } from "../evolve/evolve";
import type { HoldReason } from "../holds/hold";
import { decideNewHold } from "../holds/place-hold";
import type { NewRefund } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { UnitsOfLine } from "../order-line";
import { decideRefundGrowth, refundRecorded, unearnedShipping } from "./refund-amounts";
import { unitsOfRefund } from "./refund-units";

export type RefundRules = Readonly<{
  by: string;
  now: number;
  /** Where returned units are restocked, if the refund restocks them; null if nowhere. */
  restockLocationId: (order: Order, lineId: LineId) => string | null;
}>;

/** A refund that arrives without its order. */
export type ReportedRefund = Readonly<{
  refund: NewRefund;
  currency: string;
  problems: readonly HoldReason[];
}>;

/** A refund in another currency than its order's cannot be booked: it holds the order. */
export function decideReportedRefund(
  order: Order,
  reported: ReportedRefund,
  rules: RefundRules,
): OrderEvent[] {
  const { refund, currency, problems } = reported;
  if (currency !== order.currency) {
    const detail = `Refund ${refund.externalId} is in ${currency}, and the order in ${order.currency}.`;
    return decideNewHold(order, { code: "refund_unmatched", detail }, rules);
  }
  const recorded = decideRefund(order, refund, rules);
  if (recorded.length === 0) return [];
  return decideInTurn(order, [
    () => recorded,
    ...problems.map((problem) => (after: Order) => decideNewHold(after, problem, rules)),
  ]);
}

/** The events of what is new in a refund; none for a repeat. */
export function decideRefund(order: Order, refund: NewRefund, rules: RefundRules): OrderEvent[] {
  const isKnown = order.refunds.some(({ externalId }) => externalId === refund.externalId);
  if (isKnown) {
    return decideInTurn(order, [
      (before) => decideRefundGrowth(before, refund),
      (after) => refundProblems(order, after, refund, [], rules),
    ]);
  }
  const { cancelled, returned, unmatched } = unitsOfRefund(order, refund, rules.restockLocationId);
  const shippingMinor = refund.shippingMinor - unearnedShipping(order, refund.shippingMinor);
  return decideInTurn(order, [
    (before) => cancelRefunded(before, refund, cancelled, rules),
    (before) => [refundRecorded(before, { refund, returned, shippingMinor })],
    (after) => refundProblems(order, after, refund, unmatched, rules),
  ]);
}

function cancelRefunded(
  order: Order,
  refund: NewRefund,
  units: readonly UnitsOfLine[],
  { by }: RefundRules,
): OrderEvent[] {
  const shippingMinor = unearnedShipping(order, refund.shippingMinor);
  if (units.length === 0 && shippingMinor === 0) return [];
  const reason = refund.reason ?? "Refunded at the storefront";
  return [unitsCancelled(order, units, { reason, by, shippingMinor })];
}

/** Holds the order for units that it does not have, and for more money refunded than was paid. */
function refundProblems(
  before: Order,
  after: Order,
  { externalId }: NewRefund,
  unmatched: readonly string[],
  rules: RefundRules,
): OrderEvent[] {
  const isExcessive = after.refundedMinor > after.capturedMinor && after.refundedMinor > before.refundedMinor;
  const problems = isExcessive ? [...unmatched, "more was refunded than was paid"] : unmatched;
  if (problems.length === 0) return [];
  const detail = `Refund ${externalId}: ${problems.join("; ")}.`;
  return decideNewHold(after, { code: "refund_unmatched", detail }, rules);
}
