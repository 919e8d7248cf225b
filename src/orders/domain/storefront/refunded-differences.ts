/**
 * Units that a refund lists, and that are not what it takes them for: a location is preparing them, or they were sent
 * although the storefront refunded them as never sent.
 */
import { releasedUnits } from "../fulfillments/units-at";
import type { NewOrder } from "../new-order";
import { linesOf, type Order } from "../order";
import { needsStock, openUnits } from "../order-line";
import { goneUnits } from "../payments/refund-units";
import { refundedLines, refundedUnits } from "../reported-units";
import { titleOf, type Difference } from "./difference";

/** Units that are cancelled as soon as the location that prepares them gives them back. */
export const refundedInPreparation = (order: Order): Difference[] =>
  refundedLines(order).flatMap((id): Difference[] => {
    const prepared = linesOf(order, id).reduce((sum, line) => sum + releasedUnits(order, line.id), 0);
    const units = Math.min(prepared, awaitedUnits(order, id));
    if (units <= 0) return [];
    const detail = `${units} of ${titleOf(order, id)} are refunded, and a location is preparing them.`;
    return [{ detail, parcel: true }];
  });

/** Units of the line that refunds list, and that are neither cancelled nor returned. */
export const awaitedUnits = (order: Order, externalLineId: string): number =>
  refundedUnits(order.refunds, externalLineId) - goneUnits(order, externalLineId);

type Refunding = Pick<NewOrder, "refunds"> & Partial<Pick<NewOrder, "lines">>;

/** `lines`: of the whole state, which shows how many units edits have removed. */
export function refundedAsUnsent(order: Order, { refunds, lines = [] }: Refunding): Difference[] {
  const unsent = new Map<string, number>();
  for (const { externalLineId: id, quantity, restock } of refunds.flatMap((refund) => refund.lines)) {
    if (restock === "cancel") unsent.set(id, (unsent.get(id) ?? 0) + quantity);
  }
  return [...unsent].flatMap(([id, quantity]): Difference[] => {
    const goods = linesOf(order, id).filter(needsStock);
    const sum = (of: (line: (typeof goods)[number]) => number) =>
      goods.reduce((all, line) => all + of(line), 0);
    const removed = lines.find(({ externalId }) => externalId === id)?.removed ?? 0;
    const cancelled = Math.max(0, goneUnits(order, id) - sum(({ returned }) => returned) - removed);
    const sent = Math.min(
      quantity - cancelled - sum(openUnits),
      sum(({ shipped }) => shipped),
    );
    if (sent <= 0) return [];
    const detail = `${sent} of ${titleOf(order, id)} were refunded at the storefront as never sent, and were shipped: goods to come back.`;
    return [{ detail, parcel: false }];
  });
}
