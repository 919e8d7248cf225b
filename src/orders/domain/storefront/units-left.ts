/** How many units of a storefront's line are left, here and at the storefront. */
import type { NewOrder } from "../new-order";
import { linesOf, type Order } from "../order";
import { refundedUnits } from "../reported-units";

/** Nothing of it is to be sent: it is cancelled, or a test of the checkout. */
export const isEnded = ({ cancelledAt, isTest }: Pick<NewOrder, "cancelledAt" | "isTest">): boolean =>
  cancelledAt !== null || isTest;

/** Units of the line here that are neither cancelled nor returned. */
export const unitsLeft = (order: Order, externalId: string): number =>
  linesOf(order, externalId).reduce((sum, line) => sum + line.ordered - line.cancelled - line.returned, 0);

/** Units of the line at the storefront that are neither removed nor refunded; may be negative. */
export function unitsLeftThere({ lines, refunds }: NewOrder, externalId: string): number {
  const line = lines.find((each) => each.externalId === externalId);
  return line ? line.quantity - line.removed - refundedUnits(refunds, externalId) : 0;
}

/** The storefront's lines that the order has, each once. */
export const externalLineIds = (order: Order): string[] => [
  ...new Set(order.lines.map((line) => line.externalId)),
];
