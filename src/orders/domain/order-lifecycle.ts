/**
 * How an order changes. `evolve` applies what happened, and decides nothing: the deciding functions have
 * made sure that it may. After every change the order's lines are conserved and no balance is negative.
 */
import { invariant } from "../../kernel/invariant";
import { unitsFor } from "./fulfillments/fulfillment-lines";
import type { LineId } from "../../kernel/ids";
import { handleOrderEvent, ignoring, type OrderEventHandlers } from "./order-event-handlers";
import type { EventOf, OrderEvent, UnitsCancelled } from "./order-events";
import { endOf, takeFromFulfillment, withFulfillment, withFulfillments, withLine } from "./order-parts";
import {
  assertLineConserved,
  hasOpenUnits,
  type Balances,
  type Fulfillment,
  type Order,
  type OrderStatus,
} from "./order";
import { withPromise } from "./promises/evolve";

/** The order after the events, its version one higher; status follows from what is held and what is open. */
export function evolveAll(order: Order, events: readonly OrderEvent[], at: number): Order {
  const changed = events.reduce(evolve, order);
  const status = statusOf(changed);
  const finished = status === "closed" || status === "cancelled";
  const closedAt = finished ? (order.closedAt ?? at) : null;
  const after = { ...changed, version: order.version + 1, status, closedAt };
  assertConsistent(after);
  return after;
}

export function assertConsistent(order: Order): void {
  for (const line of order.lines) assertLineConserved(line);
  for (const balance of Object.values(order.balances)) {
    invariant(Number.isSafeInteger(balance) && balance >= 0, "no balance of an order is under zero");
  }
  for (const line of order.lines) {
    invariant(
      plannedUnits(order, line.id) === line.allocated,
      "what is allocated is exactly what fulfillments have yet to ship",
    );
  }
}

/** Units of the line that fulfillments have yet to ship. */
export const plannedUnits = (order: Order, lineId: LineId): number =>
  order.fulfillments
    .filter(isLive)
    .flatMap((part) => part.lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, line) => sum + line.quantity - line.shipped, 0);

export const isLive = ({ status }: Fulfillment): boolean =>
  status === "planned" || status === "released" || status === "picked" || status === "packed";

/**
 * Closed when every unit has been delivered or cancelled and nothing is owed either way; cancelled when
 * nothing of it was ever sent. A cancelled order may still owe a refund.
 */
export function statusOf(order: Order): OrderStatus {
  const open = hasOpenUnits(order);
  if (!open && order.lines.every((line) => line.shipped === 0)) return "cancelled";
  const { depositsMinor, receivableMinor, refundPayableMinor } = order.balances;
  const settled = depositsMinor === 0 && receivableMinor === 0 && refundPayableMinor === 0;
  const arrived = order.shipments.every((shipment) => shipment.deliveredAt !== null);
  if (!open && settled && arrived && order.holds.length === 0) return "closed";
  return order.holds.length > 0 ? "on_hold" : "open";
}

/** Decisions that build on each other: each sees the order as the ones before have left it. */
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

const EVOLVE: OrderEventHandlers<Order, Order> = {
  "order.held": ({ hold }, order) => ({
    ...order,
    holds: [...order.holds.filter(({ code }) => code !== hold.code), hold],
  }),
  "order.hold_released": holdReleased,
  "order.contact_changed": ({ email, phone, customerName, shippingAddress }, order) => ({
    ...order,
    email,
    phone,
    customerName,
    shippingAddress,
  }),
  "order.storefront_seen": ({ storefrontUpdatedAt }, order) => ({ ...order, storefrontUpdatedAt }),
  "order.lines_added": ({ fulfillments, lines, totalMinor }, order) => ({
    ...withFulfillments(order, fulfillments),
    lines: [...order.lines, ...lines],
    totalMinor,
  }),
  "payment.authorized": ({ amountMinor }, order) => ({
    ...order,
    authorizedMinor: Math.max(order.authorizedMinor, amountMinor),
  }),
  "payment.captured": captured,
  "deposit.owed_back": ({ amountMinor }, order) => ({
    ...order,
    balances: owedBack(order.balances, amountMinor),
  }),
  "credit.applied": ({ amountMinor }, order) => ({
    ...order,
    balances: owedBack(order.balances, -amountMinor),
  }),
  "units.cancelled": cancelled,
  "removal.seen": ({ lineId, quantity }, order) =>
    withLine(order, lineId, ({ removed }) => ({ removed: removed + quantity })),
  "refund.recorded": refunded,
  "line.sku_assigned": ({ lineId, sku }, order) => withLine(order, lineId, () => ({ sku })),
  "units.sourced": sourced,
  "backorder.filled": filled,
  "allocation.cut": cut,
  "fulfillment.released": ({ fulfillmentId, at }, order) =>
    withFulfillment(order, fulfillmentId, () => ({ status: "released", releasedAt: at, reason: null })),
  "fulfillment.postponed": ({ fulfillmentId, releaseAt, reason }, order) =>
    withFulfillment(order, fulfillmentId, () => ({ releaseAt, reason })),
  "move.requested": ({ from }, order) =>
    withFulfillment(order, from.fulfillmentId, ({ pendingMoves }) => ({ pendingMoves: pendingMoves + 1 })),
  "units.replanned": replanned,
  "fulfillment.rejected": rejected,
  "shipment.shipped": shipped,
  "shipment.delivered": delivered,
  "fulfillment.scheduled": (event, order) => withPromise(order, event),
  "promise.made": (event, order) => withPromise(order, event),
  "promise.moved": (event, order) => withPromise(order, event),
  "promise.settled": (event, order) => withPromise(order, event),
  // History, and requests whose answer changes the order.
  ...ignoring("order.placed", "order.sourced", "order.note_added", "allocation.released", "backorder.served"),
};

/** The order after the event. */
export const evolve = (order: Order, event: OrderEvent): Order =>
  handleOrderEvent(EVOLVE, event, order, order);

function holdReleased({ code, ended }: EventOf<"order.hold_released">, order: Order): Order {
  const released = ended ? [] : order.holds.filter((hold) => hold.code === code);
  return {
    ...order,
    holds: order.holds.filter((hold) => hold.code !== code),
    releasedHolds: [...order.releasedHolds, ...released.map(({ detail }) => ({ code, detail }))],
  };
}

function captured(event: EventOf<"payment.captured">, order: Order): Order {
  const { externalId, amountMinor, at } = event;
  return {
    ...order,
    payments: [...order.payments, { externalId, amountMinor, at }],
    capturedMinor: order.capturedMinor + amountMinor,
    balances: {
      ...order.balances,
      receivableMinor: order.balances.receivableMinor - event.toReceivableMinor,
      depositsMinor: order.balances.depositsMinor + event.toDepositsMinor,
    },
  };
}

const owedBack = (balances: Balances, amountMinor: number): Balances => ({
  ...balances,
  depositsMinor: balances.depositsMinor - amountMinor,
  refundPayableMinor: balances.refundPayableMinor + amountMinor,
});

function sourced(event: EventOf<"units.sourced">, order: Order): Order {
  const { lineId, unitCostMinor, backordered, fulfillments } = event;
  const allocated = unitsFor(fulfillments, lineId);
  return withLine(withFulfillments(order, fulfillments), lineId, (line) => ({
    unitCostMinor,
    unsourced: line.unsourced - allocated - backordered,
    backordered: line.backordered + backordered,
    allocated: line.allocated + allocated,
  }));
}

function filled(event: EventOf<"backorder.filled">, order: Order): Order {
  const { lineId, locationId, quantity, fulfillmentId: id, releaseAt } = event;
  const planned = { id, locationId, releaseAt, lines: [{ lineId, quantity }] };
  return withLine(withFulfillments(order, [planned]), lineId, (line) => ({
    backordered: line.backordered - quantity,
    allocated: line.allocated + quantity,
  }));
}

function cut({ fulfillmentId, lineId, quantity }: EventOf<"allocation.cut">, order: Order): Order {
  const without = takeFromFulfillment(order, fulfillmentId, lineId, quantity);
  return withLine(without, lineId, (line) => ({
    allocated: line.allocated - quantity,
    backordered: line.backordered + quantity,
  }));
}

function replanned(event: EventOf<"units.replanned">, order: Order): Order {
  const { asked, lineId, from, backordered, to } = event;
  const answered = withFulfillment(order, asked, ({ pendingMoves }) => ({ pendingMoves: pendingMoves - 1 }));
  const planned = from.reduce((sum, part) => sum + part.quantity, 0);
  const without = from.reduce(
    (rest, part) => takeFromFulfillment(rest, part.fulfillmentId, lineId, part.quantity),
    answered,
  );
  const owed = to === null ? planned : -backordered;
  const lines = [{ lineId, quantity: planned + backordered }];
  const target = to && { id: to.fulfillmentId, locationId: to.locationId, releaseAt: to.releaseAt, lines };
  const placed = target ? withFulfillments(without, [target]) : without;
  return withLine(placed, lineId, (line) => ({
    allocated: line.allocated - owed,
    backordered: line.backordered + owed,
  }));
}

function cancelled(event: EventOf<"units.cancelled">, order: Order): Order {
  const without = event.units.reduce((rest, units) => takeOff(rest, units, event.removed ?? false), order);
  const earned = event.earned;
  const balances = owedBack(order.balances, event.refundDueMinor);
  return {
    ...without,
    shippingCancelledMinor: order.shippingCancelledMinor + event.shippingMinor,
    shippingEarnedMinor:
      order.shippingEarnedMinor + (earned ? earned.fromDepositsMinor + earned.fromReceivableMinor : 0),
    balances: {
      ...balances,
      depositsMinor: balances.depositsMinor - (earned?.fromDepositsMinor ?? 0),
      receivableMinor: balances.receivableMinor + (earned?.fromReceivableMinor ?? 0),
    },
  };
}

function takeOff(order: Order, units: UnitsCancelled, removed: boolean): Order {
  const allocated = units.allocated.reduce((sum, { quantity }) => sum + quantity, 0);
  const quantity = units.unsourced + units.backordered + allocated;
  const without = units.allocated.reduce(
    (rest, taken) => takeFromFulfillment(rest, taken.fulfillmentId, units.lineId, taken.quantity),
    order,
  );
  return withLine(without, units.lineId, (line) => ({
    unsourced: line.unsourced - units.unsourced,
    backordered: line.backordered - units.backordered,
    allocated: line.allocated - allocated,
    cancelled: line.cancelled + quantity,
    removed: line.removed + (removed ? quantity : 0),
  }));
}

function refunded(event: EventOf<"refund.recorded">, order: Order): Order {
  const { externalId, amountMinor, at, lines, feeMinor } = event;
  const returned = event.returned.reduce(
    (rest, { lineId, quantity }) =>
      withLine(rest, lineId, (line) => ({ returned: line.returned + quantity })),
    order,
  );
  return {
    ...returned,
    refunds: [...order.refunds, { externalId, amountMinor, at, lines, feeMinor }],
    refundedMinor: order.refundedMinor + amountMinor,
    shippingEarnedMinor: order.shippingEarnedMinor - event.shippingTakenBackMinor,
    shippingCancelledMinor: order.shippingCancelledMinor + event.shippingTakenBackMinor,
    balances: {
      depositsMinor: order.balances.depositsMinor - (event.fromDepositsMinor ?? 0),
      receivableMinor: order.balances.receivableMinor - event.receivableReducedMinor,
      refundPayableMinor: order.balances.refundPayableMinor - event.fromPayableMinor,
    },
  };
}

function rejected({ fulfillmentId, units, reason }: EventOf<"fulfillment.rejected">, order: Order): Order {
  const owed = units.reduce(
    (rest, { lineId, quantity }) =>
      withLine(rest, lineId, (line) => ({
        allocated: line.allocated - quantity,
        backordered: line.backordered + quantity,
      })),
    order,
  );
  return withFulfillment(owed, fulfillmentId, (part) => ({
    status: endOf(order, part, "rejected"),
    reason,
    lines: part.lines
      .map((line) => ({ ...line, quantity: line.shipped }))
      .filter(({ quantity }) => quantity > 0),
  }));
}

function shipped(event: EventOf<"shipment.shipped">, order: Order): Order {
  const { shipmentId: id, at, lines, earned, type: _type, ...parcel } = event;
  const sent = new Map(lines.map(({ lineId, quantity }) => [lineId, quantity]));
  const moved = lines.reduce(
    (rest, { lineId, quantity }) =>
      withLine(rest, lineId, (line) => ({
        allocated: line.allocated - quantity,
        shipped: line.shipped + quantity,
      })),
    order,
  );
  const marked = withFulfillment(moved, event.fulfillmentId, (part) => {
    const after = part.lines.map((line) => ({
      ...line,
      shipped: line.shipped + (sent.get(line.lineId) ?? 0),
    }));
    const done = after.every((line) => line.shipped === line.quantity);
    return { lines: after, status: done ? "shipped" : part.status };
  });
  const { balances } = order;
  return {
    ...marked,
    shippingEarnedMinor: order.shippingEarnedMinor + event.shippingEarnedMinor,
    balances: {
      ...balances,
      depositsMinor: balances.depositsMinor - earned.fromDepositsMinor,
      receivableMinor: balances.receivableMinor + earned.fromReceivableMinor,
    },
    shipments: [
      ...order.shipments,
      {
        id,
        fulfillmentId: parcel.fulfillmentId,
        locationId: parcel.locationId,
        carrier: parcel.carrier,
        service: parcel.service,
        trackingNumber: parcel.trackingNumber,
        trackingUrl: parcel.trackingUrl,
        shippedAt: at,
        deliveredAt: null,
        lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
      },
    ],
  };
}

function delivered(event: EventOf<"shipment.delivered">, order: Order): Order {
  const shipments = order.shipments.map((parcel) =>
    parcel.id === event.shipmentId ? { ...parcel, deliveredAt: event.at } : parcel,
  );
  const part = order.shipments.find(({ id }) => id === event.shipmentId)?.fulfillmentId;
  const ofPart = shipments.filter(({ fulfillmentId }) => fulfillmentId === part);
  const all = ofPart.every(({ deliveredAt }) => deliveredAt !== null);
  return {
    ...order,
    shipments,
    fulfillments: order.fulfillments.map((each) =>
      each.id === part && each.status === "shipped" && all ? { ...each, status: "delivered" } : each,
    ),
  };
}
