/** Types of the tables orders, order_lines, order_events, fulfillments and shipments, which migrations/ defines. */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { FulfillmentId, LineId, OrderId, ShipmentId } from "../../kernel/ids";
import type { Amounts } from "../domain/amounts";
import type { FulfillmentLine, FulfillmentStatus } from "../domain/fulfillments/fulfillment";
import type { Hold, HoldReason } from "../domain/holds/hold";
import type { NewOrder } from "../domain/new-order";
import type { Order, OrderStatus } from "../domain/order";
import type { LineKind, PlacedFacts, UnitsOfLine } from "../domain/order-line";
import type { Address } from "../../kernel/address";
import type { PromiseRecord } from "../../promises/domain/promise";

export const orders = sqliteTable("orders", {
  id: text("id").primaryKey().$type<OrderId>(),
  version: integer("version").notNull(),
  channelId: text("channel_id").notNull(),
  externalId: text("external_id").notNull(),
  number: text("number").notNull(),
  status: text("status").notNull().$type<OrderStatus>(),
  currency: text("currency").notNull(),
  taxIncluded: integer("tax_included", { mode: "boolean" }).notNull(),
  placedAt: integer("placed_at").notNull(),
  createdAt: integer("created_at").notNull(),
  storefrontUpdatedAt: integer("storefront_updated_at").notNull(),
  closedAt: integer("closed_at"),
  erasedAt: integer("erased_at"),
  email: text("email"),
  phone: text("phone"),
  customerName: text("customer_name"),
  locale: text("locale"),
  shippingAddress: text("shipping_address", { mode: "json" }).$type<Address>(),
  billingAddress: text("billing_address", { mode: "json" }).$type<Address>(),
  shippingMethod: text("shipping_method"),
  pickupLocationId: text("pickup_location_id"),
  note: text("note"),
  shipping: text("shipping", { mode: "json" }).notNull().$type<Amounts>(),
  roundingMinor: integer("rounding_minor").notNull(),
  totalMinor: integer("total_minor").notNull(),
  isTest: integer("is_test", { mode: "boolean" }).notNull(),
  quotedOn: text("quoted_on"),
  payments: text("payments", { mode: "json" }).notNull().$type<Order["payments"]>(),
  refunds: text("refunds", { mode: "json" }).notNull().$type<Order["refunds"]>(),
  authorizedMinor: integer("authorized_minor").notNull(),
  capturedMinor: integer("captured_minor").notNull(),
  refundedMinor: integer("refunded_minor").notNull(),
  depositsMinor: integer("deposits_minor").notNull(),
  receivableMinor: integer("receivable_minor").notNull(),
  refundPayableMinor: integer("refund_payable_minor").notNull(),
  holds: text("holds", { mode: "json" }).notNull().$type<readonly Hold[]>(),
  releasedHolds: text("released_holds", { mode: "json" }).notNull().$type<readonly HoldReason[]>(),
  differing: text("differing", { mode: "json" }).$type<NewOrder>(),
});

export const orderLines = sqliteTable(
  "order_lines",
  {
    orderId: text("order_id").notNull().$type<OrderId>(),
    id: text("id").notNull().$type<LineId>(),
    position: integer("position").notNull(),
    externalId: text("external_id").notNull(),
    sku: text("sku"),
    storefrontSku: text("storefront_sku"),
    title: text("title").notNull(),
    kind: text("kind").notNull().$type<LineKind>(),
    storefrontKind: text("storefront_kind").notNull().$type<LineKind>(),
    storefrontQuantity: integer("storefront_quantity").notNull(),
    placedAt: integer("placed_at").notNull(),
    unitPriceMinor: integer("unit_price_minor").notNull(),
    grossMinor: integer("gross_minor").notNull(),
    discountMinor: integer("discount_minor").notNull(),
    taxMinor: integer("tax_minor").notNull(),
    unitCostMinor: integer("unit_cost_minor"),
    ordered: integer("ordered").notNull(),
    unsourced: integer("unsourced").notNull(),
    backordered: integer("backordered").notNull(),
    allocated: integer("allocated").notNull(),
    shipped: integer("shipped").notNull(),
    cancelled: integer("cancelled").notNull(),
    removed: integer("removed").notNull(),
    returned: integer("returned").notNull(),
    promise: text("promise", { mode: "json" }).$type<PromiseRecord>(),
    recheckOn: text("recheck_on"),
    placedAs: text("placed_as", { mode: "json" }).$type<Partial<PlacedFacts>>(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.id] })],
);

export const orderEvents = sqliteTable(
  "order_events",
  {
    orderId: text("order_id").notNull().$type<OrderId>(),
    version: integer("version").notNull(),
    at: integer("at").notNull(),
    actor: text("actor").notNull(),
    attempt: text("attempt").notNull(),
    /** As event-codec/stored-events.ts writes them. */
    events: text("events", { mode: "json" }).notNull().$type<readonly unknown[]>(),
    entryOn: text("entry_on"),
    supply: text("supply", { mode: "json" }).$type<readonly unknown[]>(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.version] })],
);

export const fulfillments = sqliteTable(
  "fulfillments",
  {
    orderId: text("order_id").notNull().$type<OrderId>(),
    id: text("id").notNull().$type<FulfillmentId>(),
    locationId: text("location_id"),
    serviceId: text("service_id"),
    status: text("status").notNull().$type<FulfillmentStatus>(),
    releaseAt: integer("release_at").notNull(),
    dueAt: integer("due_at"),
    releasedAt: integer("released_at"),
    reason: text("reason"),
    stopReason: text("stop_reason"),
    shipByOn: text("ship_by_on"),
    lateAt: integer("late_at"),
    pendingMoves: integer("pending_moves").notNull(),
    lines: text("lines", { mode: "json" }).notNull().$type<readonly FulfillmentLine[]>(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.id] })],
);

export const shipments = sqliteTable(
  "shipments",
  {
    orderId: text("order_id").notNull().$type<OrderId>(),
    id: text("id").notNull().$type<ShipmentId>(),
    fulfillmentId: text("fulfillment_id").notNull().$type<FulfillmentId>(),
    locationId: text("location_id"),
    carrier: text("carrier"),
    service: text("service"),
    trackingNumber: text("tracking_number"),
    trackingUrl: text("tracking_url"),
    externalId: text("external_id"),
    shippedAt: integer("shipped_at").notNull(),
    deliveredAt: integer("delivered_at"),
    lines: text("lines", { mode: "json" }).notNull().$type<readonly UnitsOfLine[]>(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.id] })],
);
