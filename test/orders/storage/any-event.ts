/** Random events of every type, on an order with the lines of `LINES`. */
import fc from "fast-check";
import type { LineId } from "../../../src/kernel/ids";
import type { Amounts } from "../../../src/orders/domain/amounts";
import type { PlannedFulfillment } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { Hold } from "../../../src/orders/domain/holds/hold";
import type { EventOf, OrderEvent, OrderEventType } from "../../../src/orders/domain/order-events";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import type { LinePromise } from "../../../src/promises/domain/promise";
import type { SourcingDecision } from "../../../src/sourcing/domain/decision";
import { aLine, anOrder, NOON } from "../../support/an-order";

export const LINES: readonly OrderLine[] = [
  aLine("Mug", { ordered: 3, shipped: 1, placedAs: { title: "Old mug", unitPriceMinor: 1 } }),
  aLine("Cup", { ordered: 2, backordered: 2 }),
  aLine("Gift", { kind: "digital", sku: null }),
];
export const ORDER = anOrder({ lines: LINES });

const text = fc.oneof(fc.string(), fc.constantFrom("", "2026-12-01", "ord_1", "🧦"));
const textOrNull = fc.option(text);
const int = fc.integer();
const amount = fc.oneof(fc.integer(), fc.maxSafeInteger());
const moment = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((ms) => NOON + ms),
  fc.maxSafeNat(),
);
const day = fc.oneof(
  fc
    .date({ min: new Date("1970-01-01"), max: new Date("2200-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  fc.constantFrom("2026-02-30", "soon", ""),
);
const dayOrNull = fc.option(day);
const line = fc.oneof(fc.constantFrom(...LINES.map(({ id }) => id)), fc.constant<LineId>("line_of_no_order"));
const bySku = fc.dictionary(fc.string({ minLength: 1 }), int);

const id = <Prefix extends string>(prefix: Prefix) =>
  fc.string({ minLength: 1 }).map((end): `${Prefix}_${string}` => `${prefix}_${end}`);

const amounts: fc.Arbitrary<Amounts> = fc.record({
  grossMinor: amount,
  discountMinor: amount,
  taxMinor: amount,
});
const units = fc.record({ lineId: line, quantity: int });
const planned: fc.Arbitrary<PlannedFulfillment> = fc.record(
  { id: id("ful"), locationId: textOrNull, releaseAt: moment, lines: fc.array(units), serviceId: textOrNull },
  { requiredKeys: ["id", "locationId", "releaseAt", "lines"] },
);
const hold: fc.Arbitrary<Hold> = fc.record({
  code: fc.constantFrom("staff", "unknown_sku"),
  detail: text,
  placedAt: moment,
  placedBy: text,
});
const promise: fc.Arbitrary<LinePromise> = fc.record({
  shipByOn: dayOrNull,
  deliverFromOn: dayOrNull,
  deliverByOn: dayOrNull,
  locationId: textOrNull,
  inboundOn: dayOrNull,
  noDate: fc.constantFrom(null, "not_sourced", "no_service", "nothing_expected"),
});
const inFulfillment = fc.record({ fulfillmentId: id("ful"), locationId: textOrNull, quantity: int });
const atLocation = fc.record({ fulfillmentId: id("ful"), locationId: text, quantity: int });
const refunded = fc.array(fc.record({ externalLineId: text, quantity: int }));
const returned = fc.array(fc.record({ lineId: line, quantity: int, restockLocationId: textOrNull }));

const costs = { parcelMinor: int, handlingMinor: int, latenessMinor: int, speedMinor: int, stockMinor: int };
const decision: fc.Arbitrary<SourcingDecision> = fc.record({
  parcels: fc.array(
    fc.record({ locationId: text, serviceId: textOrNull, grams: int, lateDays: int, units: bySku, ...costs }),
    { maxLength: 3 },
  ),
  splitMinor: int,
  costMinor: int,
  method: fc.constantFrom("exact", "bounded"),
  lowerBoundMinor: int,
  runnerUp: fc.option(fc.record({ locationIds: fc.array(text), costMinor: int })),
  candidates: fc.array(fc.record({ locationId: text, serviceId: textOrNull, units: int, ...costs })),
  exclusions: fc.array(
    fc.record(
      { locationId: text, rule: fc.constantFrom("hazardous", "not_stocked", "ships_no_orders"), sku: text },
      { requiredKeys: ["locationId", "rule"] },
    ),
  ),
  rule: fc.constantFrom(null, "max_parcels", "ship_complete"),
  unsent: bySku,
  supply: fc.dictionary(
    fc.string({ minLength: 1 }),
    fc.record({
      quantity: int,
      weightGrams: int,
      volumeMm3: fc.option(int),
      hazardous: fc.boolean(),
      oversize: fc.boolean(),
      free: bySku,
      stockPrices: bySku,
    }),
    { maxKeys: 3 },
  ),
});

/** Some of the order's lines as they were placed, or with other fields; they follow each other. */
const lines: fc.Arbitrary<readonly OrderLine[]> = fc
  .tuple(
    fc.nat(2),
    fc.nat(3),
    fc.constantFrom<Partial<OrderLine>>({}, { unsourced: 1, allocated: 2 }, { title: "?" }),
  )
  .map(([from, count, over]) =>
    LINES.slice(from, from + count).map(({ placedAs: _placed, ...each }) => ({ ...each, ...over })),
  );

const EVENTS: { readonly [Type in OrderEventType]: fc.Arbitrary<Omit<EventOf<Type>, "type">> } = {
  "order.placed": fc.record({
    channelId: fc.constant(ORDER.channelId),
    externalId: fc.constant(ORDER.externalId),
    number: text,
    currency: text,
    totalMinor: amount,
    lines,
    fulfillments: fc.array(planned),
    holds: fc.array(hold),
  }),
  "order.quoted": fc.record({
    quoteId: textOrNull,
    quotedOn: dayOrNull,
    fault: fc.constantFrom(null, "expired", "other_goods"),
  }),
  "order.sourced": fc.record({ decision }),
  "order.held": fc.record({ hold }),
  "order.hold_released": fc.record(
    { code: fc.constant("staff" as const), by: text, resolved: fc.constant(true as const), reason: text },
    { requiredKeys: ["code", "by"] },
  ),
  "order.note_added": fc.record({ text, by: text }),
  "order.details_changed": fc.record({
    details: fc.record({ email: textOrNull, number: text, placedAt: moment }, { requiredKeys: [] }),
  }),
  "order.repriced": fc.record({
    lines: fc.array(
      fc.record({
        id: line,
        title: text,
        unitPriceMinor: amount,
        grossMinor: amount,
        discountMinor: amount,
        taxMinor: amount,
      }),
    ),
    shipping: amounts,
    roundingMinor: int,
    totalMinor: amount,
    taxIncluded: fc.boolean(),
  }),
  "order.difference_kept": fc.record({ state: fc.constant(null) }),
  "order.storefront_seen": fc.record({ storefrontUpdatedAt: moment }),
  "order.personal_data_erased": fc.record({ at: moment, by: text }),
  "order.lines_added": fc.record({ lines, fulfillments: fc.array(planned), totalMinor: amount }),
  "line.sku_assigned": fc.record({ lineId: line, sku: text }),
  "line.needs_no_shipping": fc.record({ lineId: line, by: text }),
  "payment.authorized": fc.record({ externalId: text, amountMinor: amount, at: moment }),
  "payment.authorization_ended": fc.record({ externalId: text, at: moment }),
  "payment.captured": fc.record(
    { externalId: text, amountMinor: amount, at: moment, giftCard: fc.constant(true as const) },
    { requiredKeys: ["externalId", "amountMinor", "at"] },
  ),
  "payment.reversed": fc.record(
    { externalId: text, amountMinor: amount, at: moment, giftCard: fc.constant(true as const) },
    { requiredKeys: ["externalId", "amountMinor", "at"] },
  ),
  "refund.recorded": fc.record(
    {
      externalId: text,
      amountMinor: amount,
      shippingMinor: amount,
      keptMinor: amount,
      itemized: fc.boolean(),
      at: moment,
      reason: textOrNull,
      lines: refunded,
      returned,
    },
    {
      requiredKeys: [
        "externalId",
        "amountMinor",
        "shippingMinor",
        "itemized",
        "at",
        "reason",
        "lines",
        "returned",
      ],
    },
  ),
  "refund.changed": fc.record(
    { externalId: text, amountMinor: amount, shippingMinor: amount, keptMinor: amount, at: moment },
    { requiredKeys: ["externalId", "amountMinor", "shippingMinor", "at"] },
  ),
  "refund.itemized": fc.record({ externalId: text, lines: refunded, returned, at: moment, by: text }),
  "units.cancelled": fc.record(
    {
      units: fc.array(
        fc.record(
          {
            lineId: line,
            unsourced: int,
            backordered: int,
            allocated: fc.array(inFulfillment),
            fees: int,
          },
          { requiredKeys: ["lineId", "unsourced", "backordered", "allocated"] },
        ),
      ),
      reason: text,
      by: text,
      removed: fc.boolean(),
    },
    { requiredKeys: ["units", "reason", "by"] },
  ),
  "units.removed_at_storefront": fc.record({ lineId: line, quantity: int }),
  "line.storefront_quantity_changed": fc.record({ externalLineId: text, quantity: int }),
  "units.sourced": fc.record({
    lineId: line,
    unitCostMinor: fc.option(amount),
    backordered: int,
    fulfillments: fc.array(planned),
  }),
  "units.sent_elsewhere": fc.record({
    lineId: line,
    unsourced: int,
    backordered: int,
    from: fc.array(inFulfillment),
    to: fc.record({ fulfillmentId: id("ful"), locationId: textOrNull }),
    at: moment,
  }),
  "backorder.filled": fc.record({
    lineId: line,
    locationId: text,
    quantity: int,
    fulfillmentId: id("ful"),
    releaseAt: moment,
  }),
  "backorder.locations_changed": fc.record({ lineId: line, locations: fc.array(text) }),
  "allocation.cut": fc.record({ lineId: line, fulfillmentId: id("ful"), locationId: text, quantity: int }),
  "allocation.released": fc.record({
    lineId: line,
    locationId: textOrNull,
    quantity: int,
    reason: fc.constantFrom("repair", "exceeds_order"),
  }),
  "move.requested": fc.record({
    lineId: line,
    quantity: int,
    from: fc.record({ fulfillmentId: id("ful"), locationId: text }),
    to: textOrNull,
    keep: int,
    locations: fc.array(text),
    reason: fc.constantFrom("closed", "capacity"),
  }),
  "units.replanned": fc.record({
    requestedBy: id("ful"),
    lineId: line,
    from: fc.array(atLocation),
    backordered: int,
    to: fc.option(fc.record({ fulfillmentId: id("ful"), locationId: text, releaseAt: moment })),
  }),
  "fulfillment.released": fc.record({ fulfillmentId: id("ful"), at: moment }),
  "fulfillment.rejected": fc.record(
    {
      fulfillmentId: id("ful"),
      locationId: text,
      units: fc.array(units),
      reason: text,
      note: textOrNull,
      by: text,
    },
    { requiredKeys: ["fulfillmentId", "locationId", "units", "reason", "by"] },
  ),
  "fulfillment.stop_requested": fc.record({ fulfillmentId: id("ful"), reason: text }),
  "fulfillment.stop_withdrawn": fc.record({ fulfillmentId: id("ful") }),
  "fulfillment.postponed": fc.record({
    fulfillmentId: id("ful"),
    releaseAt: moment,
    reason: fc.constantFrom("capacity", "closed"),
  }),
  "fulfillment.scheduled": fc.record({
    fulfillmentId: id("ful"),
    shipByOn: dayOrNull,
    lateAt: fc.option(moment),
  }),
  "shipment.shipped": fc.record(
    {
      shipmentId: id("shp"),
      fulfillmentId: id("ful"),
      locationId: textOrNull,
      carrier: textOrNull,
      service: textOrNull,
      trackingNumber: textOrNull,
      trackingUrl: textOrNull,
      externalId: text,
      at: moment,
      dropShipped: fc.boolean(),
      lines: fc.array(
        fc.record({ lineId: line, quantity: int, sku: textOrNull, unitCostMinor: amount, amounts }),
      ),
    },
    {
      requiredKeys: [
        "shipmentId",
        "fulfillmentId",
        "locationId",
        "carrier",
        "service",
        "trackingNumber",
        "trackingUrl",
        "at",
        "lines",
      ],
    },
  ),
  "shipment.tracking_changed": fc.record({
    shipmentId: id("shp"),
    externalId: text,
    carrier: textOrNull,
    trackingNumber: textOrNull,
    trackingUrl: textOrNull,
  }),
  "shipment.delivered": fc.record({ shipmentId: id("shp"), at: moment }),
  "promise.made": fc.record({ lineId: line, promise }),
  "promise.moved": fc.record({
    lineId: line,
    before: promise,
    after: promise,
    reason: fc.constantFrom("replanned", "postponed"),
  }),
  "promise.settled": fc.record({
    lineId: line,
    of: fc.constantFrom("delivery", "shipment"),
    promisedOn: day,
    settledOn: day,
    daysLate: int,
    locationId: textOrNull,
    carrier: textOrNull,
  }),
};

export const EVENT_TYPES = Object.keys(EVENTS) as OrderEventType[];

export const eventOfType = (type: OrderEventType): fc.Arbitrary<OrderEvent> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record ties each body to its type.
  (EVENTS[type] as fc.Arbitrary<object>).map((body) => ({ type, ...body }) as OrderEvent);

export const anyEvent: fc.Arbitrary<OrderEvent> = fc.oneof(...EVENT_TYPES.map(eventOfType));
