/**
 * The fields that we read of WooCommerce's orders (REST API v3, as webhooks send them), and of orders' refunds. A line's
 * amounts are decimal text without tax, with the tax beside them; `prices_include_tax` is only how staff typed them.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties, as of November 2026.
 */
import { z } from "zod";
import { externalId, time } from "../shared/body";
import { lines, listOf, mapOf, money, quantity, text } from "./php";

const address = mapOf({
  first_name: text,
  last_name: text,
  company: text,
  address_1: text,
  address_2: text,
  city: text,
  state: text,
  postcode: text,
  country: text,
  email: text,
  phone: text,
});

const metaData = listOf(z.looseObject({ key: text, value: z.unknown() }));

/** `taxes` has the exact amounts behind `total_tax`, which is rounded. */
const charge = { id: externalId, total: money, total_tax: money, taxes: listOf(z.object({ total: money })) };

export const WooOrder = z.object({
  id: externalId,
  number: text,
  order_key: text,
  cart_hash: text,
  created_via: text,
  status: text,
  currency: text,
  date_created_gmt: time,
  date_modified_gmt: time,
  date_paid_gmt: time,
  date_paid: time,
  date_completed_gmt: time,
  total: money,
  total_tax: money,
  payment_method: text,
  customer_note: lines,
  needs_processing: z.boolean().nullish(),
  billing: address,
  shipping: address,
  meta_data: metaData,
  line_items: listOf(z.object({ ...charge, name: text, sku: text, quantity, subtotal: money })),
  shipping_lines: listOf(
    z.object({ ...charge, method_title: text, method_id: text, instance_id: text, meta_data: metaData }),
  ),
  fee_lines: listOf(z.object({ ...charge, name: text })),
  refunds: listOf(z.object({ id: externalId, reason: text, total: money })),
  /** WooCommerce Gift Cards: https://woocommerce.com/document/gift-cards/rest-api-reference/ */
  gift_cards: listOf(z.object({ id: externalId, amount: money })),
  /** PW WooCommerce Gift Cards. The number is what redeems the card. */
  pw_gift_cards_redeemed: listOf(z.object({ number: text, amount: money })),
});
export type WooOrder = z.output<typeof WooOrder>;
export type WooAddress = NonNullable<WooOrder["billing"]>;
export type WooCharge = Pick<WooOrder["fee_lines"][number], "total" | "total_tax" | "taxes">;

/** Enough of an order to see whether it was placed: the other fields of a draft may have any form. */
export const WooDraft = z.looseObject({
  status: z.enum(["checkout-draft", "auto-draft", "draft"]),
});

/** Only the id. The topic is not signed: a callback with a whole order must not be accepted as a deletion. */
export const WooOrderDeleted = z.object({
  id: externalId,
  line_items: z.never({ error: "is not part of a deleted order" }).optional(),
});

const refundedCharge = { total: money, total_tax: money };

/** An order's refunds, of `GET /orders/{id}/refunds`. Quantities and totals are negative. */
export const WooRefunds = listOf(
  z.object({
    id: externalId,
    date_created_gmt: time,
    line_items: listOf(z.object({ ...refundedCharge, quantity, meta_data: metaData })),
    shipping_lines: listOf(z.object(refundedCharge)),
    fee_lines: listOf(z.object({ ...refundedCharge, meta_data: metaData })),
  }),
);
export type WooRefund = z.output<typeof WooRefunds>[number];
