/**
 * The fields that we read of WooCommerce's orders (REST API v3, as webhooks send them). A line's amounts are decimal
 * text without tax, with the tax beside them; `prices_include_tax` is only how staff typed them.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties, as of November 2026.
 */
import { z } from "zod";
import { externalId, listOf, money, quantity, text, time } from "../shared/body";

const taxes = listOf(z.object({ total: money }));

const address = z
  .object({
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
  })
  .nullish()
  .transform((value) => value ?? null);

const charge = { id: externalId, total: money, total_tax: money, taxes };

export const WooOrder = z.object({
  id: externalId,
  number: z.union([z.string(), z.number()]).nullish(),
  order_key: text,
  cart_hash: text,
  status: text,
  currency: text,
  date_created_gmt: time,
  date_modified_gmt: time,
  date_paid_gmt: time,
  date_paid: time,
  total: money,
  payment_method: text,
  customer_note: text,
  billing: address,
  shipping: address,
  line_items: z.array(z.object({ ...charge, name: text, sku: text, quantity, subtotal: money })),
  shipping_lines: listOf(z.object({ ...charge, method_title: text, method_id: text })),
  fee_lines: listOf(z.object({ ...charge, name: text })),
  refunds: listOf(z.object({ id: externalId, reason: text, total: money })),
});
export type WooOrder = z.output<typeof WooOrder>;
export type WooAddress = NonNullable<z.output<typeof address>>;
export type WooCharge = Readonly<{
  total: string | number | null;
  total_tax: string | number | null;
  taxes: readonly Readonly<{ total: string | number | null }>[];
}>;

/** Only the id. The topic is not signed: a callback with a whole order must not be accepted as a deletion. */
export const WooOrderDeleted = z.object({
  id: externalId,
  line_items: z.never({ error: "is not part of a deleted order" }).optional(),
});
