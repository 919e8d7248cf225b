/**
 * Cancelling an order or some of its units, before they ship. What no location has been given yet goes
 * first; units already released go last. What had been paid for them is owed back to the cent.
 */
import { evolve } from "./order-lifecycle";
import { beyondWorth, lineOf, openShipping, openWorth, restOfShipping } from "./payments/order-money";
import type { LineId } from "../../kernel/ids";
import type { OrderEvent, UnitsCancelled } from "./order-events";
import { oncePerLine, openUnits, type Order, type OrderLine, type UnitsOfLine } from "./order";
import { accept, reject, type Result } from "../../kernel/result";

export type CancelRejection = Readonly<
  | { code: "nothing_to_cancel" }
  | { code: "line_unknown"; lineId: string }
  | { code: "quantity_not_open"; lineId: LineId; open: number; quantity: number }
>;

export type Cancel = Readonly<{
  /** Every open unit, or these. */
  units: "all" | readonly UnitsOfLine[];
  reason: string;
  by: string;
  /** Of shipping not yet earned, tax included; when nothing is left to send and nothing was sent, all of it. */
  shippingMinor?: number;
  /** An edit at the storefront took them off. */
  removed?: boolean;
}>;

export function decideCancel(order: Order, cancel: Cancel): Result<OrderEvent[], CancelRejection> {
  const wanted = cancel.units === "all" ? allOpen(order) : oncePerLine(cancel.units);
  for (const { lineId, quantity } of wanted) {
    const line = order.lines.find(({ id }) => id === lineId);
    if (!line) return reject({ code: "line_unknown", lineId });
    const open = openUnits(line);
    if (quantity > open || quantity < 1) return reject({ code: "quantity_not_open", lineId, open, quantity });
  }
  if (wanted.length === 0) return reject({ code: "nothing_to_cancel" });
  return accept([unitsCancelled(order, wanted, cancel)]);
}

/** The event; also what the storefront's own refunds and edits come to. `units` may be empty: only shipping. */
export function unitsCancelled(
  order: Order,
  units: readonly UnitsOfLine[],
  cancel: Omit<Cancel, "units">,
): OrderEvent {
  const taken = oncePerLine(units).map(({ lineId, quantity }) =>
    takenFrom(order, lineOf(order, lineId), quantity),
  );
  const draft = {
    type: "units.cancelled" as const,
    units: taken,
    reason: cancel.reason,
    by: cancel.by,
    shippingMinor: cancel.shippingMinor ?? 0,
    worthMinor: 0,
    refundDueMinor: 0,
    earned: null,
    ...(cancel.removed && { removed: true }),
  };
  const rest = evolve(order, draft);
  const nothingLeft = rest.lines.every((line) => openUnits(line) === 0);
  const nothingSent = rest.lines.every((line) => line.shipped === 0);
  const shippingMinor = nothingLeft && nothingSent ? openShipping(order) : draft.shippingMinor;

  const withShipping = evolve(order, { ...draft, shippingMinor });
  const earned =
    nothingLeft && !nothingSent && openShipping(withShipping) !== 0 ? restOfShipping(withShipping) : null;
  const depositsMinor = order.balances.depositsMinor - (earned?.fromDepositsMinor ?? 0);
  const worthMinor = openWorth(order) - openWorth(withShipping);
  const surplus = nothingLeft ? depositsMinor : beyondWorth(withShipping, depositsMinor);
  return {
    ...draft,
    shippingMinor,
    worthMinor,
    refundDueMinor: nothingLeft ? surplus : Math.max(0, Math.min(worthMinor, surplus)),
    earned,
  };
}

const allOpen = (order: Order): readonly UnitsOfLine[] =>
  order.lines
    .map((line) => ({ lineId: line.id, quantity: openUnits(line) }))
    .filter(({ quantity }) => quantity > 0);

function takenFrom(order: Order, line: OrderLine, quantity: number): UnitsCancelled {
  const unsourced = Math.min(quantity, line.unsourced);
  const backordered = Math.min(quantity - unsourced, line.backordered);
  let left = quantity - unsourced - backordered;
  const allocated: {
    fulfillmentId: UnitsCancelled["allocated"][number]["fulfillmentId"];
    locationId: string | null;
    quantity: number;
  }[] = [];
  for (const part of leastAdvancedFirst(order)) {
    const held = part.lines.find(({ lineId }) => lineId === line.id);
    const taken = Math.min(left, held ? held.quantity - held.shipped : 0);
    if (taken === 0) continue;
    allocated.push({ fulfillmentId: part.id, locationId: part.locationId, quantity: taken });
    left -= taken;
  }
  return { lineId: line.id, unsourced, backordered, allocated };
}

const ADVANCE = { planned: 0, released: 1, picked: 2, packed: 3 } as const;

const leastAdvancedFirst = (order: Order) =>
  order.fulfillments
    .flatMap((part) => (part.status in ADVANCE ? [part] : []))
    .toSorted(
      (a, b) =>
        ADVANCE[a.status as keyof typeof ADVANCE] - ADVANCE[b.status as keyof typeof ADVANCE] ||
        (a.id < b.id ? -1 : 1),
    );
