/** Scans of a parcel, and what each status of the scale means for the parcel. */
import type { TrackingStatus } from "../../orders/domain/tracking-status";

/** Of two scans at the same moment, the one with the higher rank is the later one. */
export const RANK: Readonly<Record<TrackingStatus, number>> = {
  label_created: 0,
  in_transit: 1,
  out_for_delivery: 2,
  attempt_failed: 3,
  ready_for_pickup: 4,
  exception: 5,
  lost: 6,
  returned: 7,
  delivered: 8,
};

/** The parcel's way ends. A lost parcel may be found again. */
export const isFinal = (status: TrackingStatus): boolean => status === "delivered" || status === "returned";

/** Whether the carrier has the parcel, or had it. */
export const hasLeft = (status: TrackingStatus): boolean => status !== "label_created";

/** A state of a parcel that staff must look at, although the carrier reports it in due form. */
export const needsStaff = (status: TrackingStatus): boolean =>
  status === "exception" || status === "lost" || status === "returned";

/** One report of the carrier about a parcel. */
export type Scan = Readonly<{
  /** By the carrier's clock, epoch milliseconds. */
  at: number;
  status: TrackingStatus;
  /** The carrier's words. */
  detail: string | null;
  place: string | null;
}>;

/** The same report has the same key, however often it comes. */
export const scanKey = ({ at, status, detail, place }: Scan): string =>
  JSON.stringify([at, status, detail, place]);

/** By time, and of one moment by rank. A total order: it does not depend on the sequence in which scans arrived. */
export const compareScans = (a: Scan, b: Scan): number => {
  if (a.at !== b.at) return a.at - b.at;
  if (a.status !== b.status) return RANK[a.status] - RANK[b.status];
  const [one, other] = [scanKey(a), scanKey(b)];
  return one < other ? -1 : Number(one > other);
};
