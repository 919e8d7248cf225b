/**
 * Units that the storefront had sent by itself: handed over in a shop, sent by another app, or marked as sent by staff.
 * They are never planned or sent again. They leave the location that the storefront names, or else the one where they
 * are allocated.
 */
import { derivedId, type FulfillmentId, type LineId } from "../../../kernel/ids";
import { decideInTurn, evolve } from "../evolve/evolve";
import { shipmentShipped } from "../fulfillments/ship";
import { unshippedUnits, type Fulfillment } from "../fulfillments/fulfillment";
import type { NewFulfillment, NewOrder } from "../new-order";
import type { EventOf, OrderEvent } from "../order-events";
import { lineOf, linesOf, type Order } from "../order";
import type { UnitsOfLine } from "../order-line";
import type { RefundRules } from "../payments/refunds";
import { decideTrackingThere } from "./tracking-there";
import { externalLineIds } from "./units-left";

/** The units of the line that were shipped here, by whomever. */
export const shippedHere = (order: Order, externalLineId: string): number =>
  linesOf(order, externalLineId).reduce((sum, { shipped }) => sum + shipped, 0);

/** The events that record what the storefront has had sent and we have not shipped. */
export const decideFulfilledThere = (
  order: Order,
  { fulfilled }: Pick<NewOrder, "fulfilled">,
  rules: RefundRules,
): OrderEvent[] =>
  decideInTurn(order, [
    (before) => decideTrackingThere(before, fulfilled),
    ...missingFulfillments(order, fulfilled).map((each) => (before: Order) => recorded(before, each, rules)),
  ]);

/** What the storefront has reported as fulfilled before, as it is recorded here. */
export const recordedFulfillments = (order: Order): NewFulfillment[] =>
  order.shipments.flatMap(
    ({ externalId, lines, locationId, carrier, trackingNumber, trackingUrl, shippedAt }) =>
      externalId === null
        ? []
        : [
            {
              externalId,
              lines: lines.map(({ lineId, quantity }) => ({
                externalLineId: lineOf(order, lineId).externalId,
                quantity,
              })),
              locationId,
              carrier,
              trackingNumber,
              trackingUrl,
              at: shippedAt,
            },
          ],
  );

/** Of the storefront's fulfillments, the units that we have not shipped: those of the earliest are shipped first. */
function missingFulfillments(order: Order, fulfilled: readonly NewFulfillment[]): NewFulfillment[] {
  const shipped = new Map(externalLineIds(order).map((id) => [id, shippedHere(order, id)]));
  return fulfilled
    .toSorted((a, b) => a.at - b.at || (a.externalId < b.externalId ? -1 : 1))
    .map((each) => ({
      ...each,
      lines: each.lines.flatMap(({ externalLineId, quantity }) => {
        const known = Math.min(quantity, shipped.get(externalLineId) ?? 0);
        shipped.set(externalLineId, (shipped.get(externalLineId) ?? 0) - known);
        return quantity > known ? [{ externalLineId, quantity: quantity - known }] : [];
      }),
    }))
    .filter(({ lines }) => lines.length > 0);
}

/** Units of a planned fulfillment, or that no fulfillment has: then they are moved into one of their own. */
type Taken = Readonly<{ fulfillment: Fulfillment | null; units: UnitsOfLine[] }>;

function recorded(order: Order, there: NewFulfillment, rules: RefundRules): OrderEvent[] {
  const byFulfillment = new Map<FulfillmentId | null, Taken>();
  for (const { externalLineId, quantity } of there.lines) {
    let left = quantity;
    for (const { id: lineId } of linesOf(order, externalLineId)) {
      for (const { fulfillment, available } of placesOf(order, lineId)) {
        const units = Math.min(left, available);
        left -= units;
        if (units === 0) continue;
        const key = fulfillment?.id ?? null;
        const taken = byFulfillment.get(key) ?? { fulfillment, units: [] };
        taken.units.push({ lineId, quantity: units });
        byFulfillment.set(key, taken);
      }
    }
  }
  return decideInTurn(
    order,
    [...byFulfillment.values()].map((taken) => (before: Order) => shippedThere(before, there, taken, rules)),
  );
}

/** Where the line's units are that no location is preparing, planned ones first. */
function placesOf(order: Order, lineId: LineId) {
  const { backordered, unsourced } = lineOf(order, lineId);
  const planned = order.fulfillments
    .filter(({ status }) => status === "planned")
    .map((fulfillment) => ({ fulfillment, available: unshippedUnits(fulfillment, lineId) }));
  return [...planned, { fulfillment: null, available: backordered + unsourced }];
}

function shippedThere(
  order: Order,
  there: NewFulfillment,
  { fulfillment, units }: Taken,
  { by, now }: RefundRules,
): OrderEvent[] {
  const stays =
    fulfillment !== null && (there.locationId === null || there.locationId === fulfillment.locationId);
  const moved = stays ? [] : movedApart(order, there, { fulfillment, units });
  const after = moved.reduce(evolve, order);
  const id = stays ? fulfillment.id : moved[0]!.to.fulfillmentId;
  const from = after.fulfillments.find((each) => each.id === id)!;
  const { externalId, carrier, trackingNumber, trackingUrl } = there;
  const parcel = {
    carrier,
    service: null,
    trackingNumber,
    trackingUrl,
    reference: referenceOf(order, there),
  };
  const shipped = { ...shipmentShipped(after, from, units, { parcel, now: there.at }), externalId };
  const { shipmentId } = shipped;
  const note: OrderEvent = {
    type: "order.note_added",
    text: noteOf(order, there, units, from.locationId),
    by,
  };
  // Nobody will report the arrival of a parcel without a tracking number.
  const isUntracked = trackingNumber === null;
  const delivered: OrderEvent[] = isUntracked ? [{ type: "shipment.delivered", shipmentId, at: now }] : [];
  return [...moved, shipped, ...delivered, note];
}

/** A storefront's fulfillment may grow under its id: each part is a shipment here. */
const referenceOf = (order: Order, { externalId }: NewFulfillment): string =>
  `storefront/${externalId}/${order.shipments.filter((each) => each.externalId === externalId).length}`;

function movedApart(
  order: Order,
  there: NewFulfillment,
  { fulfillment, units }: Taken,
): EventOf<"units.sent_elsewhere">[] {
  const reference = referenceOf(order, there);
  const to = {
    fulfillmentId: derivedId("ful", order.id, reference, fulfillment?.id ?? ""),
    locationId: there.locationId,
  };
  return units.map(({ lineId, quantity }) => {
    const { unsourced } = lineOf(order, lineId);
    const ofUnsourced = fulfillment ? 0 : Math.min(unsourced, quantity);
    return {
      type: "units.sent_elsewhere",
      lineId,
      unsourced: ofUnsourced,
      backordered: fulfillment ? 0 : quantity - ofUnsourced,
      from: fulfillment
        ? [{ fulfillmentId: fulfillment.id, locationId: fulfillment.locationId, quantity }]
        : [],
      to,
      at: there.at,
    };
  });
}

function noteOf(
  order: Order,
  { externalId }: NewFulfillment,
  units: readonly UnitsOfLine[],
  locationId: string | null,
): string {
  const text = units
    .map(({ lineId, quantity }) => `${quantity} of ${lineOf(order, lineId).title}`)
    .join(", ");
  const from = locationId === null ? "stock of no location was changed" : `from the stock of ${locationId}`;
  return `Fulfilled by the storefront (${externalId}): ${text}; ${from}.`;
}
