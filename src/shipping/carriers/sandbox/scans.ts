/** The sandbox's tracking: what has happened to the parcel by now, computed from when it was handed over. */
import type { Label } from "../../domain/label";
import type { TrackingUpdate } from "../../domain/tracking";
import type { TrackingStatus } from "../../../orders/domain/tracking-status";
import type { Scan } from "../../domain/tracking-status";
import { magicOf, type Magic } from "./magic";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Stage = Readonly<{ afterMs: number; status: TrackingStatus; detail: string; at: "from" | "to" }>;

/** The scans up to now. Before the parcel is handed over there is only the label. */
export function scansBy(label: Label, now: number): TrackingUpdate {
  const { boughtAt, usedAt, rate, request } = label;
  if (boughtAt === null) return { scans: [], estimatedAt: null };
  const created: Scan = { at: boughtAt, status: "label_created", detail: "Label created", place: null };
  if (usedAt === null) return { scans: [created], estimatedAt: null };
  const transitMs = (rate.transitDays ?? 1) * DAY;
  const magic = magicOf(request.to.postalCode);
  const stages = stagesOf(magic, transitMs).filter(({ afterMs }) => usedAt + afterMs <= now);
  const placeOf = { from: request.from.city, to: request.to.city };
  return {
    scans: [
      created,
      ...stages.map(({ afterMs, status, detail, at }) => ({
        at: usedAt + afterMs,
        status,
        detail,
        place: placeOf[at],
      })),
    ],
    estimatedAt: magic === "never_scanned" ? null : usedAt + transitMs,
  };
}

function stagesOf(magic: Magic | null, transitMs: number): Stage[] {
  const pickedUp: Stage = { afterMs: 2 * HOUR, status: "in_transit", detail: "Picked up", at: "from" };
  const arrived: Stage = {
    afterMs: transitMs - 8 * HOUR,
    status: "in_transit",
    detail: "Arrived at depot",
    at: "to",
  };
  const out: Stage = {
    afterMs: transitMs - 4 * HOUR,
    status: "out_for_delivery",
    detail: "Out for delivery",
    at: "to",
  };
  const end = (status: TrackingStatus, detail: string, afterMs = transitMs): Stage => ({
    afterMs,
    status,
    detail,
    at: "to",
  });
  const attempted = end("attempt_failed", "Nobody was there");
  const later = (status: TrackingStatus, detail: string, ms: number) => end(status, detail, transitMs + ms);
  const usual = [pickedUp, arrived, out, end("delivered", "Delivered")];
  const ends: Partial<Record<Magic, Stage[]>> = {
    never_scanned: [],
    lost: [pickedUp, end("lost", "Not found")],
    exception: [pickedUp, arrived, end("exception", "Damaged")],
    attempt_failed: [pickedUp, arrived, out, attempted, later("delivered", "Delivered", DAY)],
    ready_for_pickup: [
      pickedUp,
      arrived,
      out,
      attempted,
      later("ready_for_pickup", "At the post office", 6 * HOUR),
    ],
    returned: [pickedUp, arrived, out, attempted, later("returned", "Refused by the recipient", DAY)],
  };
  return (magic === null ? undefined : ends[magic]) ?? usual;
}
