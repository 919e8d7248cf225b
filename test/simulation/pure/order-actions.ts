/** Random actions on an order: the domain decides, and the model moves the same units. */
import { decideCancel } from "../../../src/orders/domain/cancellation";
import { decideDeliver } from "../../../src/orders/domain/fulfillments/deliver";
import { decideReject } from "../../../src/orders/domain/fulfillments/reject";
import { decideRelease } from "../../../src/orders/domain/fulfillments/release";
import { decideShip } from "../../../src/orders/domain/fulfillments/ship";
import { decideHold } from "../../../src/orders/domain/holds/place-hold";
import { decideReleaseHold } from "../../../src/orders/domain/holds/release-hold";
import type { NewRefund } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { openUnits } from "../../../src/orders/domain/order-line";
import { decidePayments } from "../../../src/orders/domain/payments/payments";
import { decideRefund } from "../../../src/orders/domain/payments/refunds";
import { decideCut, decideFill } from "../../../src/orders/domain/stock-events";
import type { Result } from "../../../src/kernel/result";
import {
  cancelUnits,
  cutUnits,
  deliverUnits,
  fillUnits,
  rejectUnits,
  returnUnits,
  shipUnits,
  unitsOf,
  type ModelFulfillment,
  type OrderUnits,
} from "./order-model";
import { LOCATIONS, NOW, RULES } from "./sales";

const ACTION_TYPES = [
  ...(["release", "release", "release", "ship", "ship", "ship", "ship", "shipAll", "deliver"] as const),
  ...(["fill", "fill", "cut", "cancel", "cancelAll", "reject", "refund", "refund", "pay"] as const),
  ...(["deliver", "hold", "releaseHold"] as const),
];

export type OrderAction = Readonly<{
  type: (typeof ACTION_TYPES)[number];
  /** Index of a line, fulfillment or shipment, modulo their number. */
  which: number;
  quantity: number;
  where: (typeof LOCATIONS)[number];
  restock: NewRefund["lines"][number]["restock"];
  /** Percent of the amount. */
  share: number;
}>;

/** Decodes an action from one number, so that generating tens of thousands of orders takes seconds. */
export function decodeOrderAction(number: number): OrderAction {
  let left = number;
  const pick = <Of>(from: readonly Of[]): Of => {
    const index = left % from.length;
    left = Math.floor(left / from.length);
    return from[index]!;
  };
  return {
    type: pick(ACTION_TYPES),
    which: pick([0, 1, 2, 3, 4, 5]),
    quantity: pick([1, 2, 3, 5]),
    where: pick(LOCATIONS),
    restock: pick(["cancel", "return", "none"]),
    share: pick([0, 33, 50, 100, 100, 120]),
  };
}

/** `repeat` makes the same decision on the changed order: it must return no events. Null where there is no repeat. */
export type Outcome = Readonly<{
  events: readonly OrderEvent[];
  repeat: ((order: Order) => readonly OrderEvent[]) | null;
}>;

const NO_EFFECT: Outcome = { events: [], repeat: null };

/** The events of a decision. @throws unless it was accepted or rejected as expected. */
function eventsOf(decision: Result<readonly OrderEvent[], Readonly<{ code: string }>>, isAllowed: boolean) {
  if (decision.ok !== isAllowed) {
    const found = decision.ok ? "accepted" : `rejected with ${decision.rejection.code}`;
    throw new Error(`the action was ${found}`);
  }
  return decision.ok ? decision.value : [];
}

const accepted = (decision: Result<readonly OrderEvent[], unknown>) => (decision.ok ? decision.value : []);

/** Performs the action on the order and on the model. `count` makes references unique. */
export function perform(order: Order, model: OrderUnits, action: OrderAction, count: number): Outcome {
  const line = order.lines[action.which % order.lines.length]!;
  switch (action.type) {
    case "release":
      return release(order, model, action);
    case "ship":
    case "shipAll":
      return ship(order, model, action, count);
    case "deliver":
      return deliver(order, model, action);
    case "reject":
      return rejectOne(order, model, action);
    case "fill":
    case "cut":
      return stockEvent(order, model, action);
    case "cancel":
    case "cancelAll":
      return cancel(order, model, action);
    case "refund":
      return refund(order, model, action, { line: line.externalId, count });
    case "pay": {
      const amountMinor = Math.floor((order.totalMinor * action.share) / 100);
      const externalId = `pay-${action.which % 2}`;
      const pay = (now: Order) => {
        const others = now.payments.filter((payment) => payment.externalId !== externalId);
        return decidePayments(now, [...others, { externalId, kind: "captured", amountMinor, at: NOW }], NOW);
      };
      return { events: pay(order), repeat: pay };
    }
    case "hold": {
      const hold = (now: Order) =>
        accepted(decideHold(now, { code: "staff", detail: "Wait." }, { now: NOW, by: "test" }));
      return { events: hold(order), repeat: hold };
    }
    case "releaseHold": {
      const code = order.holds[action.which % Math.max(1, order.holds.length)]?.code;
      return code === undefined
        ? NO_EFFECT
        : { ...NO_EFFECT, events: accepted(decideReleaseHold(order, code, "test")) };
    }
  }
}

const fulfillmentOf = ({ fulfillments }: OrderUnits, { which }: OrderAction): ModelFulfillment | undefined =>
  fulfillments[which % Math.max(1, fulfillments.length)];

function release(order: Order, model: OrderUnits, action: OrderAction): Outcome {
  const fulfillment = fulfillmentOf(model, action);
  if (fulfillment === undefined) return NO_EFFECT;
  const decide = (now: Order) => decideRelease(now, fulfillment.id as never, NOW);
  const planned = fulfillment.status === "planned";
  const events = eventsOf(decide(order), !planned || order.holds.length === 0);
  if (planned && order.holds.length === 0) {
    fulfillment.status = "released";
    // A fulfillment without a location needs no shipment: it is delivered as soon as it is released.
    if (fulfillment.where === null) {
      for (const { id } of order.lines) shipUnits(model, fulfillment, id, Infinity);
      for (const { id } of order.lines) deliverUnits(model, fulfillment, id, Infinity);
    }
  }
  return { events, repeat: (now) => accepted(decide(now)) };
}

function ship(order: Order, model: OrderUnits, action: OrderAction, count: number): Outcome {
  const fulfillment = fulfillmentOf(model, action);
  if (fulfillment === undefined) return NO_EFFECT;
  const lineId = order.lines[(action.which + action.quantity) % order.lines.length]!.id;
  const waiting = unitsOf(model, lineId, "allocated", fulfillment.id).length;
  const all = action.type === "shipAll";
  const units = all ? ("all" as const) : [{ lineId, quantity: action.quantity }];
  const label = { carrier: "UPS", service: null, trackingNumber: null, trackingUrl: null };
  const parcel = { ...label, reference: `shipment-${count}` };
  const decide = (now: Order) =>
    decideShip(now, { fulfillmentId: fulfillment.id as never, units, parcel, now: NOW });
  const isAllowed =
    fulfillment.status === "released" && order.holds.length === 0 && (all || action.quantity <= waiting);
  const events = eventsOf(decide(order), isAllowed);
  if (isAllowed && all) for (const { id } of order.lines) shipUnits(model, fulfillment, id, Infinity);
  else if (isAllowed) shipUnits(model, fulfillment, lineId, action.quantity);
  return { events, repeat: (now) => (isAllowed ? accepted(decide(now)) : []) };
}

function deliver(order: Order, model: OrderUnits, { which }: OrderAction): Outcome {
  const parcel = order.shipments[which % Math.max(1, order.shipments.length)];
  if (parcel === undefined) return NO_EFFECT;
  const decide = (now: Order) => eventsOf(decideDeliver(now, parcel.id, NOW + 1), true);
  const events = decide(order);
  if (parcel.deliveredAt !== null) return { events, repeat: decide };
  const fulfillment = model.fulfillments.find(({ id }) => id === parcel.fulfillmentId)!;
  for (const { lineId, quantity } of parcel.lines) deliverUnits(model, fulfillment, lineId, quantity);
  return { events, repeat: decide };
}

function rejectOne(order: Order, model: OrderUnits, action: OrderAction): Outcome {
  const fulfillment = fulfillmentOf(model, action);
  if (fulfillment === undefined) return NO_EFFECT;
  const decide = (now: Order) =>
    decideReject(now, { fulfillmentId: fulfillment.id as never, reason: "damaged", note: null, by: "test" });
  const open = fulfillment.status === "planned" || fulfillment.status === "released";
  const events = eventsOf(
    decide(order),
    fulfillment.where !== null && (open || fulfillment.status === "rejected"),
  );
  if (fulfillment.where !== null && open) rejectUnits(model, fulfillment);
  return { events, repeat: (now) => accepted(decide(now)) };
}

/** A stock event: units for a backordered line, or a cut of its units. */
function stockEvent(order: Order, model: OrderUnits, action: OrderAction): Outcome {
  const physical = order.lines.filter(({ kind }) => kind === "physical");
  const lineId = physical[action.which % Math.max(1, physical.length)]?.id;
  if (lineId === undefined) return NO_EFFECT;
  const { where: locationId, quantity } = action;
  const units = { lineId, locationId, quantity };
  if (action.type === "cut") {
    cutUnits(model, lineId, locationId, quantity);
    return { ...NO_EFFECT, events: decideCut(order, units) };
  }
  const events = decideFill(order, units, NOW);
  const wanted = Math.min(quantity, unitsOf(model, lineId, "backordered").length);
  const releasedUnits = events.find(({ type }) => type === "allocation.released");
  const released = releasedUnits?.type === "allocation.released" ? releasedUnits.quantity : 0;
  if (released !== quantity - wanted)
    throw new Error(`${released} units were released, expected ${quantity - wanted}`);
  const planned = model.fulfillments.find(
    ({ where, status }) => where === locationId && status === "planned",
  );
  if (wanted > 0) fillUnits(model, lineId, planned ?? newFulfillment(model, events, locationId), quantity);
  return { ...NO_EFFECT, events };
}

function newFulfillment(model: OrderUnits, events: readonly OrderEvent[], where: string): ModelFulfillment {
  const event = events.find(({ type }) => type === "backorder.filled");
  const id = event?.type === "backorder.filled" ? event.fulfillmentId : "none";
  if (model.fulfillments.some((fulfillment) => fulfillment.id === id))
    throw new Error(`fulfillment ${id} exists already`);
  const fulfillment: ModelFulfillment = { id, where, status: "planned" };
  model.fulfillments.push(fulfillment);
  return fulfillment;
}

function cancel(order: Order, model: OrderUnits, action: OrderAction): Outcome {
  const line = order.lines[action.which % order.lines.length]!;
  const open = order.lines.reduce((sum, each) => sum + openUnits(each), 0);
  const one = [{ lineId: line.id, quantity: action.quantity }];
  const all = action.type === "cancelAll";
  const why = { reason: "Changed their mind", by: "test" };
  const decision = decideCancel(order, { units: all ? "all" : one, ...why });
  const isAllowed = all ? open > 0 : action.quantity <= openUnits(line);
  const events = eventsOf(decision, isAllowed);
  if (isAllowed && all) for (const each of order.lines) cancelUnits(model, each.id, openUnits(each));
  else if (isAllowed) cancelUnits(model, line.id, action.quantity);
  return { ...NO_EFFECT, events };
}

type RefundOf = Readonly<{ line: string; count: number }>;

/** The domain chooses the units of a refund: only existing ones, and at most as many as the refund names. */
function refund(order: Order, model: OrderUnits, action: OrderAction, { line, count }: RefundOf): Outcome {
  const paid = Math.max(0, order.capturedMinor - order.refundedMinor);
  const lines =
    action.quantity === 5
      ? []
      : [{ externalLineId: line, quantity: action.quantity, restock: action.restock }];
  const newRefund: NewRefund = {
    externalId: `refund-${count}`,
    amountMinor: Math.floor((paid * action.share) / 100),
    shippingMinor: action.share === 33 ? Math.floor(order.shipping.grossMinor / 2) : 0,
    lines,
    itemized: true,
    reason: null,
    at: NOW,
  };
  const decide = (now: Order) => decideRefund(now, newRefund, RULES);
  const events = decide(order);
  let unitsLeft = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  for (const event of events) {
    if (event.type === "units.cancelled") {
      for (const { lineId, unsourced, backordered, allocated } of event.units) {
        const quantity = allocated.reduce(
          (sum, fulfillment) => sum + fulfillment.quantity,
          unsourced + backordered,
        );
        cancelUnits(model, lineId, quantity);
        unitsLeft -= quantity;
      }
    }
    if (event.type !== "refund.recorded") continue;
    for (const { lineId, quantity } of event.returned) {
      returnUnits(model, lineId, quantity, action.restock === "return");
      unitsLeft -= quantity;
    }
  }
  if (unitsLeft < 0) throw new Error("a refund takes more units than it names");
  const held = events.some(({ type }) => type === "order.held");
  const covered = order.refundedMinor + newRefund.amountMinor <= order.capturedMinor;
  if (unitsLeft === 0 && covered && held) throw new Error("a refund that matches the order puts it on hold");
  return { events, repeat: decide };
}
