/**
 * Applies events to an order. It decides nothing: the deciding functions have made sure that an event may happen.
 */
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "../order-event-handlers";
import type { EventOf, OrderEvent } from "../order-events";
import type { Order } from "../order";
import { statusOf } from "../order-status";
import { personalDataErased } from "../personal-data/erase";
import { settlementOf } from "../payments/settlement";
import { withPromise } from "../promises/evolve";
import { assertConsistent } from "./consistency";
import { withFulfillment, withLine, withPlanned } from "./copy-with";
import { withFeesSettled } from "./fees";
import { paymentChanged, refundChanged, refundItemized, refundRecorded } from "./money";
import { withPlacedAs } from "./placed-as";
import { fulfillmentRejected, shipmentDelivered, shipmentShipped, trackingChanged } from "./shipments";
import {
  allocationCut,
  backorderFilled,
  unitsCancelled,
  unitsReplanned,
  unitsSentElsewhere,
  unitsSourced,
} from "./units";

const EVOLVE: OrderEventHandlers<Order, Order> = {
  "order.held": ({ hold }, order) => ({
    ...order,
    holds: [...order.holds.filter(({ code }) => code !== hold.code), hold],
  }),
  "order.hold_released": holdReleased,
  "order.quoted": ({ quotedOn }, order) => ({ ...order, quotedOn }),
  "order.details_changed": detailsChanged,
  "order.repriced": repriced,
  "order.difference_kept": ({ state }, order) => ({ ...order, differing: state }),
  "order.personal_data_erased": personalDataErased,
  "order.storefront_seen": ({ storefrontUpdatedAt }, order) => ({ ...order, storefrontUpdatedAt }),
  "order.lines_added": ({ fulfillments, lines, totalMinor }, order) => ({
    ...withPlanned(order, fulfillments),
    lines: [...order.lines, ...lines],
    totalMinor,
  }),
  "payment.authorized": paymentChanged,
  "payment.authorization_ended": paymentChanged,
  "payment.captured": paymentChanged,
  "payment.reversed": paymentChanged,
  "units.cancelled": unitsCancelled,
  "units.removed_at_storefront": ({ lineId, quantity }, order) =>
    withLine(order, lineId, ({ removed }) => ({ removed: removed + quantity })),
  "line.storefront_quantity_changed": ({ externalLineId, quantity }, order) => ({
    ...order,
    lines: order.lines.map((line) =>
      line.externalId === externalLineId ? { ...line, storefrontQuantity: quantity } : line,
    ),
  }),
  "refund.recorded": refundRecorded,
  "refund.changed": refundChanged,
  "refund.itemized": refundItemized,
  "line.sku_assigned": ({ lineId, sku }, order) => withLine(order, lineId, () => ({ sku })),
  "line.needs_no_shipping": ({ lineId }, order) => withLine(order, lineId, () => ({ kind: "digital" })),
  "units.sourced": unitsSourced,
  "units.sent_elsewhere": unitsSentElsewhere,
  "backorder.filled": backorderFilled,
  "allocation.cut": allocationCut,
  "fulfillment.released": ({ fulfillmentId, at }, order) =>
    withFulfillment(order, fulfillmentId, () => ({ status: "released", releasedAt: at, reason: null })),
  "fulfillment.stop_requested": ({ fulfillmentId, reason: stopReason }, order) =>
    withFulfillment(order, fulfillmentId, () => ({ stopReason })),
  "fulfillment.stop_withdrawn": ({ fulfillmentId }, order) =>
    withFulfillment(order, fulfillmentId, () => ({ stopReason: null })),
  "fulfillment.postponed": ({ fulfillmentId, releaseAt, reason }, order) =>
    withFulfillment(order, fulfillmentId, () => ({ releaseAt, reason })),
  "move.requested": ({ from }, order) =>
    withFulfillment(order, from.fulfillmentId, ({ pendingMoves }) => ({ pendingMoves: pendingMoves + 1 })),
  "units.replanned": unitsReplanned,
  "fulfillment.rejected": fulfillmentRejected,
  "shipment.shipped": shipmentShipped,
  "shipment.tracking_changed": trackingChanged,
  "shipment.delivered": shipmentDelivered,
  "fulfillment.scheduled": (event, order) => withPromise(order, event),
  "promise.made": (event, order) => withPromise(order, event),
  "promise.moved": (event, order) => withPromise(order, event),
  "promise.settled": (event, order) => withPromise(order, event),
  // History, and requests to stock that change nothing of the order.
  ...ignoring(
    "order.placed",
    "order.sourced",
    "order.note_added",
    "allocation.released",
    "backorder.locations_changed",
  ),
};

/** The order after the event. */
export const evolve = (order: Order, event: OrderEvent): Order =>
  withPlacedAs(order, handleOrderEvent(EVOLVE, event, order, order));

/**
 * The order after the events of one commit: its version is one higher, and its fees, balances and status follow from
 * its other fields.
 *
 * @param at when the order is closed, if the events finish it.
 * @throws InvariantViolation if the order is not consistent afterwards.
 */
export function evolveAll(order: Order, events: readonly OrderEvent[], at: number): Order {
  const changed = withDerived(events.reduce(evolve, order));
  const status = statusOf(changed);
  const isFinished = status === "closed" || status === "cancelled";
  const closedAt = isFinished ? (order.closedAt ?? at) : null;
  const after = { ...changed, version: order.version + 1, status, closedAt };
  assertConsistent(after);
  return after;
}

/** Fees, balances: what follows from the order's other fields. */
export function withDerived(order: Order): Order {
  const settled = withFeesSettled(order);
  return { ...settled, balances: settlementOf(settled).balances };
}

/**
 * The events of several decisions. Each decision sees the order as the ones before have left it.
 *
 * @throws InvariantViolation if one of them leaves the order inconsistent.
 */
export function decideInTurn(
  order: Order,
  decisions: readonly ((order: Order) => readonly OrderEvent[])[],
): OrderEvent[] {
  const events: OrderEvent[] = [];
  let current = order;
  for (const decide of decisions) {
    const decided = decide(current);
    current = decided.reduce(evolve, current);
    assertConsistent(current);
    events.push(...decided);
  }
  return events;
}

/** A quote for another destination does not count for the new one. */
function detailsChanged({ details }: EventOf<"order.details_changed">, order: Order): Order {
  const after = { ...order, ...details };
  const isElsewhere =
    after.pickupLocationId !== order.pickupLocationId ||
    !isSamePlace(after.shippingAddress, order.shippingAddress);
  return isElsewhere ? { ...after, quotedOn: null } : after;
}

const isSamePlace = (one: Order["shippingAddress"], other: Order["shippingAddress"]): boolean =>
  one?.countryCode === other?.countryCode &&
  one?.region === other?.region &&
  one?.postalCode === other?.postalCode;

function repriced(event: EventOf<"order.repriced">, order: Order): Order {
  const { shipping, roundingMinor, totalMinor, taxIncluded } = event;
  const changes = new Map(event.lines.map((line) => [line.id, line]));
  const lines = order.lines.map((line) => ({ ...line, ...changes.get(line.id) }));
  return { ...order, shipping, roundingMinor, totalMinor, taxIncluded, lines };
}

function holdReleased({ code, resolved }: EventOf<"order.hold_released">, order: Order): Order {
  const released = resolved ? [] : order.holds.filter((hold) => hold.code === code);
  // Staff accept what differs: locations go on as they are.
  const isAccepted = !resolved && code === "differs_from_storefront";
  const goOn = isAccepted
    ? {
        differing: null,
        fulfillments: order.fulfillments.map((each) =>
          each.stopReason ? { ...each, stopReason: null } : each,
        ),
      }
    : {};
  return {
    ...order,
    ...goOn,
    holds: order.holds.filter((hold) => hold.code !== code),
    releasedHolds: [...order.releasedHolds, ...released.map(({ detail }) => ({ code, detail }))],
  };
}
