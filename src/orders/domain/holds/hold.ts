/** Holds: reasons not to ship an order yet. An order may have several at once, one for each code. */

export type HoldCode =
  | "unknown_sku"
  | "sku_missing"
  | "totals_mismatch"
  | "stock_short"
  | "address_missing"
  | "payment_pending"
  | "edited_after_release"
  | "refund_unmatched"
  | "amount_inexact"
  /** The storefront holds it: it verifies or disputes the order, or has archived it. */
  | "held_at_storefront"
  /** Its lines go to more than one address. */
  | "several_destinations"
  /** No location may send some of it. */
  | "no_location"
  /** It must ship complete, and some units are backordered. */
  | "ship_complete"
  /** The country of its address is unknown. */
  | "destination_unknown"
  /** The storefront's state of the order differs from ours in a way that is not applied. */
  | "differs_from_storefront"
  /** A refund whose units the storefront does not report: staff decide which units it is for. */
  | "refund_unclear"
  /** More was refunded than was paid. */
  | "refund_excessive"
  /** Its database was restored to an earlier time, and has lost commits of it. */
  | "database_restored"
  | "staff";

/** `detail`: one reason a line. */
export type HoldReason = Readonly<{ code: HoldCode; detail: string }>;
export type Hold = HoldReason & Readonly<{ placedAt: number; placedBy: string }>;

/** Several reasons of one code share a hold. */
export const detailOf = (reasons: readonly string[]): string => [...new Set(reasons)].join("\n");

/** The reasons of a hold. Each is compared as a whole: one may be contained in the text of another. */
export const reasonsOf = ({ detail }: Pick<HoldReason, "detail">): readonly string[] => detail.split("\n");
