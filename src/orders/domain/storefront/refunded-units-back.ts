/** Refunded units that a location was preparing, and has given back. */
import { unitsCancelled } from "../cancellation";
import { decideInTurn } from "../evolve/evolve";
import { unreleasedUnits } from "../fulfillments/units-at";
import { reasonsOf } from "../holds/hold";
import type { Placed } from "../holds/place-hold";
import { decideReasons } from "../holds/standing-holds";
import type { OrderEvent } from "../order-events";
import { linesOf, type Order } from "../order";
import type { UnitsOfLine } from "../order-line";
import { refundedLines } from "../reported-units";
import { awaitedUnits, refundedInPreparation } from "./refunded-differences";

/** Cancels the units, and ends the reasons that held `before`, the order while the location prepared them. */
export const decideRefundedUnitsBack = (before: Order, order: Order, placed: Placed): OrderEvent[] =>
  decideInTurn(order, [
    (given) => cancelled(given, placed),
    (after) => reasonsThatStand(before, after, placed),
  ]);

function cancelled(order: Order, { by }: Placed): OrderEvent[] {
  const units = refundedLines(order).flatMap((id) => {
    let left = awaitedUnits(order, id);
    return linesOf(order, id).flatMap((line): UnitsOfLine[] => {
      const quantity = Math.min(left, unreleasedUnits(order, line));
      left -= Math.max(0, quantity);
      return quantity > 0 ? [{ lineId: line.id, quantity }] : [];
    });
  });
  return units.length === 0
    ? []
    : [unitsCancelled(order, units, { reason: "Refunded at the storefront", by })];
}

function reasonsThatStand(before: Order, after: Order, placed: Placed): OrderEvent[] {
  const code = "differs_from_storefront";
  const [prepared, left] = [before, after].map((order) =>
    refundedInPreparation(order).map(({ detail }) => detail),
  );
  const held = after.holds.filter((hold) => hold.code === code).flatMap(reasonsOf);
  if (!held.some((detail) => prepared!.includes(detail))) return [];
  const others = held.filter((detail) => !prepared!.includes(detail));
  return decideReasons(after, { code, details: [...others, ...left!] }, placed);
}
