/** What happens to an order after it was taken in: the domain decides, and the units are moved beside it. */
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
import { decidePayment } from "../../../src/orders/domain/payments/payments";
import { decideRefund } from "../../../src/orders/domain/payments/refunds";
import { decideCut, decideFill } from "../../../src/orders/domain/stock-events";
import type { Result } from "../../../src/kernel/result";
import {
  cancelUnits,
  cutUnits,
  deliverUnits,
  fillUnits,
  rejectPart,
  returnUnits,
  shipUnits,
  unitsOf,
  type Part,
  type UnitsOfOrder,
} from "./order-model";
import { LOCATIONS, NOW, RULES } from "./sales";

const ACTS = [
  ...(["release", "release", "release", "ship", "ship", "ship", "ship", "shipAll", "deliver"] as const),
  ...(["fill", "fill", "cut", "cancel", "cancelAll", "reject", "refund", "refund", "pay"] as const),
  ...(["deliver", "hold", "releaseIfNotRenewed"] as const),
];

export type Act = Readonly<{
  type: (typeof ACTS)[number];
  /** Which line, part or parcel, counted round. */
  which: number;
  quantity: number;
  where: (typeof LOCATIONS)[number];
  restock: NewRefund["lines"][number]["restock"];
  /** In hundredths. */
  share: number;
}>;

/** One number says it all, so that tens of thousands of days are made in seconds. */
export function decodeAct(number: number): Act {
  let left = number;
  const pick = <Of>(from: readonly Of[]): Of => {
    const index = left % from.length;
    left = Math.floor(left / from.length);
    return from[index]!;
  };
  return {
    type: pick(ACTS),
    which: pick([0, 1, 2, 3, 4, 5]),
    quantity: pick([1, 2, 3, 5]),
    where: pick(LOCATIONS),
    restock: pick(["cancel", "return", "none"]),
    share: pick([0, 33, 50, 100, 100, 120]),
  };
}

/** `again` asks the same of the order as it has become: what must be a repeat, changes nothing. */
export type Done = Readonly<{
  events: readonly OrderEvent[];
  again: ((order: Order) => readonly OrderEvent[]) | null;
}>;

const NOTHING: Done = { events: [], again: null };

/** What is accepted; a refusal is accepted as nothing, and must be expected. */
function taken(decision: Result<readonly OrderEvent[], Readonly<{ code: string }>>, may: boolean) {
  if (decision.ok !== may) {
    const answer = decision.ok ? "accepted" : `refused, ${decision.rejection.code}`;
    throw new Error(`it was ${answer}`);
  }
  return decision.ok ? decision.value : [];
}

const accepted = (decision: Result<readonly OrderEvent[], unknown>) => (decision.ok ? decision.value : []);

/** Decides and moves the units. `count` makes references that no act before had. */
export function perform(order: Order, model: UnitsOfOrder, act: Act, count: number): Done {
  const line = order.lines[act.which % order.lines.length]!;
  switch (act.type) {
    case "release":
      return release(order, model, act);
    case "ship":
    case "shipAll":
      return ship(order, model, act, count);
    case "deliver":
      return deliver(order, model, act);
    case "reject":
      return rejectOne(order, model, act);
    case "fill":
    case "cut":
      return told(order, model, act);
    case "cancel":
    case "cancelAll":
      return cancel(order, model, act);
    case "refund":
      return refund(order, model, act, { line: line.externalId, count });
    case "pay": {
      const amountMinor = Math.floor((order.totalMinor * act.share) / 100);
      const pay = (now: Order) =>
        decidePayment(now, { externalId: `pay-${act.which % 2}`, kind: "captured", amountMinor, at: NOW });
      return { events: pay(order), again: pay };
    }
    case "hold": {
      const hold = (now: Order) =>
        accepted(decideHold(now, { code: "staff", detail: "Wait." }, { now: NOW, by: "test" }));
      return { events: hold(order), again: hold };
    }
    case "releaseIfNotRenewed": {
      const code = order.holds[act.which % Math.max(1, order.holds.length)]?.code;
      return code === undefined
        ? NOTHING
        : { ...NOTHING, events: accepted(decideReleaseHold(order, code, "test")) };
    }
  }
}

const partOf = ({ parts }: UnitsOfOrder, { which }: Act): Part | undefined =>
  parts[which % Math.max(1, parts.length)];

function release(order: Order, model: UnitsOfOrder, act: Act): Done {
  const part = partOf(model, act);
  if (part === undefined) return NOTHING;
  const decide = (now: Order) => decideRelease(now, part.id as never, NOW);
  const planned = part.status === "planned";
  const events = taken(decide(order), !planned || order.holds.length === 0);
  if (planned && order.holds.length === 0) {
    part.status = "released";
    // What needs no parcel is sent the moment that it is released.
    if (part.where === null) {
      for (const { id } of order.lines) shipUnits(model, part, id, Infinity);
      for (const { id } of order.lines) deliverUnits(model, part, id, Infinity);
    }
  }
  return { events, again: (now) => accepted(decide(now)) };
}

function ship(order: Order, model: UnitsOfOrder, act: Act, count: number): Done {
  const part = partOf(model, act);
  if (part === undefined) return NOTHING;
  const lineId = order.lines[(act.which + act.quantity) % order.lines.length]!.id;
  const waiting = unitsOf(model, lineId, "allocated", part.id).length;
  const all = act.type === "shipAll";
  const units = all ? ("all" as const) : [{ lineId, quantity: act.quantity }];
  const label = { carrier: "UPS", service: null, trackingNumber: null, trackingUrl: null };
  const parcel = { ...label, reference: `parcel-${count}` };
  const decide = (now: Order) =>
    decideShip(now, { fulfillmentId: part.id as never, units, parcel, now: NOW });
  const may = part.status === "released" && order.holds.length === 0 && (all || act.quantity <= waiting);
  const events = taken(decide(order), may);
  if (may && all) for (const { id } of order.lines) shipUnits(model, part, id, Infinity);
  else if (may) shipUnits(model, part, lineId, act.quantity);
  return { events, again: (now) => (may ? accepted(decide(now)) : []) };
}

function deliver(order: Order, model: UnitsOfOrder, { which }: Act): Done {
  const parcel = order.shipments[which % Math.max(1, order.shipments.length)];
  if (parcel === undefined) return NOTHING;
  const decide = (now: Order) => taken(decideDeliver(now, parcel.id, NOW + 1), true);
  const events = decide(order);
  if (parcel.deliveredAt !== null) return { events, again: decide };
  const part = model.parts.find(({ id }) => id === parcel.fulfillmentId)!;
  for (const { lineId, quantity } of parcel.lines) deliverUnits(model, part, lineId, quantity);
  return { events, again: decide };
}

function rejectOne(order: Order, model: UnitsOfOrder, act: Act): Done {
  const part = partOf(model, act);
  if (part === undefined) return NOTHING;
  const decide = (now: Order) =>
    decideReject(now, { fulfillmentId: part.id as never, reason: "damaged", note: null, by: "test" });
  const open = part.status === "planned" || part.status === "released";
  const events = taken(decide(order), part.where !== null && (open || part.status === "rejected"));
  if (part.where !== null && open) rejectPart(model, part);
  return { events, again: (now) => accepted(decide(now)) };
}

/** What stock tells of a line that it has units for, or had to take some from. */
function told(order: Order, model: UnitsOfOrder, act: Act): Done {
  const physical = order.lines.filter(({ kind }) => kind === "physical");
  const lineId = physical[act.which % Math.max(1, physical.length)]?.id;
  if (lineId === undefined) return NOTHING;
  const { where: locationId, quantity } = act;
  const word = { lineId, locationId, quantity };
  if (act.type === "cut") {
    cutUnits(model, lineId, locationId, quantity);
    return { ...NOTHING, events: decideCut(order, word) };
  }
  const events = decideFill(order, word, NOW);
  const wanted = Math.min(quantity, unitsOf(model, lineId, "backordered").length);
  const declined = events.find(({ type }) => type === "allocation.released");
  const given = declined?.type === "allocation.released" ? declined.quantity : 0;
  if (given !== quantity - wanted) throw new Error(`${given} were declined, and not ${quantity - wanted}`);
  const planned = model.parts.find(({ where, status }) => where === locationId && status === "planned");
  if (wanted > 0) fillUnits(model, lineId, planned ?? newPart(model, events, locationId), quantity);
  return { ...NOTHING, events };
}

function newPart(model: UnitsOfOrder, events: readonly OrderEvent[], where: string): Part {
  const event = events.find(({ type }) => type === "backorder.filled");
  const id = event?.type === "backorder.filled" ? event.fulfillmentId : "none";
  if (model.parts.some((part) => part.id === id)) throw new Error(`${id} is a part already`);
  const part: Part = { id, where, status: "planned" };
  model.parts.push(part);
  return part;
}

function cancel(order: Order, model: UnitsOfOrder, act: Act): Done {
  const line = order.lines[act.which % order.lines.length]!;
  const open = order.lines.reduce((sum, each) => sum + openUnits(each), 0);
  const one = [{ lineId: line.id, quantity: act.quantity }];
  const all = act.type === "cancelAll";
  const why = { reason: "Changed their mind", by: "test" };
  const decision = decideCancel(order, { units: all ? "all" : one, ...why });
  const may = all ? open > 0 : act.quantity <= openUnits(line);
  const events = taken(decision, may);
  if (may && all) for (const each of order.lines) cancelUnits(model, each.id, openUnits(each));
  else if (may) cancelUnits(model, line.id, act.quantity);
  return { ...NOTHING, events };
}

type Refunded = Readonly<{ line: string; count: number }>;

/** Which units a refund means is the domain's to say; no more than it names, and only such as there are. */
function refund(order: Order, model: UnitsOfOrder, act: Act, { line, count }: Refunded): Done {
  const paid = Math.max(0, order.capturedMinor - order.refundedMinor);
  const lines =
    act.quantity === 5 ? [] : [{ externalLineId: line, quantity: act.quantity, restock: act.restock }];
  const sent: NewRefund = {
    externalId: `refund-${count}`,
    amountMinor: Math.floor((paid * act.share) / 100),
    shippingMinor: act.share === 33 ? Math.floor(order.shipping.grossMinor / 2) : 0,
    lines,
    reason: null,
    at: NOW,
  };
  const decide = (now: Order) => decideRefund(now, sent, RULES);
  const events = decide(order);
  let named = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  for (const event of events) {
    if (event.type === "units.cancelled") {
      for (const { lineId, unsourced, backordered, allocated } of event.units) {
        const quantity = allocated.reduce((sum, part) => sum + part.quantity, unsourced + backordered);
        cancelUnits(model, lineId, quantity);
        named -= quantity;
      }
    }
    if (event.type !== "refund.recorded") continue;
    for (const { lineId, quantity } of event.returned) {
      returnUnits(model, lineId, quantity, act.restock === "return");
      named -= quantity;
    }
  }
  if (named < 0) throw new Error("a refund takes more units than it names");
  const held = events.some(({ type }) => type === "order.held");
  const covered = order.refundedMinor + sent.amountMinor <= order.capturedMinor;
  if (named === 0 && covered && held) throw new Error("a refund that matches holds the order");
  return { events, again: decide };
}
