/**
 * Brings an order up to the current state at its storefront. A storefront sends the whole order on every change, so
 * states are compared: a stale state changes nothing, and the same state twice changes nothing the second time.
 * Payments and refunds count once by their own ids.
 */
import { cancelAllUnits } from "../cancellation";
import { decideInTurn } from "../evolve/evolve";
import type { HoldCode } from "../holds/hold";
import { decideNewHold } from "../holds/place-hold";
import type { NewOrder } from "../new-order";
import type { OrderEvent } from "../order-events";
import type { Order } from "../order";
import { decidePayment } from "../payments/payments";
import { decideRefund, type RefundRules } from "../payments/refunds";
import { decideRemovedAtStorefront, decideRemovedUnits } from "./removed-units";
import { isStale } from "./state-order";

/**
 * The events of everything that is new in the state, apart from added lines: those need stock first, and are events
 * before these.
 */
export function decideStorefrontUpdate(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  if (isStale(order, incoming)) return [];
  return decideInTurn(order, [
    (before) => storefrontSeen(before, incoming),
    ...incoming.payments.map((payment) => (before: Order) => decidePayment(before, payment)),
    (before) => paymentArrived(before, rules),
    (before) => contactChanged(before, incoming),
    ...incoming.problems.map((problem) => (before: Order) => decideNewHold(before, problem, rules)),
    (before) => problemsResolved(before, incoming, rules),
    (before) => cancelledAtStorefront(before, incoming, rules),
    ...incoming.refunds.map((refund) => (before: Order) => decideRefund(before, refund, rules)),
    (before) => decideRemovedUnits(before, incoming, rules),
    (before) => decideRemovedAtStorefront(before, incoming),
  ]);
}

const storefrontSeen = (order: Order, { storefrontUpdatedAt }: NewOrder): OrderEvent[] =>
  storefrontUpdatedAt > order.storefrontUpdatedAt
    ? [{ type: "order.storefront_seen", storefrontUpdatedAt }]
    : [];

function paymentArrived(order: Order, { by }: RefundRules): OrderEvent[] {
  const isPaid = order.capturedMinor > 0 || order.authorizedMinor > 0;
  const isAwaited = order.holds.some(({ code }) => code === "payment_pending");
  return isPaid && isAwaited ? [{ type: "order.hold_released", code: "payment_pending", by }] : [];
}

function contactChanged(order: Order, incoming: NewOrder): OrderEvent[] {
  const [before, after] = [order, incoming].map(({ email, phone, customerName, shippingAddress }) => ({
    email,
    phone,
    customerName,
    shippingAddress,
  }));
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ type: "order.contact_changed", ...after! }];
}

/** Problems that hold the order for as long as the storefront's state has them. */
const WHILE_REPORTED: readonly HoldCode[] = ["address_missing", "held_at_storefront"];

const problemsResolved = (order: Order, { problems }: NewOrder, { by }: RefundRules): OrderEvent[] =>
  WHILE_REPORTED.filter(
    (reported) =>
      order.holds.some(({ code }) => code === reported) && !problems.some(({ code }) => code === reported),
  ).map((code) => ({ type: "order.hold_released", code, by, resolved: true }));

function cancelledAtStorefront(order: Order, incoming: NewOrder, { by }: RefundRules): OrderEvent[] {
  if (incoming.cancelledAt === null) return [];
  return cancelAllUnits(order, { reason: incoming.cancelReason ?? "Cancelled at the storefront", by });
}
