/** Voids a label that was bought and is not used. */
import { accept, reject, type Result } from "../kernel/result";
import type { ShippingContext } from "./context";
import type { Label } from "./domain/label";
import { decideVoid, type VoidRejection } from "./domain/purchase";
import { carrierOf, currentLabel } from "./find-labels";
import { voidLabelNow } from "./settle-label";

export type VoidLabelRejection =
  | VoidRejection
  | Readonly<{ code: "not_found" } | { code: "void_refused"; shipmentId: string; detail: string }>;

/** @returns the label: voided, or `voiding` while the carrier's answer is not known. */
export async function voidLabel(
  context: ShippingContext,
  shipmentId: string,
): Promise<Result<Label, VoidLabelRejection>> {
  const label = await currentLabel(context, shipmentId);
  if (label === null) return reject({ code: "not_found" });
  const decision = decideVoid(label, context.now());
  if (!decision.ok) return decision;
  const after = await voidLabelNow(context, carrierOf(context, label), label);
  switch (after.state) {
    case "voided":
    case "voiding":
      return accept(after);
    case "used":
      return reject({ code: "label_used", shipmentId });
    case "buying":
    case "bought":
    case "rejected":
      return reject({ code: "void_refused", shipmentId, detail: after.problem ?? "" });
  }
}
