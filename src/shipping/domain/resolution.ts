/** What a person may decide of a label that the program holds. */
import { accept, reject, type Result } from "../../kernel/result";
import type { Label } from "./label";

/**
 * `noted`: it is taken care of, the label stays as it is. `written_off`: the label is not used, and its money is lost or
 * claimed elsewhere; another one may be bought for the parcel.
 */
export const DECISIONS = ["noted", "written_off"] as const;
export type ResolutionDecision = (typeof DECISIONS)[number];

export type Resolution = Readonly<{ attempt: number; decision: ResolutionDecision; note: string }>;

export type ResolutionRejection = Readonly<
  { code: "label_used"; shipmentId: string } | { code: "label_not_bought"; shipmentId: string; state: string }
>;

export function decideResolution(
  label: Label,
  decision: ResolutionDecision,
): Result<Label, ResolutionRejection> {
  const { shipmentId, state, attention } = label;
  if (decision === "noted") return accept(attention.length === 0 ? label : { ...label, attention: [] });
  switch (state) {
    case "bought":
    case "voiding":
    case "buying":
      return accept({ ...label, state: "voided", attention: [], dueAt: null });
    case "voided":
      return accept(attention.length === 0 ? label : { ...label, attention: [] });
    case "used":
      return reject({ code: "label_used", shipmentId });
    case "rejected":
      return reject({ code: "label_not_bought", shipmentId, state });
  }
}
