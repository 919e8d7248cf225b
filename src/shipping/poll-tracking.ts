/** The hourly job that asks carriers for parcels of which nothing was heard. It makes up for callbacks that were lost. */
import { logLine } from "../kernel/log-line";
import { accept, reject, type Result } from "../kernel/result";
import type { Job } from "../platform/jobs/job";
import type { ShippingContext } from "./context";
import type { Label } from "./domain/label";
import { carrierOf } from "./find-labels";
import { recordTracking } from "./record-tracking";
import { DUE_TRACKING, dueLabels, postponeLabel } from "./storage/labels";

/** A parcel takes some ten queries, and a part of the work may take a hundred. */
const PARCELS_A_PART = 8;
const POSTPONED_MS = 6 * 60 * 60_000;

type Cursor = Readonly<{ database: number }>;

/**
 * A parcel that was asked for is due later, and so leaves the list: a step that is repeated asks for the others. Its progress has
 * how many parcels were asked for, and for how many that failed.
 */
export const pollTrackingJob: Job<ShippingContext, unknown, Cursor> = {
  name: "poll-tracking",
  schedule: "hourlyPromises",
  step: async (context, { cursor, progress, begunAt, hasBudget }) => {
    let database = cursor?.database ?? 0;
    const done = { parcels: 0, failed: 0, ...progress };
    do {
      const db = context.databases.allOrders[database];
      if (db === undefined) break;
      // Parcels that become due meanwhile are for the next run, so that this one ends.
      const due = await dueLabels(db, DUE_TRACKING, { now: begunAt, limit: PARCELS_A_PART });
      const outcomes = await Promise.all(due.map((label) => pollOrPostpone(context, db, label)));
      done.parcels += due.length;
      done.failed += outcomes.filter((isPolled) => !isPolled).length;
      if (due.length < PARCELS_A_PART) database += 1;
    } while (hasBudget());
    return { cursor: { database }, isDone: database >= context.databases.allOrders.length, progress: done };
  },
};

/** Asks the carrier for the parcel, and records the answer. */
export async function pollTracking(
  context: ShippingContext,
  label: Label,
): Promise<
  Result<Label, Readonly<{ code: "carrier_unavailable"; detail: string } | { code: "version_conflict" }>>
> {
  const tracked = await carrierOf(context, label).track(label, context.now());
  if (tracked.outcome === "ok") return recordTracking(context, label, tracked.value);
  const detail = tracked.outcome === "rejected" ? tracked.reason : tracked.detail;
  // Silence counts, also if the carrier does not answer.
  const recorded = await recordTracking(context, label, { scans: [], estimatedAt: null });
  return recorded.ok ? reject({ code: "carrier_unavailable", detail }) : recorded;
}

async function pollOrPostpone(context: ShippingContext, db: D1Database, label: Label): Promise<boolean> {
  try {
    const polled = await pollTracking(context, label);
    if (!polled.ok && polled.rejection.code === "version_conflict")
      await postponeLabel(db, label, context.now() + POSTPONED_MS);
    return polled.ok;
  } catch (error) {
    console.error(logLine("error", "a parcel cannot be tracked", { shipmentId: label.shipmentId, error }));
    await postponeLabel(db, label, context.now() + POSTPONED_MS);
    return false;
  }
}

export const labelToPoll = (
  label: Label,
): Result<Label, Readonly<{ code: "label_not_bought"; shipmentId: string; state: string }>> =>
  label.trackingNumber === null
    ? reject({ code: "label_not_bought", shipmentId: label.shipmentId, state: label.state })
    : accept(label);
