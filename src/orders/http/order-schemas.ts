/** Schemas of orders in the API, and the JSON of an order, a list entry and an event. */
import { z } from "@hono/zod-openapi";
import { hasScope, type ApiKey } from "../../platform/auth/api-keys";
import type { Order } from "../domain/order";
import type { Fulfillment, Shipment } from "../domain/fulfillments/fulfillment";
import type { OrderEvent } from "../domain/order-events";
import type { OrderLine } from "../domain/order-line";
import { fulfillmentState, paymentStatus } from "../domain/order-status";
import { statusUrl } from "../domain/status-link";
import type { Config } from "../../platform/config";
import { Currency, Instant, instantOf, LocalDay } from "../../platform/http/schemas";

export const OrderPath = z.object({
  orderId: z.string().openapi({ example: "ord_01jd8x5v3q7m2n4p6r8s0t1w2y" }),
});

const Minor = z.int().openapi({ description: "In minor units of the order's currency." });
const Units = z.int().min(0);
const Status = z.enum(["open", "on_hold", "cancelled", "closed"]);
const nullable = () => z.string().nullable();

const OnDay = LocalDay.nullable();

/** As the storefront sent it: of any length, and with any country. */
const OrderAddress = z
  .object({
    name: nullable(),
    company: nullable(),
    line1: nullable(),
    line2: nullable(),
    city: nullable(),
    region: nullable(),
    postalCode: nullable(),
    countryCode: nullable().openapi({
      description: "ISO 3166-1 alpha-2, unless the storefront sent another.",
    }),
    phone: nullable(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
  })
  .openapi("OrderAddress");

const HoldSchema = z.object({
  code: z.string().openapi({ example: "unknown_sku" }),
  detail: z.string().openapi({ description: "One reason a line." }),
  placedAt: Instant,
  placedBy: z.string(),
});

const LineSchema = z.object({
  id: z.string(),
  externalId: z.string(),
  sku: nullable(),
  title: z.string(),
  storefrontSku: nullable().openapi({
    description: "As the storefront lists it; `sku` differs if staff have assigned another.",
  }),
  kind: z.enum(["physical", "digital", "gift_card", "fee"]),
  storefrontKind: z.enum(["physical", "digital", "gift_card", "fee"]),
  unitPriceMinor: Minor,
  grossMinor: Minor,
  discountMinor: Minor,
  taxMinor: Minor,
  ordered: Units,
  unsourced: Units,
  backordered: Units,
  allocated: Units,
  shipped: Units,
  cancelled: Units,
  removed: Units.openapi({
    description: "Of the cancelled units, those that an edit at the storefront removed.",
  }),
  returned: Units,
  shipByOn: OnDay.openapi({
    description:
      "The day by which all units leave, or are ready for pickup; local to the location that sends them.",
  }),
  deliverFromOn: OnDay.openapi({ description: "The earliest day of delivery." }),
  deliverByOn: OnDay.openapi({ description: "The day by which all units are delivered." }),
  noDate: z
    .enum(["not_sourced", "nothing_expected", "supply_unknown", "location_closed", "no_service"])
    .nullable()
    .openapi({ description: "Why there is no date, or no delivery date." }),
});

const FulfillmentSchema = z.object({
  id: z.string(),
  locationId: nullable(),
  serviceId: nullable().openapi({
    description: "The carrier service that it is planned to go with, which the delivery promise relies on.",
  }),
  status: z.enum([
    "planned",
    "released",
    "picked",
    "packed",
    "shipped",
    "delivered",
    "cancelled",
    "rejected",
  ]),
  releaseAt: Instant,
  releasedAt: Instant.nullable(),
  reason: nullable(),
  stopReason: nullable().openapi({
    description: "Why the location is asked to stop and to reject it: the storefront has changed the order.",
  }),
  shipByOn: OnDay.openapi({ description: "The day by which it leaves; local to the location." }),
  lines: z.array(z.object({ lineId: z.string(), quantity: Units, shipped: Units })),
});

const ShipmentSchema = z.object({
  id: z.string(),
  fulfillmentId: z.string(),
  locationId: nullable(),
  externalId: nullable().openapi({
    description: "The storefront's id, if it had the units sent; null for a shipment of ours.",
  }),
  carrier: nullable(),
  service: nullable(),
  trackingNumber: nullable(),
  trackingUrl: nullable(),
  shippedAt: Instant,
  deliveredAt: Instant.nullable(),
  lines: z.array(z.object({ lineId: z.string(), quantity: Units })),
});

const PaymentSchema = z
  .object({
    externalId: z.string(),
    kind: z.enum(["captured", "authorized", "gift_card"]),
    amountMinor: Minor.openapi({ description: "What is captured or authorized now under this id." }),
    at: Instant,
  })
  .openapi("Payment");

const RefundSchema = z
  .object({
    externalId: z.string(),
    amountMinor: Minor,
    shippingMinor: Minor.openapi({ description: "Of the amount, for shipping, tax included." }),
    keptMinor: Minor.optional().openapi({
      description: "Of the worth of its units, what the storefront lists as kept; absent if nothing.",
    }),
    itemized: z.boolean().openapi({ description: "Whether it is known which units it is for." }),
    at: Instant,
    lines: z.array(z.object({ externalLineId: z.string(), quantity: Units, returned: Units })),
  })
  .openapi("Refund");

export const OrderSchema = z
  .object({
    id: z.string().openapi({ example: "ord_01jd8x5v3q7m2n4p6r8s0t1w2y" }),
    version: z.int(),
    channelId: z.string(),
    externalId: z.string(),
    number: z.string(),
    status: Status,
    paymentStatus: z.enum([
      "pending",
      "authorized",
      "partially_paid",
      "paid",
      "partially_refunded",
      "refunded",
    ]),
    fulfillmentState: z.enum(["unfulfilled", "partially_shipped", "shipped", "delivered"]),
    statusUrl: z.string().openapi({ description: "The customer's page. Anyone with the link can read it." }),
    currency: Currency,
    taxIncluded: z.boolean(),
    placedAt: Instant,
    createdAt: Instant,
    email: nullable(),
    phone: nullable(),
    customerName: nullable(),
    locale: nullable(),
    shippingAddress: OrderAddress.nullable(),
    billingAddress: OrderAddress.nullable(),
    shippingMethod: nullable(),
    pickupLocationId: nullable().openapi({
      description: "Where the customer collects the order; null if it is sent.",
    }),
    note: nullable(),
    shipping: z.object({ grossMinor: Minor, discountMinor: Minor, taxMinor: Minor }),
    roundingMinor: Minor.openapi({ description: "What the storefront's rounding adds, or takes off." }),
    totalMinor: Minor,
    isTest: z.boolean().openapi({ description: "A test of the checkout: not sent, and not booked." }),
    quotedOn: LocalDay.nullable().openapi({
      description:
        "The day by which the quote that it was placed on promised all of it; null if none counts. `order.quoted` in its events names why a quote does not count.",
    }),
    payments: z.array(PaymentSchema),
    refunds: z.array(RefundSchema),
    authorizedMinor: Minor,
    capturedMinor: Minor,
    refundedMinor: Minor,
    balances: z.object({ depositsMinor: Minor, receivableMinor: Minor, refundPayableMinor: Minor }),
    holds: z.array(HoldSchema),
    lines: z.array(LineSchema),
    fulfillments: z.array(FulfillmentSchema),
    shipments: z.array(ShipmentSchema),
  })
  .openapi("Order", {
    description: "Personal data and the note are null for a key without the scope `orders:read`.",
  });

const PERSONAL = {
  email: null,
  phone: null,
  customerName: null,
  shippingAddress: null,
  billingAddress: null,
  note: null,
} as const;

/** Without personal data unless the key may read orders. Every field is named: a new one is not served by accident. */
export function orderJson(order: Order, config: Config, key: ApiKey): z.output<typeof OrderSchema> {
  const { email, phone, customerName, shippingAddress, billingAddress, note } = order;
  const personal = { email, phone, customerName, shippingAddress, billingAddress, note };
  return {
    id: order.id,
    version: order.version,
    channelId: order.channelId,
    externalId: order.externalId,
    number: order.number,
    status: order.status,
    currency: order.currency,
    taxIncluded: order.taxIncluded,
    ...(hasScope(key, "orders:read") ? personal : PERSONAL),
    locale: order.locale,
    shippingMethod: order.shippingMethod,
    pickupLocationId: order.pickupLocationId,
    shipping: order.shipping,
    roundingMinor: order.roundingMinor,
    totalMinor: order.totalMinor,
    isTest: order.isTest,
    quotedOn: order.quotedOn,
    authorizedMinor: order.authorizedMinor,
    capturedMinor: order.capturedMinor,
    refundedMinor: order.refundedMinor,
    balances: order.balances,
    paymentStatus: paymentStatus(order),
    fulfillmentState: fulfillmentState(order),
    statusUrl: statusUrl(config.publicUrl, order.id, config.linkSigningKey),
    payments: order.payments.map((payment) => ({ ...payment, at: instantOf(payment.at) })),
    refunds: order.refunds.map((refund) => ({
      ...refund,
      at: instantOf(refund.at),
      lines: refund.lines.map((line) => ({ ...line })),
    })),
    placedAt: instantOf(order.placedAt),
    createdAt: instantOf(order.createdAt),
    holds: order.holds.map(({ code, detail, placedAt, placedBy }) => ({
      code,
      detail,
      placedAt: instantOf(placedAt),
      placedBy,
    })),
    lines: order.lines.map(lineJson),
    fulfillments: order.fulfillments.map(fulfillmentJson),
    shipments: order.shipments.map(shipmentJson),
  };
}

const fulfillmentJson = (fulfillment: Fulfillment): z.output<typeof FulfillmentSchema> => ({
  id: fulfillment.id,
  locationId: fulfillment.locationId,
  serviceId: fulfillment.serviceId,
  status: fulfillment.status,
  releaseAt: instantOf(fulfillment.releaseAt),
  releasedAt: fulfillment.releasedAt === null ? null : instantOf(fulfillment.releasedAt),
  reason: fulfillment.reason,
  stopReason: fulfillment.stopReason,
  shipByOn: fulfillment.shipByOn,
  lines: fulfillment.lines.map(({ lineId, quantity, shipped }) => ({ lineId, quantity, shipped })),
});

const shipmentJson = (shipment: Shipment): z.output<typeof ShipmentSchema> => ({
  id: shipment.id,
  fulfillmentId: shipment.fulfillmentId,
  locationId: shipment.locationId,
  externalId: shipment.externalId,
  carrier: shipment.carrier,
  service: shipment.service,
  trackingNumber: shipment.trackingNumber,
  trackingUrl: shipment.trackingUrl,
  shippedAt: instantOf(shipment.shippedAt),
  deliveredAt: shipment.deliveredAt === null ? null : instantOf(shipment.deliveredAt),
  lines: shipment.lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
});

const lineJson = ({ promise, ...line }: OrderLine): z.output<typeof LineSchema> => ({
  id: line.id,
  externalId: line.externalId,
  sku: line.sku,
  storefrontSku: line.storefrontSku,
  title: line.title,
  kind: line.kind,
  storefrontKind: line.storefrontKind,
  unitPriceMinor: line.unitPriceMinor,
  grossMinor: line.grossMinor,
  discountMinor: line.discountMinor,
  taxMinor: line.taxMinor,
  ordered: line.ordered,
  unsourced: line.unsourced,
  backordered: line.backordered,
  allocated: line.allocated,
  shipped: line.shipped,
  cancelled: line.cancelled,
  removed: line.removed,
  returned: line.returned,
  shipByOn: promise?.shipByOn ?? null,
  deliverFromOn: promise?.deliverFromOn ?? null,
  deliverByOn: promise?.deliverByOn ?? null,
  noDate: promise?.noDate ?? null,
});

export const HistorySchema = z
  .object({
    version: z.int(),
    at: Instant,
    actor: z.string(),
    events: z.array(z.looseObject({ type: z.string() }).openapi({ description: "New types may be added." })),
  })
  .openapi("OrderHistory");

/** The stored event without the cost of units, and with times in ISO 8601. */
export const eventJson = (event: OrderEvent): { type: string } =>
  JSON.parse(
    JSON.stringify(event, (key, value: unknown) => {
      if (key === "unitCostMinor") return undefined;
      return typeof value === "number" && isTime(key) ? instantOf(value) : value;
    }),
  ) as { type: string };

const isTime = (key: string): boolean => key === "at" || key.endsWith("At");
