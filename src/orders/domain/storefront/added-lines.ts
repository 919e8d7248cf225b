/**
 * Units that the storefront has and we do not have: new lines, more units of a line, units of another SKU or for
 * another destination than before, or units of an order that it had cancelled and has not cancelled any more.
 */
import { addedLineIdOf, lineIdOf } from "../../../kernel/ids";
import { unitShare } from "../../../kernel/money";
import type { LineToAdd } from "../creation/new-line";
import type { NewOrder } from "../new-order";
import { linesOf, type Order } from "../order";
import { withKnownRefunds } from "./known-units";
import { isSameGoods } from "./removed-units";
import { isStale } from "./state-order";
import { isEnded, unitsLeft, unitsLeftThere } from "./units-left";

/**
 * The lines to add, before stock is allocated for them. The storefront has sold them, so they also reopen an order that
 * was finished. None for a stale state, nor for one in another currency, whose amounts mean nothing here. Units that
 * staff cancelled are not added again.
 *
 * @param order as it is after the storefront's removals, refunds and cancellation were applied.
 */
export function addedLines(order: Order, state: NewOrder): LineToAdd[] {
  if (isStale(order, state) || isEnded(state) || state.currency !== order.currency) return [];
  const incoming = withKnownRefunds(order, state);
  return incoming.lines.flatMap((line) => {
    const known = linesOf(order, line.externalId);
    // Units that are prepared as other goods come back first: until then they are counted, and not added again.
    if (known.some((each) => !isSameGoods(each, line) && each.ordered > each.cancelled + each.returned))
      return [];
    const counted = known.reduce((sum, { ordered, removed }) => sum + ordered - removed, 0);
    const missing = unitsLeftThere(incoming, line.externalId) - unitsLeft(order, line.externalId);
    const added = Math.min(line.quantity - line.removed - counted, missing);
    if (added <= 0) return [];
    const id =
      known.length === 0
        ? lineIdOf(order.id, line.externalId, added)
        : addedLineIdOf(order.id, line.externalId, known.length, added);
    // Repricing follows, and gives every unit of the storefront's line its share of the line's amounts.
    const share = (amount: number) => unitShare(amount, line.quantity, line.quantity - added, line.quantity);
    const amounts = {
      grossMinor: share(line.grossMinor),
      discountMinor: share(line.discountMinor),
      taxMinor: share(line.taxMinor),
    };
    return [{ ...line, ...amounts, quantity: added, storefrontQuantity: line.quantity, removed: 0, id }];
  });
}
