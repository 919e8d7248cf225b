/** Holds: reasons not to send an order yet. Several may stand at once; only what stands can be released. */
import type { OrderEvent } from "./order-events";
import type { HoldCode, HoldReason, Order } from "./orders";
import { accept, reject, type Result } from "./result";

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

/** A reason of the order's own, which stands whatever its status; the same reason twice is one hold. */
export const decideNewHold = (
  order: Order,
  reason: HoldReason,
  { now, by }: Readonly<{ now: number; by: string }>,
): OrderEvent[] =>
  order.holds.some((hold) => hold.code === reason.code && hold.detail === reason.detail)
    ? []
    : [{ type: "order.held", hold: { ...reason, placedAt: now, placedBy: by } }];

/** Lines that nobody could source must be sourced or cancelled first: releasing the hold alone would strand them. */
export function decideReleaseHold(
  order: Order,
  code: HoldCode,
  by: string,
): Result<OrderEvent[], HoldRejection> {
  if (!order.holds.some((hold) => hold.code === code)) return reject({ code: "hold_unknown", hold: code });
  const stuck = order.lines.filter((line) => line.unsourced > 0);
  if ((code === "unknown_sku" || code === "sku_missing") && stuck.length > 0) {
    const detail = `${stuck.map((line) => line.title).join(", ")}: assign a known SKU or cancel.`;
    return reject({ code: "hold_unresolved", hold: code, detail });
  }
  return accept([{ type: "order.hold_released", code, by }]);
}
