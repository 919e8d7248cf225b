/** Staff decide what the program has held of a label. The decision is noted in the order's history. */
import { accept, reject, type Result } from "../kernel/result";
import { addNote } from "../orders/add-note";
import type { ShippingContext } from "./context";
import type { Label } from "./domain/label";
import { decideResolution, type Resolution, type ResolutionRejection } from "./domain/resolution";
import { attemptsOf } from "./find-labels";
import { updateLabel } from "./storage/labels";

/** @returns the label without its notes. A repeat changes nothing. */
export async function resolveLabel(
  context: ShippingContext,
  shipmentId: string,
  resolution: Resolution,
): Promise<Result<Label, ResolutionRejection | Readonly<{ code: "not_found" | "version_conflict" }>>> {
  const attempts = await attemptsOf(context, shipmentId);
  const label = attempts.find(({ attempt }) => attempt === resolution.attempt);
  if (!label) return reject({ code: "not_found" });
  const decided = decideResolution(label, resolution.decision);
  if (!decided.ok || decided.value === label) return decided;
  const number = label.trackingNumber ?? `attempt ${label.attempt}`;
  const text = `Label ${number} of parcel ${shipmentId}: ${resolution.decision}: ${resolution.note}`;
  const noted = await addNote(context, label.orderId, text.slice(0, 2_000));
  if (!noted.ok)
    return reject({ code: noted.rejection.code === "order_unknown" ? "not_found" : "version_conflict" });
  const isStored = await updateLabel(context.databases.orders(label.orderId), decided.value);
  return isStored
    ? accept({ ...decided.value, version: label.version + 1 })
    : reject({ code: "version_conflict" });
}
