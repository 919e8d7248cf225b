/** What a call of a carrier results in. An answer that was lost, late or unreadable is `unknown`: it may have been done. */
import type { BoughtLabel } from "./label";

export type CarrierResult<Value> =
  | Readonly<{ outcome: "ok"; value: Value }>
  | Readonly<{ outcome: "rejected"; reason: string }>
  | Readonly<{ outcome: "unknown"; detail: string; afterMs: number }>;

export const ok = <Value>(value: Value): CarrierResult<Value> => ({ outcome: "ok", value });
export const rejected = (reason: string): CarrierResult<never> => ({ outcome: "rejected", reason });
/** @param afterMs how long the carrier wants to be left alone. */
export const unknown = (detail: string, afterMs = 0): CarrierResult<never> => ({
  outcome: "unknown",
  detail,
  afterMs,
});

/** What a carrier has under the handle of a purchase. */
export type Found =
  | Readonly<{ state: "none" }>
  | Readonly<{ state: "bought"; label: BoughtLabel }>
  | Readonly<{ state: "voided" }>;
