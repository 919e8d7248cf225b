/** Units that an edit at the storefront has added to an order: new lines, or more units of a line. */
import { addedLineIdOf, lineIdOf } from "../../../kernel/ids";
import { unitShare } from "../../../kernel/money";
import { sumAmounts, type Amounts } from "../amounts";
import type { LineToAdd } from "../creation/new-line";
import type { NewOrder, NewOrderLine } from "../new-order";
import { linesOf, type Order } from "../order";
import type { OrderLine } from "../order-line";
import { refundedUnits, unrefundedUnits } from "../payments/refund-units";
import { isStale } from "./state-order";
import { unitsLeft } from "./units-left";

/**
 * The lines to add, before stock is allocated for them. The storefront has sold them, so they also reopen an order
 * that was finished. None for a stale state.
 */
export function addedLines(order: Order, incoming: NewOrder): LineToAdd[] {
  if (isStale(order, incoming)) return [];
  return incoming.lines.flatMap((line) => {
    const known = linesOf(order, line.externalId);
    const counted = known.reduce((sum, { ordered, removed }) => sum + ordered - removed, 0);
    const added = Math.min(line.quantity - line.removed - counted, missingUnits(order, incoming, line));
    if (added <= 0) return [];
    const id =
      known.length === 0
        ? lineIdOf(order.id, line.externalId, added)
        : addedLineIdOf(order.id, line.externalId, known.length, added);
    return [{ ...line, ...amountsAdded(line, known, added), quantity: added, removed: 0, id }];
  });
}

/**
 * Units that the storefront has of a line and we do not have, once the refunds of the state are applied. Units that an
 * edit removed and a refund then lists are gone once on both sides, and are not counted as removed at the storefront
 * any more.
 */
function missingUnits(order: Order, incoming: NewOrder, line: NewOrderLine): number {
  const { externalId, quantity, removed } = line;
  const known = new Set(order.refunds.map((refund) => refund.externalId));
  const newRefunds = incoming.refunds.filter((refund) => !known.has(refund.externalId));
  const newlyRefunded = refundedUnits(newRefunds, externalId);
  const theirs = quantity - removed - refundedUnits(order.refunds, externalId) - newlyRefunded;
  const ours = unitsLeft(order, externalId) - Math.max(0, newlyRefunded - unrefundedUnits(order, externalId));
  return theirs - ours;
}

/**
 * What the added units are worth: what the edit added to the amounts of their line. If the line counts other units
 * there than here, or its price fell, they get the share of its last units.
 */
function amountsAdded(line: NewOrderLine, known: readonly OrderLine[], added: number): Amounts {
  const before = sumAmounts(known);
  const more = {
    grossMinor: line.grossMinor - before.grossMinor,
    discountMinor: line.discountMinor - before.discountMinor,
    taxMinor: line.taxMinor - before.taxMinor,
  };
  const counted = known.reduce((sum, { ordered }) => sum + ordered, added);
  const isPrice = more.discountMinor >= 0 && more.taxMinor >= 0 && more.grossMinor >= more.discountMinor;
  if (counted === line.quantity && isPrice) return more;
  const share = (amount: number) => unitShare(amount, line.quantity, line.quantity - added, line.quantity);
  return {
    grossMinor: share(line.grossMinor),
    discountMinor: share(line.discountMinor),
    taxMinor: share(line.taxMinor),
  };
}
