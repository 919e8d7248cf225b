/**
 * Every value that BigCommerce's API returns of an order is read, or is listed here with the reason why it has no meaning
 * for what happens after checkout. A value that is neither fails the test.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFetchedOrder, type OrderResponses } from "../../../src/channels/bigcommerce/order";
import { ALL_READ, fieldsNotRead, type Json, type MeaninglessFields } from "../../support/payload-changes";
import { bigCommerceResponses } from "../../support/shop-states/bigcommerce";
import { shopState } from "../../support/shop-states/state";
import refunds from "../../fixtures/bigcommerce/refunds.json";
import { channel, fetched, fetchedAt, line, withLines } from "./responses";

const CHOICES: Readonly<Record<string, readonly Json[]>> = {
  "order.status_id": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 99],
  "order.payment_status": ["captured", "authorized", "pending", "refunded", "void", ""],
  "order.default_currency_code": ["GBP", "JPY"],
  "order.payment_method": ["Cash on Delivery"],
  "transactions.data.*.event": ["purchase", "capture", "authorization", "void", "refund"],
  "transactions.data.*.status": ["ok", "error"],
  "transactions.data.*.method": ["credit_card", "store_credit", "gift_certificate"],
};

const LINE = "order.consignments.shipping.*.line_items.*";
const each = (path: string, names: string) => names.split(" ").map((name) => `${path}.${name}`);

const WITHOUT_MEANING: MeaninglessFields = {
  "names a thing at BigCommerce, or another system's": [
    ...each(
      "order",
      "customer_id payment_provider_id currency_id default_currency_id channel_id tax_provider_id",
    ),
    ...each("order", "ebay_order_id external_source external_id external_merchant_id external_order_id"),
    "order.consignments.shipping.*.id",
    ...each(LINE, "order_id product_id variant_id upc external_id option_set_id return_id ebay_item_id"),
    ...each(
      LINE,
      "ebay_transaction_id gift_certificate_id order_pickup_method_id order_address_id wrapping_id",
    ),
    ...each(
      "transactions.data.*",
      "id order_id gateway_transaction_id reference_transaction_id payment_method_id",
    ),
    ...each(
      "refunds.data.*",
      "order_id user_id payments.*.id payments.*.provider_id payments.*.transaction_id",
    ),
    "shipments.*.items.*.product_id",
  ],
  "where to request more, or how many there are": [
    "order.products.**",
    "order.shipping_addresses.**",
    "order.coupons.**",
    "order.consignments.shipping.*.shipping_quotes.**",
    "transactions.meta.**",
    ...each("order", "items_total items_shipped shipping_address_count"),
    ...each("order.consignments.shipping.*", "items_total items_shipped"),
  ],
  "the name of a status: its number decides": ["order.status", "order.custom_status"],
  "how the customer came": each(
    "order",
    "ip_address ip_address_v6 geoip_country geoip_country_iso2 is_email_opt_in order_source credit_card_type",
  ),
  "a sum of amounts that are read, or a part of one": [
    ...each("order", "subtotal_ex_tax subtotal_inc_tax subtotal_tax total_ex_tax base_shipping_cost"),
    ...each("order", "base_handling_cost base_wrapping_cost shipping_cost_tax_class_id"),
    ...each("order", "handling_cost_tax_class_id wrapping_cost_tax_class_id"),
    ...each(LINE, "base_price price_ex_tax price_inc_tax price_tax base_total fixed_shipping_cost"),
    ...each(LINE, "base_wrapping_cost wrapping_cost_ex_tax wrapping_cost_inc_tax wrapping_cost_tax"),
    ...each("order.consignments.shipping.*", "base_cost cost_ex_tax cost_inc_tax cost_tax cost_tax_class_id"),
    ...each("order.consignments.shipping.*", "base_handling_cost handling_cost_ex_tax handling_cost_inc_tax"),
    ...each("order.consignments.shipping.*", "handling_cost_tax handling_cost_tax_class_id"),
    "refunds.data.*.total_tax",
  ],
  "always 0: the refunds themselves are requested": ["order.refunded_amount"],
  "a copy of what the refunds have": each(LINE, "is_refunded refund_amount"),
  "the rate of another currency: all amounts are in the one that the customer pays in": each(
    "order",
    "currency_exchange_rate store_default_currency_code store_default_to_transactional_exchange_rate",
  ),
  "each line has its type": ["order.order_is_digital"],
  "the code of the country decides": [
    "order.billing_address.country",
    "order.consignments.shipping.*.country",
    ...each("order.consignments.shipping.*", "shipping_zone_id shipping_zone_name"),
  ],
  "about the product: the SKU decides what is sent": [
    ...each(LINE, "name_customer name_merchant weight width height depth bin_picking_number brand"),
    ...each(LINE, "base_cost_price cost_price_inc_tax cost_price_ex_tax cost_price_tax"),
    // Parts of a bundle are lines of their own, with units of their own.
    ...each(LINE, "parent_order_product_id is_bundled_product"),
  ],
  "which discount an amount is of": each(`${LINE}.applied_discounts.*`, "id name code target"),
  "texts for the people who pack, for which an order here has no place": [
    "order.staff_notes",
    ...each(LINE, "wrapping_name wrapping_message event_name event_date"),
  ],
  "how the payment was checked: while BigCommerce reviews it, the order's status is manual verification": [
    "transactions.data.*.fraud_review",
    "transactions.data.*.avs_result.**",
    "transactions.data.*.cvv_result.**",
    "transactions.data.*.credit_card.**",
    ...each("transactions.data.*", "offline custom payment_instrument_token gift_certificate store_credit"),
    "transactions.data.*.custom_provider_field_result",
  ],
  "how a refund was computed and paid, beyond its amount and whether it was declined": [
    "refunds.data.*.uses_merchant_override_values",
    "refunds.data.*.items.*.reason",
    "refunds.data.*.payments.*.offline",
    "refunds.data.*.payments.*.declined_message",
  ],
};

const read = (responses: Json) =>
  readFetchedOrder(channel, responses as unknown as OrderResponses, fetchedAt);

/** Orders with what others do not have: each shows fields that are read only where others are missing. */
const OTHERS = [
  // Discounts that no line has.
  fetched({
    ...withLines(line({ total_ex_tax: "30.0000", total_inc_tax: "30.0000" })),
    discount_amount: "2.0000",
    coupon_discount: "3.0000",
    total_inc_tax: "33.6059",
    total_tax: "0.6559",
  }),
  // Gift wrapping and handling with tax.
  fetched({
    ...withLines(line({ total_ex_tax: "10.0000", total_inc_tax: "10.0000" })),
    coupon_discount: "0.0000",
    total_tax: "1.6559",
    total_inc_tax: "24.6059",
    wrapping_cost_ex_tax: "2.0000",
    wrapping_cost_inc_tax: "2.4000",
    wrapping_cost_tax: "0.4000",
    handling_cost_ex_tax: "3.0000",
    handling_cost_inc_tax: "3.6000",
    handling_cost_tax: "0.6000",
  }),
  fetched({ default_currency_code: null }),
  fetched(
    { status_id: 11, payment_status: "pending" },
    { transactions: { data: [{ gateway: "cod", status: "ok", event: "pending" }] } },
  ),
  fetched({ billing_address: null }),
  // All sent, but for a unit that was refunded before.
  fetched({ status_id: 2, ...withLines(line({ quantity: 2, quantity_refunded: 1 })) }),
  fetched({}, { refunds: { data: [{ id: 9, total_amount: 5 }] } }),
  fetched({}, { refunds: { data: [{ id: 9, payments: [{ amount: 5 }, { amount: 2 }] }] } }),
];

describe("each value of a BigCommerce order", () => {
  it("is read, or has no meaning for what happens after checkout", () => {
    const states = fc.sample(shopState, { numRuns: 30, seed: 1 }).map((state) => bigCommerceResponses(state));
    const payloads = [fetched({}, { refunds }), ...OTHERS, ...states];
    const report = fieldsNotRead(payloads as Json[], {
      read,
      choices: CHOICES,
      withoutMeaning: WITHOUT_MEANING,
    });
    expect(report).toEqual(ALL_READ);
  });
});
