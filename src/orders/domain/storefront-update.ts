/**
 * Bringing an order up to what its storefront says now. Storefronts send the whole order on every change,
 * late and in any order, so this compares states: an older state changes nothing, and the same state
 * twice changes nothing the second time. Payments and refunds count once by their own ids.
 */
import { unitsCancelled } from "./cancellation";
import { decideNewHold } from "./holds";
import { addedLineIdOf, lineIdOf, type LineId } from "../../kernel/ids";
import type { LineToAdd } from "./order-creation";
import type { OrderEvent } from "./order-events";
import { decideInTurn } from "./order-lifecycle";
import { unitShare } from "../../kernel/money";
import { sumOf } from "./payments/order-money";
import {
  linesOf,
  openUnits,
  type Amounts,
  type HoldCode,
  type NewOrder,
  type NewOrderLine,
  type Order,
  type OrderLine,
} from "./order";
import { decidePayment } from "./payments/payments";
import { decideRefund, goneUnpaid, refundedUnits, type RefundRules } from "./payments/refunds";

/** A storefront's clock may be ahead by so much. */
const AHEAD_MS = 5 * 60_000;

/** The state, changed no later than now: one from a year ahead would make every later one stale. */
export const notInTheFuture = (incoming: NewOrder, now: number): NewOrder => ({
  ...incoming,
  storefrontUpdatedAt: Math.min(incoming.storefrontUpdatedAt, now + AHEAD_MS),
});

export const isStale = (order: Order, incoming: NewOrder): boolean =>
  incoming.storefrontUpdatedAt < order.storefrontUpdatedAt;

/**
 * What a storefront tells of an order's creation is news only where it is newer than what is known: of two
 * states that are of the same second, it was the first.
 */
export const isNewer = (order: Order, incoming: NewOrder): boolean =>
  incoming.storefrontUpdatedAt > order.storefrontUpdatedAt;

/**
 * Units an edit has put on the order since: new lines, or more of a line; they need stock first. An order
 * that was finished is open again with them: the storefront has sold them.
 */
export function addedLines(order: Order, incoming: NewOrder): LineToAdd[] {
  if (isStale(order, incoming)) return [];
  return incoming.lines.flatMap((line) => {
    const known = linesOf(order, line.externalId);
    const had = known.reduce((sum, { ordered, removed }) => sum + ordered - removed, 0);
    const more = Math.min(line.quantity - line.removed - had, missing(order, incoming, line));
    if (more <= 0) return [];
    const id =
      known.length === 0
        ? lineIdOf(order.id, line.externalId, more)
        : addedLineIdOf(order.id, line.externalId, known.length, more);
    return [{ ...line, ...amountsAdded(line, known, more), quantity: more, removed: 0, id }];
  });
}

/**
 * Units the storefront has of a line and we have not, once the state's refunds are taken in. What an edit took
 * off and a refund then names is gone once, here and there, and no longer an edit's doing there.
 */
function missing(order: Order, incoming: NewOrder, { externalId, quantity, removed }: NewOrderLine): number {
  const known = new Set(order.refunds.map((refund) => refund.externalId));
  const fresh = incoming.refunds.filter((refund) => !known.has(refund.externalId));
  const named = refundedUnits(fresh, externalId);
  const theirs = quantity - removed - refundedUnits(order.refunds, externalId) - named;
  const ours = unitsLeft(order, externalId) - Math.max(0, named - goneUnpaid(order, externalId));
  return theirs - ours;
}

/** Units of a storefront's line that are neither cancelled nor returned. */
const unitsLeft = (order: Order, externalId: string): number =>
  linesOf(order, externalId).reduce((sum, line) => sum + line.ordered - line.cancelled - line.returned, 0);

/** Everything else that is new. Events apply in the order given. */
export function decideStorefrontUpdate(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  if (isStale(order, incoming)) return [];
  return decideInTurn(order, [
    (before) => storefrontSeen(before, incoming),
    ...incoming.payments.map((payment) => (before: Order) => decidePayment(before, payment)),
    (before) => paymentArrived(before, rules),
    (before) => contactChanged(before, incoming),
    ...incoming.problems.map((problem) => (before: Order) => decideNewHold(before, problem, rules)),
    (before) => reasonsEnded(before, incoming, rules),
    (before) => cancelledThere(before, incoming, rules),
    ...incoming.refunds.map((refund) => (before: Order) => decideRefund(before, refund, rules)),
    (before) => removedByEdit(before, incoming, rules),
    (before) => removalsSeen(before, incoming),
  ]);
}

const storefrontSeen = (order: Order, { storefrontUpdatedAt }: NewOrder): OrderEvent[] =>
  storefrontUpdatedAt > order.storefrontUpdatedAt
    ? [{ type: "order.storefront_seen", storefrontUpdatedAt }]
    : [];

function paymentArrived(order: Order, { by }: RefundRules): OrderEvent[] {
  const paid = order.capturedMinor > 0 || order.authorizedMinor > 0;
  const awaited = order.holds.some(({ code }) => code === "payment_pending");
  return paid && awaited ? [{ type: "order.hold_released", code: "payment_pending", by }] : [];
}

function contactChanged(order: Order, incoming: NewOrder): OrderEvent[] {
  const { email, phone, customerName, shippingAddress } = incoming;
  const now = { email, phone, customerName, shippingAddress };
  const before = {
    email: order.email,
    phone: order.phone,
    customerName: order.customerName,
    shippingAddress: order.shippingAddress,
  };
  if (JSON.stringify(now) === JSON.stringify(before)) return [];
  return [{ type: "order.contact_changed", ...now }];
}

/** What the storefront's own state says, until it says so no more. */
const WHILE_TOLD: readonly HoldCode[] = ["address_missing", "held_at_storefront"];

const reasonsEnded = (order: Order, { problems }: NewOrder, { by }: RefundRules): OrderEvent[] =>
  WHILE_TOLD.filter(
    (told) => order.holds.some(({ code }) => code === told) && !problems.some(({ code }) => code === told),
  ).map((code) => ({ type: "order.hold_released", code, by, ended: true }));

function cancelledThere(order: Order, incoming: NewOrder, { by }: RefundRules): OrderEvent[] {
  if (incoming.cancelledAt === null) return [];
  const units = order.lines
    .map((line) => ({ lineId: line.id, quantity: openUnits(line) }))
    .filter(({ quantity }) => quantity > 0);
  if (units.length === 0) return [];
  return [
    unitsCancelled(order, units, { reason: incoming.cancelReason ?? "Cancelled at the storefront", by }),
  ];
}

/** Compares what is left of each line here and there, after cancellations and refunds have been taken in. */
function removedByEdit(order: Order, incoming: NewOrder, rules: RefundRules): OrderEvent[] {
  const units: { lineId: LineId; quantity: number }[] = [];
  const tooLate: string[] = [];
  for (const externalId of new Set(order.lines.map((line) => line.externalId))) {
    const there = incoming.lines.find((line) => line.externalId === externalId);
    const theirs = there ? there.quantity - there.removed - refundedUnits(incoming.refunds, externalId) : 0;
    const mine = linesOf(order, externalId);
    let excess = Math.max(0, unitsLeft(order, externalId) - Math.max(0, theirs));
    for (const line of mine.toReversed()) {
      const quantity = Math.min(excess, openUnits(line));
      excess -= quantity;
      if (quantity > 0) units.push({ lineId: line.id, quantity });
    }
    if (excess > 0) tooLate.push(`${excess} of ${mine[0]!.title}`);
  }
  return decideInTurn(order, [
    (before) => {
      if (units.length === 0) return [];
      const why = { reason: "Removed at the storefront", by: rules.by, removed: true };
      return [unitsCancelled(before, units, why)];
    },
    (before) => {
      if (tooLate.length === 0) return [];
      const detail = `Removed at the storefront after they were sent: ${tooLate.join(", ")}.`;
      return decideNewHold(before, { code: "edited_after_release", detail }, rules);
    },
  ]);
}

/**
 * Units that are gone there and were cancelled here before: counted as gone from both, so that units put on
 * again later are known for new ones.
 */
function removalsSeen(order: Order, incoming: NewOrder): OrderEvent[] {
  return [...new Set(order.lines.map((line) => line.externalId))].flatMap((externalId) => {
    const there = incoming.lines.find((line) => line.externalId === externalId);
    const mine = linesOf(order, externalId);
    const counted = mine.reduce((sum, { ordered, removed }) => sum + ordered - removed, 0);
    let left = counted - (there ? there.quantity - there.removed : 0);
    return mine.flatMap(({ id: lineId, cancelled, removed }): OrderEvent[] => {
      const quantity = Math.min(left, cancelled - removed);
      left -= Math.max(0, quantity);
      return quantity > 0 ? [{ type: "removal.seen", lineId, quantity }] : [];
    });
  });
}

/**
 * What the units an edit added are worth: what it put on their line. Where the line counts other units there
 * than here, or its price fell, it is the share of its last units.
 */
function amountsAdded(line: NewOrderLine, known: readonly OrderLine[], more: number): Amounts {
  const before = sumOf(known);
  const added = {
    grossMinor: line.grossMinor - before.grossMinor,
    discountMinor: line.discountMinor - before.discountMinor,
    taxMinor: line.taxMinor - before.taxMinor,
  };
  const counted = known.reduce((sum, { ordered }) => sum + ordered, more);
  const isPrice = added.discountMinor >= 0 && added.taxMinor >= 0 && added.grossMinor >= added.discountMinor;
  if (counted === line.quantity && isPrice) return added;
  const share = (amount: number) => unitShare(amount, line.quantity, line.quantity - more, line.quantity);
  return {
    grossMinor: share(line.grossMinor),
    discountMinor: share(line.discountMinor),
    taxMinor: share(line.taxMinor),
  };
}
