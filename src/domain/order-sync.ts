/**
 * Bringing an order up to what its storefront says now. Storefronts send the whole order on every change,
 * late and in any order, so this compares states: an older state changes nothing, and the same state
 * twice changes nothing the second time. Payments and refunds count once by their own ids.
 */
import { unitsCancelled, type UnitsToCancel } from "./cancellation";
import { assertConsistent, evolve } from "./order-lifecycle";
import { decidePayment, refundRecorded, unearnedShipping } from "./payments";
import type { OrderEvent, UnitsReturned } from "./order-events";
import {
  openUnits,
  type HoldReason,
  type NewOrder,
  type NewOrderLine,
  type NewRefund,
  type NewRefundLine,
  type Order,
} from "./orders";

export type Sync = Readonly<{
  by: string;
  now: number;
  /** Where returned units are restocked when the refund says that they are. */
  restockLocationId: (order: Order, lineId: Order["lines"][number]["id"]) => string | null;
}>;

export const isStale = (order: Order, incoming: NewOrder): boolean =>
  incoming.sourceUpdatedAt < order.sourceUpdatedAt;

/** Units an edit has put on the order since: new lines, or more of a line; they need stock first. */
export function addedLines(order: Order, incoming: NewOrder): NewOrderLine[] {
  if (isStale(order, incoming) || order.status === "cancelled" || order.status === "closed") return [];
  return incoming.lines.flatMap((line) => {
    const known = linesOf(order, line.externalId);
    const had = known.reduce((sum, { ordered }) => sum + ordered, 0);
    const more = line.quantity - line.removed - had;
    if (known.length === 0)
      return line.quantity > line.removed ? [partOf(line, line.quantity - line.removed)] : [];
    return more > 0 ? [{ ...partOf(line, more), externalId: `${line.externalId}+${known.length}` }] : [];
  });
}

/** Everything else that is new. Events apply in the order given. */
export function decideSync(order: Order, incoming: NewOrder, sync: Sync): OrderEvent[] {
  if (isStale(order, incoming)) return [];
  const changes = new Changes(order);
  if (incoming.sourceUpdatedAt > order.sourceUpdatedAt) {
    changes.add({ type: "order.source_seen", sourceUpdatedAt: incoming.sourceUpdatedAt });
  }
  for (const payment of incoming.payments) changes.addAll(decidePayment(changes.order, payment));
  const paid = changes.order.capturedMinor > 0 || changes.order.authorizedMinor > 0;
  if (paid && changes.order.holds.some(({ code }) => code === "payment_pending")) {
    changes.add({ type: "order.hold_released", code: "payment_pending", by: sync.by });
  }
  changes.addAll(contactChanged(changes.order, incoming));
  if (incoming.cancelledAt !== null) changes.addAll(cancelledThere(changes.order, incoming, sync));
  for (const refund of incoming.refunds) changes.addAll(decideRefund(changes.order, refund, sync));
  changes.addAll(removedByEdit(changes.order, incoming, sync));
  return changes.events;
}

/**
 * A refund the storefront made. Units of it that are gone already, cancelled here or by an edit, are only
 * paid for; of the others, those not yet sent are cancelled and sent ones are returned.
 */
export function decideRefund(order: Order, refund: NewRefund, sync: Sync): OrderEvent[] {
  if (order.refunds.some(({ externalId }) => externalId === refund.externalId)) return [];
  const changes = new Changes(order);
  const cancel: { lineId: UnitsToCancel[number]["lineId"]; quantity: number }[] = [];
  const returned: UnitsReturned[] = [];
  const unmatched: string[] = [];
  for (const refunded of refund.lines) {
    let left = refunded.quantity - Math.min(refunded.quantity, goneUnpaid(order, refunded.externalLineId));
    for (const line of linesOf(order, refunded.externalLineId)) {
      const sent = line.shipped - line.returned;
      const open = openUnits(line);
      const back = Math.min(
        left,
        refunded.restock === "cancel" ? Math.min(sent, Math.max(left - open, 0)) : sent,
      );
      const off = Math.min(left - back, open);
      left -= back + off;
      if (off > 0) cancel.push({ lineId: line.id, quantity: off });
      if (back > 0) {
        const restocked = refunded.restock === "return";
        const restockLocationId = restocked ? sync.restockLocationId(order, line.id) : null;
        returned.push({ lineId: line.id, quantity: back, restockLocationId });
      }
    }
    if (left > 0) unmatched.push(`${left} of ${refunded.externalLineId} not on the order`);
  }
  const unearned = unearnedShipping(order, refund.shippingMinor);
  if (cancel.length > 0 || unearned > 0) {
    const reason = refund.reason ?? "Refunded at the storefront";
    changes.add(unitsCancelled(order, cancel, { reason, by: sync.by, shippingMinor: unearned }));
  }
  const shippingMinor = refund.shippingMinor - unearned;
  changes.add(refundRecorded(changes.order, { refund, returned, shippingMinor }));
  const { refundedMinor, capturedMinor } = changes.order;
  if (refundedMinor > capturedMinor) unmatched.push("more was refunded than was paid");
  if (unmatched.length > 0) {
    const detail = `Refund ${refund.externalId}: ${unmatched.join("; ")}.`;
    changes.addAll(newHold(changes.order, { code: "refund_unmatched", detail }, sync));
  }
  return changes.events;
}

/** Units cancelled or returned that no refund has named yet. */
function goneUnpaid(order: Order, externalLineId: string): number {
  const gone = linesOf(order, externalLineId).reduce((sum, line) => sum + line.cancelled + line.returned, 0);
  return Math.max(0, gone - refundedUnits(order.refunds, externalLineId));
}

const refundedUnits = (
  refunds: readonly Readonly<{ lines: readonly Pick<NewRefundLine, "externalLineId" | "quantity">[] }>[],
  externalLineId: string,
): number =>
  refunds
    .flatMap((refund) => refund.lines)
    .filter((line) => line.externalLineId === externalLineId)
    .reduce((sum, { quantity }) => sum + quantity, 0);

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

/** Compares what is left of each line here and there, after cancellations and refunds have been taken in. */
function removedByEdit(order: Order, incoming: NewOrder, sync: Sync): OrderEvent[] {
  const units: { lineId: UnitsToCancel[number]["lineId"]; quantity: number }[] = [];
  const tooLate: string[] = [];
  for (const externalId of new Set(order.lines.map((line) => baseId(line.externalId)))) {
    const there = incoming.lines.find((line) => line.externalId === externalId);
    const theirs = there ? there.quantity - there.removed - refundedUnits(incoming.refunds, externalId) : 0;
    const mine = linesOf(order, externalId);
    const ours = mine.reduce((sum, line) => sum + line.ordered - line.cancelled - line.returned, 0);
    let excess = Math.max(0, ours - Math.max(0, theirs));
    for (const line of mine.toReversed()) {
      const quantity = Math.min(excess, openUnits(line));
      excess -= quantity;
      if (quantity > 0) units.push({ lineId: line.id, quantity });
    }
    if (excess > 0) tooLate.push(`${excess} of ${mine[0]!.title}`);
  }
  const events: OrderEvent[] = [];
  if (units.length > 0) {
    events.push(unitsCancelled(order, units, { reason: "Removed at the storefront", by: sync.by }));
  }
  if (tooLate.length > 0) {
    const detail = `Removed at the storefront after they were sent: ${tooLate.join(", ")}.`;
    events.push(...newHold(order, { code: "edited_after_release", detail }, sync));
  }
  return events;
}

function cancelledThere(order: Order, incoming: NewOrder, sync: Sync): OrderEvent[] {
  const units = order.lines
    .map((line) => ({ lineId: line.id, quantity: openUnits(line) }))
    .filter(({ quantity }) => quantity > 0);
  if (units.length === 0) return [];
  const reason = incoming.cancelReason ?? "Cancelled at the storefront";
  return [unitsCancelled(order, units, { reason, by: sync.by })];
}

/** Decisions that build on each other: each sees the order as the ones before have left it. */
class Changes {
  readonly events: OrderEvent[] = [];
  constructor(public order: Order) {}

  add(event: OrderEvent): void {
    this.events.push(event);
    this.order = evolve(this.order, event);
    assertConsistent(this.order);
  }

  addAll(events: readonly OrderEvent[]): void {
    for (const event of events) this.add(event);
  }
}

const newHold = (order: Order, reason: HoldReason, { now, by }: Sync): OrderEvent[] =>
  order.holds.some((hold) => hold.code === reason.code && hold.detail === reason.detail)
    ? []
    : [{ type: "order.held", hold: { ...reason, placedAt: now, placedBy: by } }];

/** Lines added later to one of the storefront's lines carry its id and a count. */
const baseId = (externalId: string) => externalId.split("+")[0]!;
const linesOf = (order: Order, externalId: string) =>
  order.lines.filter((line) => baseId(line.externalId) === externalId);

/** The last `quantity` units of a storefront's line, with their share of its money. */
function partOf(line: NewOrderLine, quantity: number): NewOrderLine {
  const share = (amount: number) =>
    amount - Math.trunc((amount * (line.quantity - quantity)) / line.quantity);
  return {
    ...line,
    quantity,
    removed: 0,
    grossMinor: line.unitPriceMinor * quantity,
    discountMinor: share(line.discountMinor),
    taxMinor: share(line.taxMinor),
  };
}
