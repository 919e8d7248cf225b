/** Holds: reasons not to send an order yet. Several may stand at once; only what stands can be released. */
import type { OrderEvent } from "./order-events";
import type { HoldCode, HoldReason, Order } from "./order";
import { accept, reject, type Result } from "../../kernel/result";

export type HoldRejection = Readonly<
  | { code: "hold_unknown"; hold: HoldCode }
  | { code: "order_finished"; status: Order["status"] }
  | { code: "hold_unresolved"; hold: HoldCode; detail: string }
>;

export function decideHold(
  order: Order,
  reason: HoldReason,
  by: string,
  now: number,
): Result<OrderEvent[], HoldRejection> {
  if (order.status === "cancelled" || order.status === "closed") {
    return reject({ code: "order_finished", status: order.status });
  }
  const standing = order.holds.find(({ code }) => code === reason.code);
  if (standing?.detail === reason.detail) return accept([]);
  return accept([{ type: "order.held", hold: { ...reason, placedAt: now, placedBy: by } }]);
}

type Placed = Readonly<{ now: number; by: string }>;

/**
 * A reason of the order's own, which stands whatever its status. Told again it changes nothing, also when
 * staff have let go of it meanwhile; another reason of the same code stands beside it.
 */
export function decideNewHold(order: Order, reason: HoldReason, placed: Placed): OrderEvent[] {
  const known = [...order.holds, ...order.releasedHolds].some(
    ({ code, detail }) => code === reason.code && detail.includes(reason.detail),
  );
  return known ? [] : [held(order, reason, placed)];
}

/** The hold that the reason makes, with what stands under its code already. */
export function held(order: Order, { code, detail }: HoldReason, { now, by }: Placed): OrderEvent {
  const others = order.holds.filter((hold) => hold.code === code && !hold.detail.includes(detail));
  const details = [...others.map((hold) => hold.detail), detail].join(" ");
  return { type: "order.held", hold: { code, detail: details, placedAt: now, placedBy: by } };
}

/** Lines that nobody could source must be sourced or cancelled first: releasing the hold alone would strand them. */
export function decideReleaseHold(
  order: Order,
  code: HoldCode,
  by: string,
): Result<OrderEvent[], HoldRejection> {
  if (!order.holds.some((hold) => hold.code === code)) return reject({ code: "hold_unknown", hold: code });
  const stuck = order.lines.filter((line) => line.unsourced > 0);
  const awaitsSourcing = code === "unknown_sku" || code === "sku_missing" || code === "no_location";
  if (awaitsSourcing && stuck.length > 0) {
    const way = code === "no_location" ? "source it once a location may send it" : "assign a known SKU";
    const detail = `${stuck.map((line) => line.title).join(", ")}: ${way} or cancel.`;
    return reject({ code: "hold_unresolved", hold: code, detail });
  }
  return accept([{ type: "order.hold_released", code, by }]);
}

/**
 * Holds whose reason is gone: an order that leaves as a whole has all its units, one whose country nobody knew
 * has it.
 */
export function decideEndedHolds(order: Order, by: string): OrderEvent[] {
  const ended = {
    ship_complete: order.lines.every((line) => line.backordered === 0),
    destination_unknown: order.shippingAddress === null || order.shippingAddress.countryCode !== null,
  };
  return order.holds.flatMap(({ code }) =>
    (code === "ship_complete" || code === "destination_unknown") && ended[code]
      ? [{ type: "order.hold_released" as const, code, by, ended: true as const }]
      : [],
  );
}
