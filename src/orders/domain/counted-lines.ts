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
    const left = excess.get(line.externalId) ?? excessUnits(order, line);
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

/** By how much our lines of a storefront's line have more units than it. */
function excessUnits(order: Order, { externalId, storefrontQuantity }: OrderLine): number {
  const ordered = linesOf(order, externalId).reduce((sum, line) => sum + line.ordered, 0);
  return Math.max(0, ordered - storefrontQuantity);
}
