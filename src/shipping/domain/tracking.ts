/**
 * Where a parcel is, decided from the set of its scans: in any sequence, doubled and from the past, the same set has the
 * same status. A parcel that was delivered or returned stays so, and what contradicts it is noted for staff.
 */
import { note, type Note } from "./attention";
import type { TrackingStatus } from "../../orders/domain/tracking-status";
import { compareScans, isFinal, needsStaff, scanKey, type Scan } from "./tracking-status";

export type Tracking = Readonly<{
  status: TrackingStatus;
  /** By the carrier's clock. */
  statusAt: number;
  /** The carrier's estimate of the delivery; null if it gives none. */
  estimatedAt: number | null;
  /** By time. */
  scans: readonly Scan[];
  /** Keys of scans that staff were asked about: no scan is noted twice. */
  noted: readonly string[];
  /** Since when it is silent too long; null if it is not. */
  silentSince: number | null;
}>;

/** A label that was just bought. */
export const newTracking = (at: number): Tracking => ({
  status: "label_created",
  statusAt: at,
  estimatedAt: null,
  scans: [],
  noted: [],
  silentSince: null,
});

export type TrackingUpdate = Readonly<{
  scans: readonly Scan[];
  estimatedAt: number | null;
  /** States that the carrier does not document. */
  unread?: readonly string[];
}>;

export type TrackingDecision = Readonly<{ tracking: Tracking; notes: readonly Note[] }>;

/** Of more scans, the oldest are dropped. A parcel has some twenty. */
export const MAX_SCANS = 200;

const DAY = 86_400_000;
/** Carriers use a tracking number again after some months: scans of its former parcel do not count. */
const BEFORE_LABEL_MS = 3 * DAY;
/** Some carriers send local times as UTC. */
const CLOCK_ERROR_MS = DAY;
/** So long without a scan after it was handed over, or since the last one. */
export const SILENCE_MS = 5 * DAY;

/**
 * The tracking after an update of the carrier.
 * @param labelAt when the label was bought: earlier scans are of another parcel.
 */
export function decideTracking(
  before: Tracking,
  { scans, estimatedAt, unread = [] }: TrackingUpdate,
  { now, labelAt }: Readonly<{ now: number; labelAt: number }>,
): TrackingDecision {
  const plausible = scans.filter(({ at }) => at >= labelAt - BEFORE_LABEL_MS && at <= now + CLOCK_ERROR_MS);
  const fromFuture = scans.filter(({ at }) => at > now + CLOCK_ERROR_MS);
  const merged = merge(before.scans, plausible);
  const standing = standingScan(before, merged);
  const status = standing?.status ?? "label_created";
  const contradictions = standing !== null && isFinal(status) ? contradicting(merged, standing) : [];
  const worrying = merged.filter((scan) => needsStaff(scan.status) && !contradictions.includes(scan));
  const isKnown = new Set(before.noted);
  const unknown = (scan: Scan) => !isKnown.has(scanKey(scan));
  const toNote = [...contradictions, ...fromFuture, ...worrying];
  const notes = [
    ...contradictions.filter(unknown).map((scan) => note("tracking_contradiction", now, about(scan))),
    ...fromFuture.filter(unknown).map((scan) => note("scan_from_future", now, about(scan))),
    ...worrying.filter(unknown).map((scan) => note("carrier_reports_problem", now, about(scan))),
  ];
  const unreadKeys = unread.map((status) => `unread ${status}`);
  for (const status of unread)
    if (!isKnown.has(`unread ${status}`)) notes.push(note("status_not_known", now, status));
  const isNew = merged.length > before.scans.length;
  return {
    tracking: {
      status,
      statusAt: standing?.at ?? before.statusAt,
      estimatedAt: isFinal(status) ? null : (estimatedAt ?? before.estimatedAt),
      scans: merged,
      noted: [...new Set([...before.noted, ...toNote.map(scanKey), ...unreadKeys])].slice(-MAX_SCANS),
      silentSince: isNew ? null : before.silentSince,
    },
    notes,
  };
}

/** The tracking of a parcel whose last scan is too old: it counts as an exception until the next scan. */
export function decideSilence(
  tracking: Tracking,
  { now, handedOverAt }: Readonly<{ now: number; handedOverAt: number }>,
): TrackingDecision | null {
  if (isFinal(tracking.status) || tracking.silentSince !== null) return null;
  const last = Math.max(handedOverAt, tracking.scans.at(-1)?.at ?? 0);
  if (now - last < SILENCE_MS) return null;
  const days = Math.floor((now - last) / DAY);
  return {
    tracking: { ...tracking, silentSince: now },
    notes: [note("no_scan", now, `no scan for ${days} days`)],
  };
}

/** As staff and customers see it. */
export const shownStatus = ({ status, silentSince }: Tracking): TrackingStatus =>
  silentSince === null ? status : "exception";

function merge(known: readonly Scan[], added: readonly Scan[]): Scan[] {
  const byKey = new Map([...known, ...added].map((scan) => [scanKey(scan), scan]));
  return [...byKey.values()].toSorted(compareScans).slice(-MAX_SCANS);
}

/** The scan whose status counts: a final one stands as it was first recorded; otherwise the last one does. */
function standingScan(before: Tracking, merged: readonly Scan[]): Scan | null {
  if (isFinal(before.status)) {
    const recorded = merged.find(({ status }) => status === before.status);
    return recorded ?? { at: before.statusAt, status: before.status, detail: null, place: null };
  }
  const first = merged.find(({ status }) => isFinal(status));
  // That a label was created says nothing of a parcel that was scanned.
  return first ?? merged.findLast(({ status }) => status !== "label_created") ?? merged.at(-1) ?? null;
}

/** Scans after the end of the way, and other ends. The same end again, such as a corrected time, is none. */
const contradicting = (merged: readonly Scan[], standing: Scan): Scan[] =>
  merged.filter(
    (scan) =>
      scan.status !== standing.status &&
      scan.status !== "label_created" &&
      (scan.at > standing.at || isFinal(scan.status)),
  );

const about = ({ status, at, detail }: Scan): string =>
  [status, new Date(at).toISOString(), detail].filter((part) => part !== null).join(" ");
