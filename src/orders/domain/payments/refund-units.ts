/** What the lines of a storefront's refund mean for the units here: cancelled, returned, or gone already. */
import type { LineId } from "../../../kernel/ids";
import type { UnitsReturned } from "../events/money-events";
import type { NewRefund } from "../new-order";
import { linesOf, type Order } from "../order";
import { releasedUnits, unreleasedUnits } from "../fulfillments/units-at";
import type { OrderLine, UnitsOfLine } from "../order-line";
import { uncountedUnits } from "../counted-lines";
import { refundedUnits } from "../reported-units";

export type RefundedUnits = Readonly<{
  cancelled: readonly UnitsOfLine[];
  returned: readonly UnitsReturned[];
  /** Units that the order does not have, in words. */
  unmatched: readonly string[];
}>;

/**
 * The units of a refund. A refund may list a line twice, with another fate for some of its units. Each fate applies to
 * all lines that edits have made of the storefront's line, before the other fate is tried.
 */
export function unitsOfRefund(
  order: Order,
  refund: NewRefund,
  restockLocationId: (order: Order, lineId: LineId) => string | null,
): RefundedUnits {
  const cancelled: UnitsOfLine[] = [];
  const returned: UnitsReturned[] = [];
  const unmatched: string[] = [];
  const unrefunded = new Map<string, number>();
  const awaited = new Map<string, number>();
  for (const { externalLineId, quantity, restock } of refund.lines) {
    const gone = unrefunded.get(externalLineId) ?? unrefundedUnits(order, externalLineId);
    const onlyPaidFor = Math.min(quantity, gone);
    unrefunded.set(externalLineId, gone - onlyPaidFor);
    const lines = linesOf(order, externalLineId);
    const cancel = (units: number) =>
      take(units, lines, (line) => unreleasedUnits(order, line) - unitsIn(cancelled, line.id), cancelled);
    const takeBack = (units: number) => {
      const taken: UnitsOfLine[] = [];
      const left = take(
        units,
        lines,
        (line) => line.shipped - line.returned - unitsIn(returned, line.id),
        taken,
      );
      returned.push(
        ...taken.map((each) => ({
          ...each,
          restockLocationId: restock === "return" ? restockLocationId(order, each.lineId) : null,
        })),
      );
      return left;
    };
    const rest = quantity - onlyPaidFor;
    // Units that a location is preparing are cancelled when it gives them back.
    const leavePrepared = (units: number) => {
      const prepared = awaited.get(externalLineId) ?? preparedUnits(order, externalLineId);
      const waiting = Math.min(units, prepared);
      awaited.set(externalLineId, prepared - waiting);
      return units - waiting;
    };
    const isCancelledFirst = restock === "cancel" || restock === "unknown";
    const left = isCancelledFirst
      ? takeBack(leavePrepared(cancel(rest)))
      : leavePrepared(cancel(takeBack(rest)));
    if (left > 0) unmatched.push(`${left} of ${externalLineId} not on the order`);
  }
  return { cancelled, returned, unmatched };
}

const preparedUnits = (order: Order, externalLineId: string): number =>
  linesOf(order, externalLineId).reduce((sum, line) => sum + releasedUnits(order, line.id), 0);

/** Takes units of the lines in turn into `taken`, and returns how many are left to take. */
function take(
  units: number,
  lines: readonly OrderLine[],
  available: (line: OrderLine) => number,
  taken: UnitsOfLine[],
): number {
  let left = units;
  for (const line of lines) {
    const quantity = Math.min(left, available(line));
    if (quantity > 0) taken.push({ lineId: line.id, quantity });
    left -= quantity;
  }
  return left;
}

const unitsIn = (units: readonly UnitsOfLine[], lineId: LineId): number =>
  units.filter((each) => each.lineId === lineId).reduce((sum, { quantity }) => sum + quantity, 0);

/** Units of a storefront's line that are cancelled or returned, and that no refund has listed yet. */
export const unrefundedUnits = (order: Order, externalLineId: string): number =>
  Math.max(0, goneUnits(order, externalLineId) - refundedUnits(order.refunds, externalLineId));

/**
 * Units of a storefront's line that are cancelled or returned. Not those that were added again as another line here:
 * the storefront counts them once.
 */
export function goneUnits(order: Order, externalLineId: string): number {
  const gone = linesOf(order, externalLineId).reduce((sum, line) => sum + line.cancelled + line.returned, 0);
  return Math.max(0, gone - Math.max(0, uncountedUnits(order, externalLineId)));
}
