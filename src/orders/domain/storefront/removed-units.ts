/** Units that an edit at the storefront has removed from an order. */
import { unitsCancelled } from "../cancellation";
import { decideInTurn } from "../evolve/evolve";
import { decideNewHold } from "../holds/place-hold";
import type { NewOrder } from "../new-order";
import type { OrderEvent } from "../order-events";
import { linesOf, type Order } from "../order";
import { openUnits, type UnitsOfLine } from "../order-line";
import type { RefundRules } from "../payments/refunds";
import { externalLineIds, unitsLeft, unitsLeftThere } from "./units-left";

/**
 * Cancels units that are left here and not at the storefront, after its cancellations and refunds were applied. Lines
 * that edits added lose theirs first. Units that were shipped already hold the order instead.
 */
export function decideRemovedUnits(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  const units: UnitsOfLine[] = [];
  const tooLate: string[] = [];
  for (const externalId of externalLineIds(order)) {
    const lines = linesOf(order, externalId);
    let excess = Math.max(
      0,
      unitsLeft(order, externalId) - Math.max(0, unitsLeftThere(incoming, externalId)),
    );
    for (const line of lines.toReversed()) {
      const quantity = Math.min(excess, openUnits(line));
      excess -= quantity;
      if (quantity > 0) units.push({ lineId: line.id, quantity });
    }
    if (excess > 0) tooLate.push(`${excess} of ${lines[0]!.title}`);
  }
  return decideInTurn(order, [
    (before) => {
      if (units.length === 0) return [];
      const cancellation = { reason: "Removed at the storefront", by: rules.by, removed: true };
      return [unitsCancelled(before, units, cancellation)];
    },
    (before) => {
      if (tooLate.length === 0) return [];
      const detail = `Removed at the storefront after they were shipped: ${tooLate.join(", ")}.`;
      return decideNewHold(before, { code: "edited_after_release", detail }, rules);
    },
  ]);
}

/**
 * Records units that the storefront has removed and that were cancelled here before. Then both sides count the same
 * units, and units that an edit adds later are recognized as new ones.
 */
export const decideRemovedAtStorefront = (order: Order, incoming: NewOrder): OrderEvent[] =>
  externalLineIds(order).flatMap((externalId) => {
    const line = incoming.lines.find((each) => each.externalId === externalId);
    const lines = linesOf(order, externalId);
    const counted = lines.reduce((sum, { ordered, removed }) => sum + ordered - removed, 0);
    let left = counted - (line ? line.quantity - line.removed : 0);
    return lines.flatMap(({ id: lineId, cancelled, removed }): OrderEvent[] => {
      const quantity = Math.min(left, cancelled - removed);
      left -= Math.max(0, quantity);
      return quantity > 0 ? [{ type: "units.removed_at_storefront", lineId, quantity }] : [];
    });
  });
