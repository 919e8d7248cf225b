/**
 * The fields that we read of BigCommerce's orders (REST Management, Orders V2 and V3). Amounts are text with four
 * decimals, or numbers, in the currency that the shopper pays in. An order's lines are in its consignments, or are
 * requested as its products. https://docs.bigcommerce.com/docs/rest-management/orders, as of November 2026.
 */
import { z } from "zod";
import { externalId, lines, listOf, money, quantity, text, time } from "../shared/body";

const flag = z.boolean().nullish();
const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const RFC_2822 = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC)$/;

/** V2 has RFC 2822, always in UTC, and V3 ISO 8601. */
export const moment = z.union([
  z
    .string()
    .regex(RFC_2822)
    .transform((value) => Date.parse(value)),
  time,
]);

const address = {
  first_name: text,
  last_name: text,
  company: text,
  street_1: text,
  street_2: text,
  city: text,
  state: text,
  zip: text,
  country_iso2: text,
  phone: text,
  email: text,
};
export type BigCommerceAddress = z.output<z.ZodObject<typeof address>>;

export const BigCommerceProduct = z.object({
  id: externalId,
  name: text,
  sku: text,
  type: text,
  quantity,
  quantity_shipped: orNull(quantity),
  quantity_refunded: orNull(quantity),
  total_ex_tax: money,
  total_inc_tax: money,
  total_tax: money,
  applied_discounts: listOf(z.object({ amount: money })),
});
export type BigCommerceProduct = z.output<typeof BigCommerceProduct>;

/** A consignment's lines: whole, or links if they were not requested. The documents show a single line without a list. */
const lineItems = z.preprocess(
  (value) => (value === null || value === undefined || Array.isArray(value) ? value : [value]),
  listOf(z.looseObject({})),
);

const location = z.object({ code: text, name: text });

/** An object, or a list of one, depending on the version of the API. */
const consignments = z.preprocess(
  (value) => (Array.isArray(value) ? value[0] : value),
  orNull(
    z.object({
      pickups: listOf(
        z.object({ pickup_method_display_name: text, location: orNull(location), line_items: lineItems }),
      ),
      shipping: listOf(z.object({ ...address, shipping_method: text, line_items: lineItems })),
      downloads: listOf(z.object({ line_items: lineItems })),
      email: orNull(z.object({ gift_certificates: listOf(z.object({ line_items: lineItems })) })),
    }),
  ),
);

export const BigCommerceLines = z.object({ consignments });
export type BigCommerceLines = z.output<typeof BigCommerceLines>;

const fee = z.object({
  id: externalId,
  display_name_customer: text,
  cost_ex_tax: money,
  cost_inc_tax: money,
  cost_tax: money,
});

export const BigCommerceOrder = z.object({
  id: externalId,
  status_id: z.number().int(),
  is_deleted: flag,
  date_shipped: moment,
  date_created: moment,
  date_modified: moment,
  currency_code: text,
  default_currency_code: text,
  is_tax_inclusive_pricing: flag,
  total_inc_tax: money,
  total_tax: money,
  discount_amount: money,
  coupon_discount: money,
  store_credit_amount: money,
  gift_certificate_amount: money,
  shipping_cost_ex_tax: money,
  shipping_cost_inc_tax: money,
  shipping_cost_tax: money,
  handling_cost_ex_tax: money,
  handling_cost_inc_tax: money,
  handling_cost_tax: money,
  wrapping_cost_ex_tax: money,
  wrapping_cost_inc_tax: money,
  wrapping_cost_tax: money,
  payment_method: text,
  payment_status: text,
  customer_message: lines,
  customer_locale: text,
  cart_id: text,
  billing_address: orNull(z.object(address)),
  consignments,
  // A link if they were not requested.
  fees: z.preprocess((value) => (Array.isArray(value) ? value : []), z.array(fee)),
});
export type BigCommerceOrder = z.output<typeof BigCommerceOrder>;

/** Units of an order that a parcel has. https://docs.bigcommerce.com/docs/rest-management/orders/order-shipments */
export const BigCommerceShipments = listOf(
  z.object({
    id: externalId,
    date_created: moment,
    tracking_number: text,
    tracking_carrier: text,
    shipping_provider: text,
    shipping_provider_display_name: text,
    tracking_link: text,
    generated_tracking_link: text,
    items: listOf(z.object({ order_product_id: externalId, quantity })),
  }),
);
export type BigCommerceShipment = z.output<typeof BigCommerceShipments>[number];

export const BigCommerceTransactions = orNull(
  z.object({
    data: listOf(
      z.object({
        event: text,
        method: text,
        gateway: text,
        test: flag,
        status: text,
        amount: money,
        currency: text,
        date_created: moment,
      }),
    ),
  }),
);
export type BigCommerceTransaction = NonNullable<z.output<typeof BigCommerceTransactions>>["data"][number];

export const BigCommerceRefunds = orNull(
  z.object({
    data: listOf(
      z.object({
        id: externalId,
        created: moment,
        reason: text,
        total_amount: money,
        items: listOf(
          z.object({
            item_type: text,
            item_id: orNull(externalId),
            quantity: orNull(quantity),
            requested_amount: money,
          }),
        ),
        payments: listOf(z.object({ amount: money, is_declined: flag })),
      }),
    ),
  }),
);
export type BigCommerceRefund = NonNullable<z.output<typeof BigCommerceRefunds>>["data"][number];
