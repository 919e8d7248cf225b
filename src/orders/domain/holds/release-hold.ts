/** Releasing a hold: by staff, or because its reason is gone. */
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { HoldCode } from "./hold";
import { accept, reject, type Result } from "../../../kernel/result";
import { openWorth } from "../payments/order-money";

export type ReleaseHoldRejection = Readonly<
  { code: "hold_unknown"; hold: HoldCode } | { code: "hold_unresolved"; hold: HoldCode; detail: string }
>;

const UNSOURCED_HOLDS: readonly HoldCode[] = ["unknown_sku", "sku_missing", "no_location"];

/** A hold for unsourced lines stands until they are sourced or cancelled: nothing else would ever source them. */
export function decideReleaseHold(
  order: Order,
  code: HoldCode,
  by: string,
): Result<OrderEvent[], ReleaseHoldRejection> {
  if (!order.holds.some((hold) => hold.code === code)) return reject({ code: "hold_unknown", hold: code });
  const unsourced = order.lines.filter((line) => line.unsourced > 0);
  if (UNSOURCED_HOLDS.includes(code) && unsourced.length > 0) {
    const remedy = code === "no_location" ? "source it once a location may send it" : "assign a known SKU";
    const detail = `${unsourced.map((line) => line.title).join(", ")}: ${remedy} or cancel.`;
    return reject({ code: "hold_unresolved", hold: code, detail });
  }
  return accept([{ type: "order.hold_released", code, by }]);
}

/**
 * Releases holds whose reason is gone: no unit is backordered any more, the country is known now, or nothing is left to
 * pay for.
 */
export function decideResolvedHolds(order: Order, by: string): OrderEvent[] {
  const { shippingAddress } = order;
  const resolved = new Set<HoldCode>();
  if (order.lines.every((line) => line.backordered === 0)) resolved.add("ship_complete");
  if (shippingAddress === null || shippingAddress.countryCode !== null) resolved.add("destination_unknown");
  if (openWorth(order) <= 0 && order.balances.receivableMinor === 0) resolved.add("payment_pending");
  return order.holds
    .filter(({ code }) => resolved.has(code))
    .map(({ code }) => ({ type: "order.hold_released", code, by, resolved: true }));
}
