/** An order's lines as its storefront counts them. */
import { linesOf, type Order } from "./order";
import { amountsOfUnits, type OrderLine } from "./order-line";

/**
 * The lines without units that the storefront does not count: those that were added again as another line here (another
 * SKU, another destination, or an order that was opened again), or that an edit took off. Lines without any other units
 * are left out. For what customers read: the sum of these lines is the sum that the storefront has.
 */
export function countedLines(order: Order): OrderLine[] {
  const excess = new Map<string, number>();
  return order.lines.flatMap((line): OrderLine[] => {
    const left = excess.get(line.externalId) ?? Math.max(0, uncountedUnits(order, line.externalId));
    const uncounted = Math.min(left, line.removed);
    excess.set(line.externalId, left - uncounted);
    if (uncounted === 0) return [line];
    const ordered = line.ordered - uncounted;
    if (ordered === 0) return [];
    const { cancelled, removed } = line;
    return [
      {
        ...line,
        ...amountsOfUnits(line, 0, ordered),
        ordered,
        cancelled: cancelled - uncounted,
        removed: removed - uncounted,
      },
    ];
  });
}

/**
 * By how many units our lines of a storefront's line are more than it has. Negative: it has units that were sold and
 * refunded before any state with them arrived, and so were never here.
 */
export function uncountedUnits(order: Order, externalId: string): number {
  const lines = linesOf(order, externalId);
  const ordered = lines.reduce((sum, line) => sum + line.ordered, 0);
  return ordered - (lines[0]?.storefrontQuantity ?? 0);
}
