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
import { hasOpenUnits, lineOf, type Order } from "./order";
import { openUnits, sumPerLine, type OrderLine, type UnitsOfLine } from "./order-line";
import { excessDeposits, openShipping, openWorth, restOfShipping } from "./payments/order-money";

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
  /** Of shipping that is not earned, tax included. If nothing is left and nothing was shipped, all of it is cancelled. */
  shippingMinor?: number;
  /** An edit at the storefront removed them. */
  removed?: boolean;
}>;

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

/** Cancels every open unit; no event if there is none. */
export function cancelAllUnits(order: Order, cancellation: Omit<Cancellation, "units">): OrderEvent[] {
  const units = allOpenUnits(order);
  return units.length === 0 ? [] : [unitsCancelled(order, units, cancellation)];
}

/**
 * The event that cancels the units, which must be open. Without units, it cancels shipping only. If nothing is left to
 * ship but something was shipped, it also earns the rest of the shipping charge.
 */
export function unitsCancelled(
  order: Order,
  units: readonly UnitsOfLine[],
  cancellation: Omit<Cancellation, "units">,
): EventOf<"units.cancelled"> {
  const { reason, by, removed = false } = cancellation;
  const draft = {
    type: "units.cancelled",
    units: sumPerLine(units).map(({ lineId, quantity }) =>
      whereCancelled(order, lineOf(order, lineId), quantity),
    ),
    reason,
    by,
    shippingMinor: cancellation.shippingMinor ?? 0,
    worthMinor: 0,
    refundDueMinor: 0,
    earned: null,
    ...(removed && { removed }),
  } as const;
  const withoutUnits = evolve(order, draft);
  const isLast = !hasOpenUnits(withoutUnits);
  const wasShipped = order.lines.some((line) => line.shipped > 0);
  const shippingMinor = isLast && !wasShipped ? openShipping(order) : draft.shippingMinor;

  const rest = evolve(order, { ...draft, shippingMinor });
  const earned = isLast && wasShipped && openShipping(rest) !== 0 ? restOfShipping(rest) : null;
  const depositsMinor = order.balances.depositsMinor - (earned?.fromDepositsMinor ?? 0);
  const worthMinor = openWorth(order) - openWorth(rest);
  const refundDueMinor = isLast
    ? depositsMinor
    : Math.max(0, Math.min(worthMinor, excessDeposits(rest, depositsMinor)));
  return { ...draft, shippingMinor, worthMinor, refundDueMinor, earned };
}

const allOpenUnits = (order: Order): UnitsOfLine[] =>
  order.lines
    .map((line) => ({ lineId: line.id, quantity: openUnits(line) }))
    .filter(({ quantity }) => quantity > 0);

/** Where the line's units are cancelled: unsourced ones first, then backordered ones, then allocated ones. */
function whereCancelled(order: Order, line: OrderLine, quantity: number): UnitsCancelled {
  const unsourced = Math.min(quantity, line.unsourced);
  const backordered = Math.min(quantity - unsourced, line.backordered);
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
