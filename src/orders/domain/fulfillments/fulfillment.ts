/**
 * Sending an order: each location is given its part once nothing holds the order, ships it in one or more
 * parcels, or refuses it, and then its units are owed again. Stock's own decisions (a backorder filled, a
 * allocation cut) arrive here too, and count only as far as the order still needs them.
 */
import { fulfillmentIdOf } from "../order-creation";
import { earningOf, lineOf } from "../payments/order-money";
import { decideInTurn, isLive } from "../order-lifecycle";
import { decideCredit, decideSurplus } from "../payments/payments";
import { invariant } from "../../../kernel/invariant";
import { derivedId, type FulfillmentId, type LineId, type ShipmentId } from "../../../kernel/ids";
import type { OrderEvent, PartLocation } from "../order-events";
import { oncePerLine, type Fulfillment, type Order, type UnitsOfLine } from "../order";
import { accept, reject, type Result } from "../../../kernel/result";
import type { StockEvent } from "../../../inventory/domain/stock";

export type FulfillmentRejection = Readonly<
  | { code: "fulfillment_unknown"; fulfillmentId: string }
  | { code: "order_on_hold"; holds: readonly string[] }
  | { code: "fulfillment_not_open"; fulfillmentId: FulfillmentId; status: Fulfillment["status"] }
  | { code: "fulfillment_not_due"; fulfillmentId: FulfillmentId; releaseAt: number }
  | { code: "fulfillment_moving"; fulfillmentId: FulfillmentId }
  | { code: "quantity_not_in_fulfillment"; lineId: string; open: number; quantity: number }
  | { code: "shipment_unknown"; shipmentId: string }
  | { code: "delivered_before_shipped"; shipmentId: ShipmentId }
>;

type Decision = Result<OrderEvent[], FulfillmentRejection>;

/** Released when due; a repeat changes nothing. What needs no parcel is sent the moment it is released. */
export function decideRelease(order: Order, fulfillmentId: FulfillmentId, now: number): Decision {
  const part = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!part) return reject({ code: "fulfillment_unknown", fulfillmentId });
  if (part.status !== "planned") return accept([]);
  if (order.holds.length > 0) return reject({ code: "order_on_hold", holds: order.holds.map((h) => h.code) });
  if (part.releaseAt > now) {
    return reject({ code: "fulfillment_not_due", fulfillmentId, releaseAt: part.releaseAt });
  }
  if (part.pendingMoves > 0) return reject({ code: "fulfillment_moving", fulfillmentId });
  const released: OrderEvent = { type: "fulfillment.released", fulfillmentId, at: now };
  if (part.locationId !== null) return accept([released]);
  const sent = sending(order, part, openLines(part), { parcel: { ...NO_PARCEL, reference: "unsent" }, now });
  const shipmentId = shipmentIdOf(order, fulfillmentId, "unsent");
  return accept([released, ...sent, { type: "shipment.delivered", shipmentId, at: now }]);
}

export type Parcel = Readonly<{
  carrier: string | null;
  service: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  /** What makes the parcel itself: the caller's key, so that a repeat is the same shipment. */
  reference: string;
}>;

const NO_PARCEL = { carrier: null, service: null, trackingNumber: null, trackingUrl: null };

export type Ship = Readonly<{
  fulfillmentId: FulfillmentId;
  /** Every unit left in it, or these. */
  units: "all" | readonly UnitsOfLine[];
  parcel: Parcel;
  /** By a vendor, from its own stock. */
  dropShipped?: boolean;
  now: number;
}>;

export function decideShip(order: Order, ship: Ship): Decision {
  const { fulfillmentId, units, parcel } = ship;
  const part = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!part) return reject({ code: "fulfillment_unknown", fulfillmentId });
  const shipmentId = shipmentIdOf(order, fulfillmentId, parcel.reference);
  if (order.shipments.some(({ id }) => id === shipmentId)) return accept([]);
  if (!isLive(part) || part.status === "planned") {
    return reject({ code: "fulfillment_not_open", fulfillmentId, status: part.status });
  }
  if (order.holds.length > 0) return reject({ code: "order_on_hold", holds: order.holds.map((h) => h.code) });
  const open = openLines(part);
  const wanted = units === "all" ? open : oncePerLine(units);
  for (const { lineId, quantity } of wanted) {
    const left = open.find((line) => line.lineId === lineId)?.quantity ?? 0;
    if (quantity > left || quantity < 1) {
      return reject({ code: "quantity_not_in_fulfillment", lineId, open: left, quantity });
    }
  }
  invariant(wanted.length > 0, "a parcel holds at least one unit");
  return accept(sending(order, part, wanted, ship));
}

export const shipmentIdOf = (order: Order, fulfillmentId: FulfillmentId, reference: string): ShipmentId =>
  derivedId("shp", order.id, fulfillmentId, reference);

/** The parcel, and what becomes of the money: credit pays for it first, and nothing stays on deposit after the last. */
function sending(order: Order, part: Fulfillment, units: readonly UnitsOfLine[], how: Sending): OrderEvent[] {
  return decideInTurn(order, [
    (before) => decideCredit(before, units),
    (before) => [shipmentOf(before, part, units, how)],
    decideSurplus,
  ]);
}

type Sending = Pick<Ship, "parcel" | "dropShipped" | "now">;

function shipmentOf(
  order: Order,
  part: Fulfillment,
  units: readonly UnitsOfLine[],
  { parcel, dropShipped, now: at }: Sending,
): Extract<OrderEvent, { type: "shipment.shipped" }> {
  const { earned, shippingEarnedMinor, amountsByLine } = earningOf(order, units);
  const { reference, ...label } = parcel;
  return {
    type: "shipment.shipped",
    shipmentId: shipmentIdOf(order, part.id, reference),
    fulfillmentId: part.id,
    locationId: part.locationId,
    ...label,
    at,
    ...(dropShipped ? { dropShipped } : {}),
    lines: units.map(({ lineId, quantity }) => {
      const { sku, unitCostMinor } = lineOf(order, lineId);
      return {
        lineId,
        quantity,
        sku,
        unitCostMinor: unitCostMinor ?? 0,
        amounts: amountsByLine.get(lineId)!,
      };
    }),
    earned,
    shippingEarnedMinor,
  };
}

/** A parcel arrives once; a later word on it changes nothing. */
export function decideDeliver(order: Order, shipmentId: ShipmentId, at: number): Decision {
  const parcel = order.shipments.find(({ id }) => id === shipmentId);
  if (!parcel) return reject({ code: "shipment_unknown", shipmentId });
  if (parcel.deliveredAt !== null) return accept([]);
  if (at < parcel.shippedAt) return reject({ code: "delivered_before_shipped", shipmentId });
  return accept([{ type: "shipment.delivered", shipmentId, at }]);
}

export type Refusal = Readonly<{
  fulfillmentId: FulfillmentId;
  reason: string;
  /** In the location's own words. */
  note: string | null;
  by: string;
}>;

/** The location will not send what is left of it: the units are owed again, and filled from elsewhere. */
export function decideReject(order: Order, { fulfillmentId, reason, note, by }: Refusal): Decision {
  const part = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!part || part.locationId === null) return reject({ code: "fulfillment_unknown", fulfillmentId });
  if (part.status === "rejected") return accept([]);
  if (!isLive(part)) return reject({ code: "fulfillment_not_open", fulfillmentId, status: part.status });
  const { locationId } = part;
  const units = openLines(part);
  return accept([{ type: "fulfillment.rejected", fulfillmentId, locationId, units, reason, note, by }]);
}

type Fill = Pick<Extract<StockEvent, { type: "backorder.filled" }>, "lineId" | "locationId" | "quantity">;
type Cut = Pick<Extract<StockEvent, { type: "allocation.cut" }>, "lineId" | "locationId" | "quantity">;

/** Stock has units for a backorder: taken as far as the line still waits, declined beyond. */
export function decideFill(order: Order, fill: Fill, now: number): OrderEvent[] {
  const { lineId, locationId, quantity } = fill;
  const taken = Math.min(quantity, lineOf(order, lineId).backordered);
  const events: OrderEvent[] = [];
  if (taken > 0) {
    const { id: fulfillmentId, releaseAt } = partAt(order, locationId, now);
    events.push({ type: "backorder.filled", lineId, locationId, quantity: taken, fulfillmentId, releaseAt });
  }
  if (taken < quantity)
    events.push({ type: "allocation.released", lineId, locationId, quantity: quantity - taken });
  return events;
}

/**
 * AllocationResult units turned out not to be there: owed again. What was shipped, cancelled or rejected there in the
 * meantime is not cut twice: its own effect has told stock, which took it off what the line is owed.
 */
export const decideCut = (order: Order, { lineId, locationId, quantity }: Cut): OrderEvent[] =>
  unitsAt(order, lineId, locationId, quantity).map((part) => ({ type: "allocation.cut", lineId, ...part }));

/** So many of the line's open units at the location, as far as there are: those furthest from leaving first. */
export function unitsAt(order: Order, lineId: LineId, locationId: string, quantity: number) {
  const units: (PartLocation & { quantity: number })[] = [];
  let left = quantity;
  const planned = (part: Fulfillment) => (part.status === "planned" ? 0 : 1);
  const parts = order.fulfillments
    .filter((part) => part.locationId === locationId && isLive(part))
    .toSorted((a, b) => planned(a) - planned(b) || (a.id < b.id ? -1 : 1));
  for (const part of parts) {
    const held = openLines(part).find((line) => line.lineId === lineId)?.quantity ?? 0;
    const taken = Math.min(left, held);
    if (taken === 0) continue;
    units.push({ fulfillmentId: part.id, locationId, quantity: taken });
    left -= taken;
  }
  return units;
}

/** Where more units join the order at a location: the part still planned there, or a new one. */
export function partAt<LocationId extends string | null>(
  order: Order,
  locationId: LocationId,
  releaseAt: number,
): Readonly<{ id: FulfillmentId; locationId: LocationId; releaseAt: number }> {
  const there = order.fulfillments.filter((part) => part.locationId === locationId);
  const planned = there.find(({ status }) => status === "planned");
  if (planned) return { id: planned.id, locationId, releaseAt: planned.releaseAt };
  return { id: fulfillmentIdOf(order.id, locationId, there.length), locationId, releaseAt };
}

const openLines = (part: Fulfillment) =>
  part.lines
    .map(({ lineId, quantity, shipped }) => ({ lineId, quantity: quantity - shipped }))
    .filter(({ quantity }) => quantity > 0);
