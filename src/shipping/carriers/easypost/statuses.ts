/**
 * EasyPost's states of a tracker on our scale: https://docs.easypost.com/docs/trackers as of November 2026. Null: it
 * reports nothing about where the parcel is.
 */
import type { TrackingStatus } from "../../../orders/domain/tracking-status";

export const STATUSES = {
  unknown: null,
  pre_transit: "label_created",
  in_transit: "in_transit",
  out_for_delivery: "out_for_delivery",
  delivered: "delivered",
  available_for_pickup: "ready_for_pickup",
  // EasyPost does not tell the way back from its end.
  return_to_sender: "returned",
  failure: "exception",
  cancelled: "exception",
  error: "exception",
} as const satisfies Record<string, TrackingStatus | null>;

/** Details that are more exact than the status. Every other detail leaves the status as it is. */
export const DETAILS = {
  lost: "lost",
  return: "returned",
  arrived_at_pickup_location: "ready_for_pickup",
  delivery_exception: "attempt_failed",
  damaged: "exception",
  refused: "exception",
  held: "exception",
} as const satisfies Record<string, TrackingStatus>;

/** `undefined`: EasyPost does not document the status. */
export function trackingStatusOf(status: string, detail: string | null): TrackingStatus | null | undefined {
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status as keyof typeof STATUSES] : undefined;
  if (known === undefined || known === null) return known;
  // What is delivered is not at the pickup location any more, and a label that is not used was not lost.
  if (known === "delivered" || known === "returned" || known === "label_created") return known;
  const exact =
    detail !== null && Object.hasOwn(DETAILS, detail) ? DETAILS[detail as keyof typeof DETAILS] : null;
  return exact ?? known;
}
