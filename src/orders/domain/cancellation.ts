/**
 * Cancelling an order, or some of its units, before they ship. Units that no location has yet are cancelled first, and
 * units that were released to a location last. What was paid for them is due to the customer, to the cent.
 */
import type { LineId } from "../../kernel/ids";
import { accept, reject, type Result } from "../../kernel/result";
import type { UnitsCancelled } from "./events/unit-events";
import { evolve } from "./evolve/evolve";
import { isLive, unshippedUnits, type Fulfillment } from "./fulfillments/fulfillment";
import type { EventOf, OrderEvent } from "./order-events";
import { goodsOf, hasOpenUnits, lineOf, type Order } from "./order";
import { openUnits, sumPerLine, type OrderLine, type UnitsOfLine } from "./order-line";

export type CancelRejection = Readonly<
  | { code: "nothing_to_cancel" }
  | { code: "line_unknown"; lineId: string }
  | { code: "quantity_not_open"; lineId: LineId; open: number; quantity: number }
>;

export type Cancellation = Readonly<{
  /** Every open unit, or these. */
  units: "all" | readonly UnitsOfLine[];
  reason: string;
  by: string;
  /** The storefront removed them, by an edit or with the whole order. */
  removed?: boolean;
}>;

/** Rejects units that are not open, and a cancellation of none. */
export function decideCancel(
  order: Order,
  cancellation: Cancellation,
): Result<OrderEvent[], CancelRejection> {
  const { units } = cancellation;
  const requested = units === "all" ? allOpenUnits(order) : sumPerLine(units);
  for (const { lineId, quantity } of requested) {
    const line = order.lines.find(({ id }) => id === lineId);
    if (!line) return reject({ code: "line_unknown", lineId });
    const open = openUnits(line);
    if (quantity > open || quantity < 1) return reject({ code: "quantity_not_open", lineId, open, quantity });
  }
  if (requested.length === 0) return reject({ code: "nothing_to_cancel" });
  return accept([unitsCancelled(order, requested, cancellation)]);
}

/**
 * The event that cancels the units, which must be open. If they are the last of the goods and nothing was shipped, the
 * fees are cancelled with them.
 */
export function unitsCancelled(
  order: Order,
  units: readonly UnitsOfLine[],
  { reason, by, removed = false }: Omit<Cancellation, "units">,
): EventOf<"units.cancelled"> {
  const event = (cancelled: readonly UnitsOfLine[]) =>
    ({
      type: "units.cancelled",
      units: sumPerLine(cancelled).map(({ lineId, quantity }) =>
        whereCancelled(order, lineOf(order, lineId), quantity),
      ),
      reason,
      by,
      ...(removed && { removed }),
    }) as const;
  const alone = event(units);
  const rest = evolve(order, alone);
  const isNothingLeft = !hasOpenUnits(rest) && goodsOf(rest).every(({ shipped }) => shipped === 0);
  return isNothingLeft ? event([...units, ...allOpenUnits(rest)]) : alone;
}

const allOpenUnits = (order: Order): UnitsOfLine[] =>
  order.lines
    .map((line) => ({ lineId: line.id, quantity: openUnits(line) }))
    .filter(({ quantity }) => quantity > 0);

/** Where the line's units are cancelled: unsourced ones first, then backordered ones, then allocated ones. */
function whereCancelled(order: Order, line: OrderLine, quantity: number): UnitsCancelled {
  const unsourced = Math.min(quantity, line.unsourced);
  const backordered = Math.min(quantity - unsourced, line.backordered);
  if (line.kind === "fee")
    return { lineId: line.id, unsourced: 0, backordered: 0, allocated: [], fees: quantity };
  let left = quantity - unsourced - backordered;
  const allocated: UnitsCancelled["allocated"][number][] = [];
  for (const fulfillment of leastAdvancedFirst(order)) {
    const taken = Math.min(left, unshippedUnits(fulfillment, line.id));
    if (taken === 0) continue;
    const { id: fulfillmentId, locationId } = fulfillment;
    allocated.push({ fulfillmentId, locationId, quantity: taken });
    left -= taken;
  }
  return { lineId: line.id, unsourced, backordered, allocated };
}

const PROGRESS: readonly Fulfillment["status"][] = ["planned", "released", "picked", "packed"];

const leastAdvancedFirst = (order: Order): Fulfillment[] =>
  order.fulfillments
    .filter(isLive)
    .toSorted((a, b) => PROGRESS.indexOf(a.status) - PROGRESS.indexOf(b.status) || (a.id < b.id ? -1 : 1));
