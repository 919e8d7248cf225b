/** Releasing a hold: by staff, or because its reason is gone. */
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { HoldCode } from "./hold";
import { accept, reject, type Result } from "../../../kernel/result";

export type ReleaseHoldRejection = Readonly<
  { code: "hold_unknown"; hold: HoldCode } | { code: "hold_unresolved"; hold: HoldCode; detail: string }
>;

const UNSOURCED_HOLDS: readonly HoldCode[] = ["unknown_sku", "sku_missing", "no_location"];

/** A hold for unsourced lines stands until they are sourced or cancelled: nothing else would ever source them. */
export function decideReleaseHold(
  order: Order,
  code: HoldCode,
  by: string,
  reason?: string,
): Result<OrderEvent[], ReleaseHoldRejection> {
  if (!order.holds.some((hold) => hold.code === code)) return reject({ code: "hold_unknown", hold: code });
  const unsourced = order.lines.filter((line) => line.unsourced > 0);
  if (UNSOURCED_HOLDS.includes(code) && unsourced.length > 0) {
    const remedy = code === "no_location" ? "source it once a location may send it" : "assign a known SKU";
    const detail = `${unsourced.map((line) => line.title).join(", ")}: ${remedy} or cancel.`;
    return reject({ code: "hold_unresolved", hold: code, detail });
  }
  return accept([{ type: "order.hold_released", code, by, ...(reason ? { reason } : {}) }]);
}
