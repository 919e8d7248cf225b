/** Records what a carrier reports of a parcel. The order's shipment is delivered first, so that a lost write is repeated. */
import { reject, type Result } from "../kernel/result";
import { readOrder } from "../orders/change-order";
import { deliverShipment } from "../orders/deliver-shipment";
import type { ShippingContext } from "./context";
import { note, withNotes, type Note } from "./domain/attention";
import type { Label } from "./domain/label";
import {
  decideSilence,
  decideTracking,
  type Tracking,
  type TrackingDecision,
  type TrackingUpdate,
} from "./domain/tracking";
import { hasLeft, isFinal } from "./domain/tracking-status";
import { carrierOf } from "./find-labels";
import { labelOf, updateLabel } from "./storage/labels";

const MAX_ATTEMPTS = 5;

/**
 * @returns the label as it is stored; rejects if others change it all the time, or the order cannot be changed now: the
 * same report may come again.
 */
export async function recordTracking(
  context: ShippingContext,
  given: Label,
  update: TrackingUpdate,
): Promise<Result<Label, Readonly<{ code: "version_conflict" }>>> {
  const db = context.databases.orders(given.orderId);
  let label: Label | null = given;
  for (let attempt = 0; attempt < MAX_ATTEMPTS && label !== null; attempt += 1) {
    const now = context.now();
    const labelAt = label.boughtAt ?? label.createdAt;
    const decided = decideTracking(label.tracking, update, { now, labelAt });
    const silence =
      label.usedAt === null ? null : decideSilence(decided.tracking, { now, handedOverAt: label.usedAt });
    const misplaced = noteMisplaced(label, silence?.tracking ?? decided.tracking, now);
    const { tracking } = misplaced;
    const missing = await deliverIfArrived(context, label, tracking);
    if (!missing.ok) return missing;
    const notes = [...decided.notes, ...(silence?.notes ?? []), ...missing.value, ...misplaced.notes];
    const next = {
      ...label,
      tracking,
      attention: withNotes(label.attention, notes),
      dueAt: nextDue(context, label, tracking),
    };
    if (await updateLabel(db, next)) return { ok: true, value: { ...next, version: next.version + 1 } };
    label = await labelOf(db, label);
  }
  return reject({ code: "version_conflict" });
}

/** The order's shipment is delivered when the carrier says so. A report of before it was shipped here counts as then. */
async function deliverIfArrived(
  context: ShippingContext,
  { orderId, shipmentId, state, tracking: before }: Label,
  { status, statusAt }: Tracking,
): Promise<Result<readonly Note[], Readonly<{ code: "version_conflict" }>>> {
  if (state !== "used" || status !== "delivered" || before.status === "delivered")
    return { ok: true, value: [] };
  const order = await readOrder(context, orderId);
  const shippedAt = order?.shipments.find(({ id }) => id === shipmentId)?.shippedAt ?? 0;
  const delivered = await deliverShipment(context, orderId, shipmentId, Math.max(statusAt, shippedAt));
  if (delivered.ok) return { ok: true, value: [] };
  if (delivered.rejection.code === "version_conflict") return reject({ code: "version_conflict" });
  return { ok: true, value: [note("shipment_missing", context.now(), delivered.rejection.code)] };
}

/** A carrier has the parcel, though nothing was shipped here with the label, or the label was voided. Noted once a status. */
function noteMisplaced({ state }: Label, tracking: Tracking, now: number): TrackingDecision {
  const { status, statusAt, noted } = tracking;
  if (!hasLeft(status) || state === "used") return { tracking, notes: [] };
  const code = state === "voided" || state === "voiding" ? "scanned_after_void" : "scanned_not_shipped";
  const key = `${code} ${status}`;
  if (noted.includes(key)) return { tracking, notes: [] };
  const detail = `${status} ${new Date(statusAt).toISOString()}`;
  return { tracking: { ...tracking, noted: [...noted, key] }, notes: [note(code, now, detail)] };
}

/** A parcel that is under way for longer is not asked for any more: staff were asked long before. */
const TRACKED_MS = 60 * 86_400_000;

function nextDue(context: ShippingContext, label: Label, tracking: Tracking): number | null {
  if (label.state !== "used") return label.dueAt;
  const now = context.now();
  if (isFinal(tracking.status) || now - (label.usedAt ?? now) > TRACKED_MS) return null;
  return now + carrierOf(context, label).pollEveryMs;
}
