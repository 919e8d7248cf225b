/**
 * What a recovery finds and does not decide by itself: each is kept by name until a person decides it, or until a later
 * recovery finds it gone.
 */
import { derivedId, type OrderId } from "../../kernel/ids";

/** What may be decided about each kind. `keep`: seen, and nothing is changed. */
export const DECISIONS = {
  /** Stock is allocated to a line that no order has. `free`: it is released. */
  allocation_without_order: ["free", "keep"],
  /** An order was stored, and neither the database nor its storefront has it. */
  order_lost: ["keep"],
  /** Commits of an order were lost: it is held. `release`: its hold is released. */
  commits_lost: ["release", "keep"],
  /** Units have left that the order does not have as shipped: it is held. */
  shipment_lost: ["release", "keep"],
  /** The object of a SKU has other facts than the catalog. */
  sku_differs: ["keep"],
  /** A SKU's history since then was folded, and cannot be compared. */
  history_folded: ["keep"],
  /** An archived order whose document is missing or damaged: its commits are not compared. */
  archive_unreadable: ["keep"],
  /** Units arrived while inbound was expected there: the receipt is not counted as part of it. */
  receipt_uncounted: ["keep"],
  /** The changed orders of a channel could not be read back. */
  not_read_back: ["keep"],
  /** What only the primary database had. */
  primary_restored: ["keep"],
  /** Days were closed since then, and are closed again. */
  days_reopened: ["keep"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FindingKind = keyof typeof DECISIONS;
export const FINDING_KINDS = Object.keys(DECISIONS) as [FindingKind, ...FindingKind[]];
export const ALL_DECISIONS = ["free", "release", "keep"] as const;
export type Decision = (typeof ALL_DECISIONS)[number];

/** `detail` names it for a person; `facts` has what a decision needs. */
export type Finding = Readonly<{
  id: string;
  kind: FindingKind;
  subject: string;
  orderId: OrderId | null;
  detail: string;
  facts: Readonly<Record<string, unknown>>;
}>;

/** Found again, it is the same finding. */
export const finding = (
  kind: FindingKind,
  subject: string,
  found: Omit<Finding, "id" | "kind" | "subject">,
): Finding => ({
  id: derivedId("fnd", kind, subject),
  kind,
  subject,
  ...found,
});

export const mayDecide = (kind: FindingKind, decision: Decision): boolean =>
  (DECISIONS[kind] as readonly Decision[]).includes(decision);
