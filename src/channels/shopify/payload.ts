/**
 * The fields that we read of Shopify's order and refund resources (REST Admin API, as webhooks send them). Prices are
 * text in the shop's currency; amounts that exist only in a `…_set` are read from its `shop_money`.
 * https://shopify.dev/docs/api/admin-rest/latest/resources/order, as of November 2026.
 */
import { z } from "zod";
import { coordinate, externalId, flag, lines, listOf, money, quantity, text, time } from "../shared/body";

const shopMoney = z.object({ amount: money, currency_code: text });

const moneySet = z
  .object({ shop_money: shopMoney.nullish() })
  .nullish()
  .transform((set) => set?.shop_money ?? null);

/** An amount in the shop's currency and in the customer's. Transactions write the code as `currency`. */
const moneyBag = z
  .object({
    shop_money: shopMoney.extend({ currency: text }).nullish(),
    presentment_money: shopMoney.nullish(),
  })
  .nullish()
  .transform((bag) => ({
    shop: bag?.shop_money?.amount ?? null,
    presentment: bag?.presentment_money?.amount ?? null,
    shopCurrency: bag?.shop_money?.currency_code ?? bag?.shop_money?.currency ?? null,
  }));
export type MoneyBag = z.output<typeof moneyBag>;

const idOrNull = externalId.nullish().transform((value) => value ?? null);

const taxLine = z.object({ price: money });
const discountAllocation = z.object({ amount: money });

const duty = z.object({
  price: money,
  price_set: moneySet,
  shop_money: shopMoney.nullish().transform((value) => value ?? null),
  tax_lines: listOf(taxLine),
});

const lineItem = z.object({
  id: externalId,
  sku: text,
  title: text,
  name: text,
  quantity,
  current_quantity: quantity.nullish(),
  fulfillable_quantity: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
  fulfillment_status: text,
  price: money,
  total_discount: money,
  gift_card: flag,
  requires_shipping: flag,
  taxable: flag,
  tip_payment_gateway: text,
  tip_payment_method: text,
  discount_allocations: listOf(discountAllocation),
  tax_lines: listOf(taxLine),
  duties: listOf(duty),
});

const shippingLine = z.object({
  title: text,
  code: text,
  price: money,
  discounted_price: money,
  is_removed: flag,
  discount_allocations: listOf(discountAllocation),
  tax_lines: listOf(taxLine),
});

const address = z
  .object({
    name: text,
    first_name: text,
    last_name: text,
    company: text,
    address1: text,
    address2: text,
    city: text,
    province: text,
    province_code: text,
    zip: text,
    country_code: text,
    phone: text,
    latitude: coordinate,
    longitude: coordinate,
  })
  .nullish()
  .transform((value) => value ?? null);

/** `status`: success, pending, open, cancelled, error or failure. */
const fulfillmentFields = {
  id: externalId,
  status: text,
  created_at: time,
  updated_at: time,
  location_id: idOrNull,
  tracking_company: text,
  tracking_number: text,
  tracking_numbers: listOf(text),
  tracking_url: text,
  tracking_urls: listOf(text),
  line_items: listOf(z.object({ id: externalId, quantity })),
};

const ShopifyFulfillment = z.object(fulfillmentFields);
export type ShopifyFulfillment = z.output<typeof ShopifyFulfillment>;

/** `fulfillments/create` and `fulfillments/update` send the fulfillment without its order, and the order's id. */
export const ShopifyFulfillmentChanged = z.object({
  ...fulfillmentFields,
  order_id: externalId,
  status: z.string().trim().min(1),
  line_items: z.array(z.object({ id: externalId, quantity })),
});

/** From version 2024-10 on, refunded shipping is in lines of its own. Older versions list it as an adjustment. */
const refundedShippingLine = z.object({
  subtotal_amount_set: moneyBag,
  tax_amount_set: moneyBag,
  shipping_line: z
    .object({
      price: money,
      price_set: moneyBag,
      discounted_price: money,
      discounted_price_set: moneyBag,
      tax_lines: z.array(z.object({ price: money, price_set: moneyBag })).nullish(),
    })
    .nullish()
    .transform((value) => value ?? null),
});

const refundFields = {
  id: externalId,
  note: text,
  created_at: time,
  processed_at: time,
  refund_line_items: listOf(
    z.object({
      line_item_id: externalId,
      quantity,
      restock_type: text,
      subtotal: money,
      subtotal_set: moneyBag,
      total_tax: money,
      total_tax_set: moneyBag,
    }),
  ),
  refund_shipping_lines: listOf(refundedShippingLine),
  total_duties_set: moneyBag,
  total_additional_fees_set: moneyBag,
  transactions: listOf(
    z.object({
      kind: text,
      status: text,
      amount: money,
      amount_set: moneyBag,
      total_unsettled_set: moneyBag,
      currency: text,
    }),
  ),
  order_adjustments: listOf(
    z.object({
      kind: text,
      reason: text,
      amount: money,
      amount_set: moneyBag,
      tax_amount: money,
      tax_amount_set: moneyBag,
    }),
  ),
};

export const ShopifyRefund = z.object(refundFields);
export type ShopifyRefund = z.output<typeof ShopifyRefund>;

/** `refunds/create` sends the refund without its order, and the order's id. The topic is not signed: the body must be a refund's. */
export const ShopifyRefundCreated = z
  .object({ ...refundFields, order_id: externalId })
  .refine(({ refund_line_items, transactions }) => refund_line_items.length + transactions.length > 0, {
    path: ["transactions"],
    message: "has no transactions and no refund_line_items",
  });

export const ShopifyOrder = z.object({
  id: externalId,
  name: text,
  order_number: z.union([z.number(), z.string()]).nullish(),
  currency: text,
  taxes_included: flag,
  duties_included: flag,
  created_at: time,
  processed_at: time,
  updated_at: time,
  cancelled_at: time,
  closed_at: time,
  cancel_reason: text,
  financial_status: text,
  payment_gateway_names: listOf(text),
  fulfillment_status: text,
  test: flag,
  location_id: idOrNull,
  email: text,
  contact_email: text,
  phone: text,
  customer_locale: text,
  note: lines,
  note_attributes: listOf(z.looseObject({ name: text, value: z.unknown() })).catch([]),
  cart_token: text,
  checkout_token: text,
  total_price: money,
  total_price_set: moneySet,
  current_total_price: money,
  total_outstanding: money,
  total_discounts: money,
  total_tax: money,
  total_tip_received: money,
  total_shipping_price_set: moneySet,
  original_total_duties_set: moneySet,
  original_total_additional_fees_set: moneySet,
  total_cash_rounding_payment_adjustment_set: moneySet,
  customer: z
    .object({ first_name: text, last_name: text, email: text, phone: text })
    .nullish()
    .transform((value) => value ?? null),
  shipping_address: address,
  billing_address: address,
  line_items: z.array(lineItem),
  shipping_lines: listOf(shippingLine),
  refunds: listOf(ShopifyRefund),
  fulfillments: listOf(ShopifyFulfillment),
});
export type ShopifyOrder = z.output<typeof ShopifyOrder>;
export type ShopifyLineItem = z.output<typeof lineItem>;
export type ShopifyAddress = NonNullable<z.output<typeof address>>;

const editedLine = listOf(z.object({ id: externalId, delta: quantity.nullish() }));

export const ShopifyOrderEdited = z.object({
  order_edit: z.object({
    order_id: externalId,
    staff_note: text,
    line_items: z
      .object({ additions: editedLine, removals: editedLine })
      .nullish()
      .transform((value) => value ?? { additions: [], removals: [] }),
  }),
});

/** https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance, as of November 2026. */
const customerOfRequest = z
  .object({ email: text, phone: text })
  .nullish()
  .transform((customer) => customer ?? { email: null, phone: null });
export const ShopifyDataRequest = z.object({
  customer: customerOfRequest,
  orders_requested: listOf(externalId),
});
export const ShopifyCustomerRedact = z.object({
  customer: customerOfRequest,
  orders_to_redact: listOf(externalId),
});

/** `orders/delete` sends the id alone. The topic is not signed: a body with more is not a deletion. */
export const ShopifyOrderDeleted = z.strictObject({ id: externalId, admin_graphql_api_id: text });
