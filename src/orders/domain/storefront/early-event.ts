/** Refunds and fulfillments that were reported before their order was known, and have waited for it. */
import { decideNewHold } from "../holds/place-hold";
import type { NewFulfillment } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { RefundRules } from "../payments/refunds";
import { decideReportedFulfillment } from "./reported-fulfillment";
import { decideReportedRefund, type ReportedRefund } from "./reported-refund";

export type EarlyEvent =
  | (Readonly<{ type: "refund" }> & ReportedRefund)
  | Readonly<{ type: "fulfilled"; fulfillment: NewFulfillment }>;

/**
 * Applies the event. One that a newer state of the order does not list was perhaps taken back meanwhile: it holds the
 * order, and staff decide.
 */
export function decideEarlyEvent(order: Order, event: EarlyEvent, rules: RefundRules): OrderEvent[] {
  const { name, externalId, at, isKnown } =
    event.type === "refund" ? refundOf(order, event) : parcelOf(order, event);
  if (!isKnown && at < order.storefrontUpdatedAt) {
    const detail = `${name} ${externalId} was reported before the order, and a newer state of the order does not list it.`;
    return decideNewHold(order, { code: "differs_from_storefront", detail }, rules);
  }
  return event.type === "refund"
    ? decideReportedRefund(order, event, rules)
    : decideReportedFulfillment(order, event.fulfillment, rules);
}

const refundOf = ({ refunds }: Order, { refund: { externalId, at } }: ReportedRefund) => ({
  name: "Refund",
  externalId,
  at,
  isKnown: refunds.some((known) => known.externalId === externalId),
});

const parcelOf = (
  { shipments }: Order,
  { fulfillment: { externalId, at } }: Extract<EarlyEvent, { type: "fulfilled" }>,
) => ({
  name: "Fulfillment",
  externalId,
  at,
  isKnown: shipments.some((known) => known.externalId === externalId),
});
