/**
 * Brings an order up to the current state at its storefront. A storefront sends the whole order on every change, so
 * states are compared: a stale state changes nothing, and the same state twice changes nothing the second time.
 *
 * An update has three parts, because added lines need stock in between: `decideTakenBack`, the lines to add
 * (added-lines.ts), and `decideTheRest`. What cannot be applied holds the order, with its name.
 */
import { decideInTurn } from "../evolve/evolve";
import { isBeingPrepared } from "../fulfillments/fulfillment";
import type { HoldCode } from "../holds/hold";
import { acceptedReasons, decideReasons } from "../holds/standing-holds";
import type { NewOrder } from "../new-order";
import type { OrderEvent } from "../order-events";
import { hasUnitsToSend, type Order } from "../order";
import { decidePayments } from "../payments/payments";
import { decideRefund, decideRefundGone, type RefundRules } from "../payments/refunds";
import { decideDetails } from "./details";
import type { Difference } from "./difference";
import { differencesFrom } from "./differences";
import { decideFulfilledThere } from "./fulfilled-there";
import { withKnownRefunds, withKnownUnits } from "./known-units";
import {
  decideEnded,
  decideOtherDestination,
  decideOtherGoods,
  decideRemovedAtStorefront,
  decideRemovedUnits,
  decideStorefrontQuantities,
} from "./removed-units";
import { decideRepricing } from "./repricing";
import { isStale } from "./state-order";

/** Payments, refunds, details, and the units that the storefront does not have any more. */
export function decideTakenBack(order: Order, state: NewOrder, rules: RefundRules): OrderEvent[] {
  if (isStale(order, state)) return [];
  const incoming = withKnownRefunds(order, state);
  const seen = (before: Order) => storefrontSeen(before, incoming);
  if (incoming.currency !== order.currency) return decideInTurn(order, [seen]);
  return decideInTurn(order, [
    seen,
    (before) => decidePayments(before, incoming.payments, incoming.storefrontUpdatedAt),
    (before) => decideSentBeforeReturned(before, incoming, rules),
    ...incoming.refunds.map((refund) => (before: Order) => decideRefund(before, refund, rules)),
    (before) => refundsGone(before, incoming),
    (before) => decideEnded(before, incoming, rules),
    (before) => decideRemovedUnits(before, incoming, rules),
    (before) => decideOtherGoods(before, incoming, rules),
    (before) => decideOtherDestination(before, incoming, rules),
    (before) => decideRemovedAtStorefront(before, incoming),
    (before) => decideStorefrontQuantities(before, incoming),
    (before) => decideDetails(before, incoming),
    (before) => unsourcedUnitsGone(order, before, rules),
  ]);
}

/**
 * Units that were sent and came back are recorded as sent first. A storefront that only reports that everything is
 * fulfilled counts units that were refunded before, so that its refunds come first.
 */
const decideSentBeforeReturned = (order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] => {
  const fulfilled = incoming.fulfilled.filter(({ everything }) => everything !== true);
  const isReturned = incoming.refunds.some(({ lines }) => lines.some(({ restock }) => restock === "return"));
  return isReturned ? decideFulfilledThere(order, { fulfilled }, rules) : [];
};

/** The holds for units without stock end with the last of them. */
function unsourcedUnitsGone(before: Order, after: Order, { by }: RefundRules): OrderEvent[] {
  const hasUnsourced = ({ lines }: Order) => lines.some(({ unsourced }) => unsourced > 0);
  if (!hasUnsourced(before) || hasUnsourced(after)) return [];
  return after.holds
    .filter(({ code }) => code === "no_location" || code === "unknown_sku")
    .map(({ code }) => ({ type: "order.hold_released", code, by, resolved: true }));
}

/** Prices, units that were sent elsewhere, and the holds for everything that differs still. */
export function decideTheRest(order: Order, state: NewOrder, rules: RefundRules): OrderEvent[] {
  if (isStale(order, state)) return [];
  const incoming = withKnownUnits(order, state);
  const problems = (before: Order) => decideProblems(before, incoming, rules);
  const differences = (before: Order) => decideDifferences(before, incoming, rules);
  if (incoming.currency !== order.currency) return decideInTurn(order, [problems, differences]);
  return decideInTurn(order, [
    (before) => decideRepricing(before, incoming),
    (before) => decideFulfilledThere(before, incoming, rules),
    problems,
    differences,
  ]);
}

/** Both parts, for a state that adds no lines: that of a new order, or of a deletion. */
export const decideWithoutAddedLines = (order: Order, state: NewOrder, rules: RefundRules): OrderEvent[] =>
  decideInTurn(order, [
    (before) => decideTakenBack(before, state, rules),
    (before) => decideTheRest(before, state, rules),
  ]);

const storefrontSeen = (order: Order, { storefrontUpdatedAt }: NewOrder): OrderEvent[] =>
  storefrontUpdatedAt > order.storefrontUpdatedAt
    ? [{ type: "order.storefront_seen", storefrontUpdatedAt }]
    : [];

const refundsGone = (order: Order, incoming: NewOrder): OrderEvent[] =>
  order.refunds
    .filter(({ externalId }) => incoming.refunds.every((refund) => refund.externalId !== externalId))
    .flatMap(({ externalId }) => decideRefundGone(order, externalId, incoming.storefrontUpdatedAt));

/** Codes of problems that a storefront's state may have. */
const REPORTED: readonly HoldCode[] = [
  "sku_missing",
  "totals_mismatch",
  "address_missing",
  "amount_inexact",
  "held_at_storefront",
  "several_destinations",
];

/** Each problem holds the order for as long as the storefront's state has it. */
function decideProblems(order: Order, { problems }: NewOrder, { by, now }: RefundRules): OrderEvent[] {
  return decideInTurn(
    order,
    REPORTED.map((code) => (before: Order) => {
      // The standing hold for an address ends with the last of the goods, and does not come back without any.
      const isNeeded = code !== "address_missing" || hasUnitsToSend(before);
      const details = problems
        .filter((problem) => problem.code === code && isNeeded)
        .map(({ detail }) => detail);
      return decideReasons(before, { code, details }, { now, by });
    }),
  );
}

/** Holds the order for what differs, and asks locations to stop that prepare what has changed. */
function decideDifferences(order: Order, incoming: NewOrder, { by, now }: RefundRules): OrderEvent[] {
  const differences = differencesFrom(order, incoming);
  const code = "differs_from_storefront";
  const accepted = acceptedReasons(order, code);
  const standing = differences.filter(({ detail }) => !accepted.includes(detail));
  return decideInTurn(order, [
    (before) => decideReasons(before, { code, details: standing.map(({ detail }) => detail) }, { now, by }),
    (before) => stops(before, standing),
    (before) => differing(before, incoming, standing),
  ]);
}

function stops(order: Order, differences: readonly Difference[]): OrderEvent[] {
  const changes = differences.filter(({ parcel }) => parcel).map(({ detail }) => detail);
  const reason = changes.length === 0 ? null : changes.join(" ");
  return order.fulfillments
    .filter((each) => isBeingPrepared(each) && each.stopReason !== reason)
    .map(({ id: fulfillmentId }) =>
      reason === null
        ? { type: "fulfillment.stop_withdrawn", fulfillmentId }
        : { type: "fulfillment.stop_requested", fulfillmentId, reason },
    );
}

/** The state is kept while a location prepares what it has changed: it applies when the units come back. */
function differing(order: Order, incoming: NewOrder, differences: readonly Difference[]): OrderEvent[] {
  const state = differences.some(({ parcel }) => parcel) ? incoming : null;
  return JSON.stringify(state) === JSON.stringify(order.differing)
    ? []
    : [{ type: "order.difference_kept", state }];
}
