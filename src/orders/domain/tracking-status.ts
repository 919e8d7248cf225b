/** The one scale on which every carrier's states of a parcel are placed. */
export const TRACKING_STATUSES = [
  "label_created",
  "in_transit",
  "out_for_delivery",
  "attempt_failed",
  "ready_for_pickup",
  "delivered",
  "returned",
  "exception",
  "lost",
] as const;
export type TrackingStatus = (typeof TRACKING_STATUSES)[number];
