/** The codec of each event of an order: the number that stands for its type, and its fields. */
import type { Codec } from "./codec";
import { day, line, list, moment, nullable, plain, record } from "./codec";
import { decision } from "./decision";
import {
  always,
  amounts,
  flag,
  fulfillmentLocation,
  hold,
  linePromise,
  number,
  numberOrNull,
  plannedFulfillment,
  refundedLine,
  text,
  textOrNull,
  unitsAtLocation,
  unitsInFulfillment,
  unitsOfLine,
  unitsReturned,
} from "./parts";
import { placedLines } from "./placed-lines";
import type { EventOf, OrderEvent, OrderEventType } from "../../domain/order-events";
import type { UnitsCancelled } from "../../domain/events/unit-events";

type Body<Type extends OrderEventType> = Omit<EventOf<Type>, "type">;
/** The number never changes, and is never given to another type. */
type EventCodecs = { readonly [Type in OrderEventType]: readonly [number: number, codec: Codec<Body<Type>>] };

type Placed = Body<"order.placed">;
const placedFields = record<Omit<Placed, "channelId" | "externalId">>({
  number: text,
  currency: text,
  totalMinor: number,
  lines: placedLines,
  fulfillments: list(plannedFulfillment),
  holds: list(hold),
});

/** The channel and the storefront's id never change: they stand with the order. */
const placed: Codec<Placed> = {
  encode: ({ channelId: _channel, externalId: _external, ...rest }, frame) =>
    placedFields.encode(rest, frame),
  decode: (stored, frame) => ({
    channelId: frame.channelId,
    externalId: frame.externalId,
    ...placedFields.decode(stored, frame),
  }),
};

const unitsCancelled = record<UnitsCancelled>({
  lineId: line,
  unsourced: number,
  backordered: number,
  allocated: list(unitsInFulfillment),
  fees: number,
});

type ShippedLine = EventOf<"shipment.shipped">["lines"][number];
const shippedLine = record<ShippedLine>({
  lineId: line,
  quantity: number,
  sku: textOrNull,
  unitCostMinor: number,
  amounts,
});

type RepricedLine = EventOf<"order.repriced">["lines"][number];
const repricedLine = record<RepricedLine>({
  id: line,
  title: text,
  unitPriceMinor: number,
  grossMinor: number,
  discountMinor: number,
  taxMinor: number,
});

export const EVENTS: EventCodecs = {
  "order.placed": [1, placed],
  "order.quoted": [
    2,
    record<Body<"order.quoted">>({ quoteId: textOrNull, quotedOn: nullable(day), fault: plain() }),
  ],
  "order.sourced": [3, record<Body<"order.sourced">>({ decision })],
  "order.held": [4, record<Body<"order.held">>({ hold })],
  "order.hold_released": [
    5,
    record<Body<"order.hold_released">>({ code: plain(), by: text, resolved: always, reason: text }),
  ],
  "order.note_added": [6, record<Body<"order.note_added">>({ text, by: text })],
  "order.details_changed": [7, record<Body<"order.details_changed">>({ details: plain() })],
  "order.repriced": [
    8,
    record<Body<"order.repriced">>({
      lines: list(repricedLine),
      shipping: amounts,
      roundingMinor: number,
      totalMinor: number,
      taxIncluded: flag,
    }),
  ],
  "order.difference_kept": [9, record<Body<"order.difference_kept">>({ state: plain() })],
  "order.storefront_seen": [10, record<Body<"order.storefront_seen">>({ storefrontUpdatedAt: moment })],
  "order.lines_added": [
    11,
    record<Body<"order.lines_added">>({
      lines: placedLines,
      fulfillments: list(plannedFulfillment),
      totalMinor: number,
    }),
  ],
  "line.sku_assigned": [12, record<Body<"line.sku_assigned">>({ lineId: line, sku: text })],
  "line.needs_no_shipping": [13, record<Body<"line.needs_no_shipping">>({ lineId: line, by: text })],
  "order.personal_data_erased": [14, record<Body<"order.personal_data_erased">>({ at: moment, by: text })],
  "payment.authorized": [
    20,
    record<Body<"payment.authorized">>({ externalId: text, amountMinor: number, at: moment }),
  ],
  "payment.authorization_ended": [
    21,
    record<Body<"payment.authorization_ended">>({ externalId: text, at: moment }),
  ],
  "payment.captured": [
    22,
    record<Body<"payment.captured">>({ externalId: text, amountMinor: number, at: moment, giftCard: always }),
  ],
  "payment.reversed": [
    23,
    record<Body<"payment.reversed">>({ externalId: text, amountMinor: number, at: moment, giftCard: always }),
  ],
  "refund.recorded": [
    24,
    record<Body<"refund.recorded">>({
      externalId: text,
      amountMinor: number,
      shippingMinor: number,
      itemized: flag,
      at: moment,
      reason: textOrNull,
      lines: list(refundedLine),
      returned: list(unitsReturned),
      keptMinor: number,
    }),
  ],
  "refund.changed": [
    25,
    record<Body<"refund.changed">>({
      externalId: text,
      amountMinor: number,
      shippingMinor: number,
      at: moment,
      keptMinor: number,
    }),
  ],
  "refund.itemized": [
    26,
    record<Body<"refund.itemized">>({
      externalId: text,
      lines: list(refundedLine),
      returned: list(unitsReturned),
      at: moment,
      by: text,
    }),
  ],
  "units.cancelled": [
    30,
    record<Body<"units.cancelled">>({ units: list(unitsCancelled), reason: text, by: text, removed: flag }),
  ],
  "units.removed_at_storefront": [
    31,
    record<Body<"units.removed_at_storefront">>({ lineId: line, quantity: number }),
  ],
  "line.storefront_quantity_changed": [
    32,
    record<Body<"line.storefront_quantity_changed">>({ externalLineId: text, quantity: number }),
  ],
  "units.sourced": [
    33,
    record<Body<"units.sourced">>({
      lineId: line,
      unitCostMinor: numberOrNull,
      backordered: number,
      fulfillments: list(plannedFulfillment),
    }),
  ],
  "units.sent_elsewhere": [
    34,
    record<Body<"units.sent_elsewhere">>({
      lineId: line,
      unsourced: number,
      backordered: number,
      from: list(unitsInFulfillment),
      to: plain(),
      at: moment,
    }),
  ],
  "backorder.filled": [
    35,
    record<Body<"backorder.filled">>({
      lineId: line,
      locationId: text,
      quantity: number,
      fulfillmentId: plain(),
      releaseAt: moment,
    }),
  ],
  "backorder.locations_changed": [
    36,
    record<Body<"backorder.locations_changed">>({ lineId: line, locations: plain() }),
  ],
  "allocation.cut": [
    37,
    record<Body<"allocation.cut">>({
      lineId: line,
      fulfillmentId: plain(),
      locationId: text,
      quantity: number,
    }),
  ],
  "allocation.released": [
    38,
    record<Body<"allocation.released">>({
      lineId: line,
      locationId: textOrNull,
      quantity: number,
      reason: plain(),
    }),
  ],
  "move.requested": [
    39,
    record<Body<"move.requested">>({
      lineId: line,
      quantity: number,
      from: fulfillmentLocation,
      to: textOrNull,
      keep: number,
      locations: plain(),
      reason: plain(),
    }),
  ],
  "units.replanned": [
    40,
    record<Body<"units.replanned">>({
      requestedBy: plain(),
      lineId: line,
      from: list(unitsAtLocation),
      backordered: number,
      to: plain(),
    }),
  ],
  "fulfillment.released": [50, record<Body<"fulfillment.released">>({ fulfillmentId: plain(), at: moment })],
  "fulfillment.rejected": [
    51,
    record<Body<"fulfillment.rejected">>({
      fulfillmentId: plain(),
      locationId: text,
      units: list(unitsOfLine),
      reason: text,
      by: text,
      note: textOrNull,
    }),
  ],
  "fulfillment.stop_requested": [
    52,
    record<Body<"fulfillment.stop_requested">>({ fulfillmentId: plain(), reason: text }),
  ],
  "fulfillment.stop_withdrawn": [53, record<Body<"fulfillment.stop_withdrawn">>({ fulfillmentId: plain() })],
  "fulfillment.postponed": [
    54,
    record<Body<"fulfillment.postponed">>({ fulfillmentId: plain(), releaseAt: moment, reason: plain() }),
  ],
  "fulfillment.scheduled": [
    55,
    record<Body<"fulfillment.scheduled">>({
      fulfillmentId: plain(),
      shipByOn: nullable(day),
      lateAt: nullable(moment),
    }),
  ],
  "shipment.shipped": [
    56,
    record<Body<"shipment.shipped">>({
      shipmentId: plain(),
      fulfillmentId: plain(),
      locationId: textOrNull,
      carrier: textOrNull,
      service: textOrNull,
      trackingNumber: textOrNull,
      trackingUrl: textOrNull,
      at: moment,
      lines: list(shippedLine),
      externalId: text,
      dropShipped: flag,
    }),
  ],
  "shipment.tracking_changed": [
    57,
    record<Body<"shipment.tracking_changed">>({
      shipmentId: plain(),
      externalId: text,
      carrier: textOrNull,
      trackingNumber: textOrNull,
      trackingUrl: textOrNull,
    }),
  ],
  "shipment.delivered": [58, record<Body<"shipment.delivered">>({ shipmentId: plain(), at: moment })],
  "promise.made": [60, record<Body<"promise.made">>({ lineId: line, promise: linePromise })],
  "promise.moved": [
    61,
    record<Body<"promise.moved">>({
      lineId: line,
      before: linePromise,
      after: linePromise,
      reason: plain(),
    }),
  ],
  "promise.settled": [
    62,
    record<Body<"promise.settled">>({
      lineId: line,
      of: plain(),
      promisedOn: day,
      settledOn: day,
      daysLate: number,
      locationId: textOrNull,
      carrier: textOrNull,
    }),
  ],
};

const byNumber = new Map<number, OrderEventType>(
  Object.entries(EVENTS).map(([type, [code]]) => [code, type as OrderEventType]),
);

/** The event as a list: the number of its type, then its fields. */
export const eventCodec: Codec<OrderEvent> = {
  encode: ({ type, ...body }, frame) => {
    const [code, codec] = EVENTS[type];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record ties each codec to its event.
    return [code, ...((codec as Codec<object>).encode(body, frame) as unknown[])];
  },
  decode: (stored, frame) => {
    const [code, ...fields] = stored as readonly [number, ...unknown[]];
    const type = byNumber.get(code);
    if (type === undefined) throw new Error(`an order's history has an event of the unknown type ${code}`);
    const [, codec] = EVENTS[type];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above.
    return { type, ...(codec as Codec<object>).decode(fields, frame) } as OrderEvent;
  },
};
