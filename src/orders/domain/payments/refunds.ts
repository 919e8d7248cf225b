/**
 * Refunds that a storefront made. Each counts once by its own id, and one that grows counts for what it has
 * grown by. Units that it names and that are gone already, cancelled here or by an edit, are only paid for;
 * of the others, those not yet sent are cancelled and sent ones have come back.
 */
import { unitsCancelled } from "../cancellation";
import { decideNewHold } from "../holds";
import type { LineId } from "../../../kernel/ids";
import type { OrderEvent, UnitsReturned } from "../order-events";
import { decideInTurn } from "../order-lifecycle";
import {
  linesOf,
  openUnits,
  type HoldReason,
  type NewRefund,
  type NewRefundLine,
  type Order,
  type UnitsOfLine,
} from "../order";
import { decideRefundGrowth, refundRecorded, unearnedShipping } from "./payments";

export type RefundRules = Readonly<{
  by: string;
  now: number;
  /** Where returned units are restocked when the refund says that they are. */
  restockLocationId: (order: Order, lineId: LineId) => string | null;
}>;

/** A refund told by itself. One in another currency than its order's cannot be booked, and holds the order. */
export type ReportedRefund = Readonly<{
  refund: NewRefund;
  currency: string;
  problems: readonly HoldReason[];
}>;

export function decideReportedRefund(order: Order, told: ReportedRefund, rules: RefundRules): OrderEvent[] {
  const { refund, currency, problems } = told;
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

export function decideRefund(order: Order, refund: NewRefund, rules: RefundRules): OrderEvent[] {
  const known = order.refunds.some(({ externalId }) => externalId === refund.externalId);
  const { cancelled, returned, unmatched } = known ? NO_UNITS : unitsOf(order, refund, rules);
  return decideInTurn(order, [
    (before) => (known ? [] : notSentAfterAll(before, refund, cancelled, rules)),
    (before) => {
      if (known) return decideRefundGrowth(before, refund);
      const shippingMinor = refund.shippingMinor - unearnedShipping(order, refund.shippingMinor);
      return [refundRecorded(before, { refund, returned, shippingMinor })];
    },
    (after) => {
      const beyond = after.refundedMinor > after.capturedMinor && after.refundedMinor > order.refundedMinor;
      const problems = beyond ? [...unmatched, "more was refunded than was paid"] : unmatched;
      if (problems.length === 0) return [];
      const detail = `Refund ${refund.externalId}: ${problems.join("; ")}.`;
      return decideNewHold(after, { code: "refund_unmatched", detail }, rules);
    },
  ]);
}

/** Of a storefront's line, how many units refunds have named. */
export const refundedUnits = (
  refunds: readonly Readonly<{ lines: readonly Pick<NewRefundLine, "externalLineId" | "quantity">[] }>[],
  externalLineId: string,
): number =>
  refunds
    .flatMap((refund) => refund.lines)
    .filter((line) => line.externalLineId === externalLineId)
    .reduce((sum, { quantity }) => sum + quantity, 0);

type RefundedUnits = Readonly<{
  cancelled: readonly UnitsOfLine[];
  returned: readonly UnitsReturned[];
  unmatched: readonly string[];
}>;

const NO_UNITS: RefundedUnits = { cancelled: [], returned: [], unmatched: [] };

/**
 * What the refund's lines come to here. It may name a line twice, with another fate for some of its units;
 * what it says of them is looked for in all that edits have made of the line before anything else is.
 */
function unitsOf(order: Order, refund: NewRefund, rules: RefundRules): RefundedUnits {
  const cancelled: UnitsOfLine[] = [];
  const returned: UnitsReturned[] = [];
  const unmatched: string[] = [];
  const gone = new Map<string, number>();
  for (const { externalLineId, quantity, restock } of refund.lines) {
    const goneBefore = gone.get(externalLineId) ?? goneUnpaid(order, externalLineId);
    let left = Math.max(0, quantity - goneBefore);
    gone.set(externalLineId, goneBefore - (quantity - left));
    const lines = linesOf(order, externalLineId);
    const takeOff = () => {
      for (const line of lines) {
        const off = Math.min(left, openUnits(line) - unitsIn(cancelled, line.id));
        if (off > 0) cancelled.push({ lineId: line.id, quantity: off });
        left -= off;
      }
    };
    const takeBack = () => {
      for (const line of lines) {
        const back = Math.min(left, line.shipped - line.returned - unitsIn(returned, line.id));
        const restockLocationId = restock === "return" ? rules.restockLocationId(order, line.id) : null;
        if (back > 0) returned.push({ lineId: line.id, quantity: back, restockLocationId });
        left -= back;
      }
    };
    for (const take of restock === "cancel" ? [takeOff, takeBack] : [takeBack, takeOff]) take();
    if (left > 0) unmatched.push(`${left} of ${externalLineId} not on the order`);
  }
  return { cancelled, returned, unmatched };
}

const unitsIn = (units: readonly UnitsOfLine[], lineId: LineId): number =>
  units.filter((each) => each.lineId === lineId).reduce((sum, { quantity }) => sum + quantity, 0);

/** Units cancelled or returned that no refund has named yet. */
export function goneUnpaid(order: Order, externalLineId: string): number {
  const gone = linesOf(order, externalLineId).reduce((sum, line) => sum + line.cancelled + line.returned, 0);
  return Math.max(0, gone - refundedUnits(order.refunds, externalLineId));
}

function notSentAfterAll(
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
