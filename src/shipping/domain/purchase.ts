/**
 * The life of a label as pure decisions: each returns the label that is stored next. A purchase and a void are stored
 * before the carrier is asked. Where the answer is lost, the carrier is asked what it has, and only then asked again,
 * under the same handle.
 */
import { accept, reject, type Result } from "../../kernel/result";
import { note, withNotes } from "./attention";
import type { CarrierResult, Found } from "./carrier-result";
import { isLive, type BoughtLabel, type Label } from "./label";
import { isSameContent, isSameSize, type Parcel } from "./parcel";
import { newTracking } from "./tracking";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Longer than a purchase and the question after it: the request that stored the label is still at work. */
export const LEASE_MS = 2 * MINUTE;
/** A label that is not used by then is voided. USPS takes labels back for 30 days. */
export const UNUSED_MS = 7 * DAY;
/** After so many questions without an answer staff are asked; the carrier still is. */
const NOTED_AFTER_TRIES = 5;
/** A purchase whose answer was once lost is looked up again so long after it was given up. */
const LAST_LOOK_MS = HOUR;

export type PurchaseRejection = Readonly<
  | { code: "parcel_reused"; shipmentId: string }
  | { code: "label_voiding"; shipmentId: string }
  | { code: "too_many_labels"; shipmentId: string }
>;

/** `known`: the request is a repeat. `begin`: a new attempt with this number. */
export type PurchaseDecision = Result<
  Readonly<{ known: Label }> | Readonly<{ begin: number }>,
  PurchaseRejection
>;

/** An address that is rejected again and again is for staff, not for a loop. */
export const MAX_ATTEMPTS = 50;

/** @param labels of the parcel, with all its attempts. */
export function decidePurchase(
  labels: readonly Label[],
  shipmentId: string,
  parcel: Parcel,
): PurchaseDecision {
  const live = labels.find(isLive);
  if (live) {
    const { parcel: bought } = live.request;
    const isRepeat = isSameSize(bought, parcel) && isSameContent(bought.lines, parcel.lines);
    return isRepeat ? accept({ known: live }) : reject({ code: "parcel_reused", shipmentId });
  }
  if (labels.some(({ state }) => state === "voiding")) return reject({ code: "label_voiding", shipmentId });
  const attempts = Math.max(0, ...labels.map(({ attempt }) => attempt));
  if (attempts >= MAX_ATTEMPTS) return reject({ code: "too_many_labels", shipmentId });
  return accept({ begin: attempts + 1 });
}

/** The label after the carrier was asked to sell it. */
export function afterBuy(label: Label, result: CarrierResult<BoughtLabel>, now: number): Label {
  switch (result.outcome) {
    case "ok":
      return bought(label, result.value, now);
    case "rejected":
      // An earlier try may arrive late: a rejection is looked at once more if there was one.
      return {
        ...label,
        state: "rejected",
        problem: result.reason,
        dueAt: label.tries > 0 ? now + LAST_LOOK_MS : null,
      };
    case "unknown":
      return triedInVain(label, result, now);
  }
}

/** What to do after the carrier was asked what it has under the handle. `again`: buy, under the same handle. */
export function afterAsking(
  label: Label,
  result: CarrierResult<Found>,
  now: number,
): Readonly<{ next: Label; again: boolean }> {
  const next = (changed: Label, again = false) => ({ next: changed, again });
  if (result.outcome === "unknown") return next(triedInVain(label, result, now));
  if (result.outcome === "rejected") {
    return next(triedInVain(label, { outcome: "unknown", detail: result.reason, afterMs: 0 }, now));
  }
  const found = result.value;
  switch (label.state) {
    case "buying":
      if (found.state === "bought") return next(bought(label, found.label, now));
      if (found.state === "voided")
        return next({ ...label, state: "rejected", problem: "voided at the carrier", dueAt: null });
      return next({ ...label, tries: label.tries + 1, dueAt: now + LEASE_MS }, true);
    case "rejected":
      // Nobody waits for it any more.
      if (found.state === "bought") return next(voiding(bought(label, found.label, now), now));
      return next({ ...label, dueAt: null });
    case "bought":
    case "used":
    case "voiding":
    case "voided":
      return next(label);
  }
}

export type VoidRejection = Readonly<
  { code: "label_used"; shipmentId: string } | { code: "label_not_bought"; shipmentId: string; state: string }
>;

/** A repeat changes nothing. */
export function decideVoid(label: Label, now: number): Result<Label, VoidRejection> {
  const { shipmentId, state } = label;
  switch (state) {
    case "bought":
      return accept(voiding(label, now));
    case "voiding":
    case "voided":
      return accept(label);
    case "used":
      return reject({ code: "label_used", shipmentId });
    case "buying":
    case "rejected":
      return reject({ code: "label_not_bought", shipmentId, state });
  }
}

/** The label after the carrier was asked to take it back. One that it keeps can still be used. */
export function afterVoid(label: Label, result: CarrierResult<null>, now: number): Label {
  switch (result.outcome) {
    case "ok":
      return voided(label);
    case "rejected":
      return {
        ...label,
        state: "bought",
        tries: 0,
        problem: result.reason,
        dueAt: null,
        attention: withNotes(label.attention, [note("void_refused", now, result.reason)]),
      };
    case "unknown":
      return triedInVain(label, result, now);
  }
}

/** Whether the sweep voids it: it was bought, was not used in time, and no carrier has its parcel. */
export const isUnused = (label: Label, now: number): boolean =>
  label.state === "bought" &&
  label.dueAt !== null &&
  label.dueAt <= now &&
  label.tracking.status === "label_created";

const bought = (label: Label, { trackingNumber, trackingUrl }: BoughtLabel, now: number): Label => ({
  ...label,
  state: "bought",
  trackingNumber,
  trackingUrl,
  boughtAt: now,
  problem: null,
  tries: 0,
  tracking: newTracking(now),
  attention: label.attention.filter(({ code }) => code !== "purchase_unknown"),
  dueAt: now + UNUSED_MS,
});

const voiding = (label: Label, now: number): Label => ({
  ...label,
  state: "voiding",
  problem: null,
  tries: 0,
  dueAt: now + LEASE_MS,
});

const voided = (label: Label): Label => ({
  ...label,
  state: "voided",
  problem: null,
  dueAt: null,
  attention: label.attention.filter(({ code }) => code !== "purchase_unknown" && code !== "void_refused"),
});

/** The outcome is not known: the carrier is asked after 1, 2, 4 … 60 minutes, and not before it wants to be. */
function triedInVain(
  label: Label,
  { detail, afterMs }: Extract<CarrierResult<never>, { outcome: "unknown" }>,
  now: number,
): Label {
  const tries = label.tries + 1;
  const wait = Math.max(afterMs, Math.min(MINUTE * 2 ** (tries - 1), HOUR));
  const notes = tries === NOTED_AFTER_TRIES ? [note("purchase_unknown", now, detail)] : [];
  return {
    ...label,
    tries,
    problem: detail,
    dueAt: now + wait,
    attention: withNotes(label.attention, notes),
  };
}
