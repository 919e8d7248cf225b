/**
 * Every value in an order of Shopify is read, or is listed here with the reason why it has no meaning for what happens
 * after checkout. A value that is neither fails the test.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_READ, fieldsNotRead, type Json, type MeaninglessFields } from "../../support/payload-changes";
import { aCallback, readCallback } from "../../support/storefront-adapters";
import { shopifyOrder } from "../../support/shop-states/shopify";
import { shopState } from "../../support/shop-states/state";
import paid from "../../fixtures/shopify/order-paid.json";
import partiallyRefunded from "../../fixtures/shopify/order-partially-refunded.json";
import { line, payload, receivedAt, somewhere } from "./payloads";

/** What Shopify documents for fields with a choice of values. */
const CHOICES: Readonly<Record<string, readonly Json[]>> = {
  currency: ["GBP", "JPY"],
  financial_status: ["pending", "authorized", "paid", "partially_paid", "refunded", "voided", "expired"],
  fulfillment_status: ["fulfilled", "partial", "restocked", null],
  "payment_gateway_names.*": ["gift_card", "Cash on Delivery (COD)"],
  "line_items.*.fulfillment_status": ["fulfilled", "partial", null],
  "fulfillments.*.status": ["success", "pending", "open", "cancelled", "error", "failure"],
  "fulfillments.*.location_id": [77],
  "refunds.*.order_adjustments.*.reason": ["Shipping refund"],
  "refunds.*.refund_line_items.*.restock_type": ["cancel", "return", "no_restock", "legacy_restock"],
  "refunds.*.transactions.*.kind": ["refund", "void", "sale"],
  "refunds.*.transactions.*.status": ["success", "pending", "failure", "error"],
};

const WITHOUT_MEANING: MeaninglessFields = {
  "names a thing at Shopify": [
    "**.admin_graphql_api_id",
    "app_id",
    "confirmation_number",
    "number",
    "token",
    "reference",
    "source_identifier",
    "customer.id",
    "line_items.*.product_id",
    "line_items.*.variant_id",
    "fulfillments.*.name",
    "fulfillments.*.order_id",
    "refunds.*.order_id",
    "refunds.*.refund_line_items.*.id",
    "refunds.*.refund_shipping_lines.*.id",
    "shipping_lines.*.id",
    "**.discount_application_index",
  ],
  "how the customer came, and what the checkout did": [
    "browser_ip",
    "buyer_accepts_marketing",
    "checkout_id",
    "client_details.**",
    "confirmed",
    "device_id",
    "landing_site",
    "landing_site_ref",
    "merchant_business_entity_id",
    "merchant_of_record_app_id",
    "order_status_url",
    "referring_site",
    "source_name",
    "source_url",
    "user_id",
  ],
  "the same amount in the customer's currency, or the currency of an amount that is read as the shop's": [
    "**.presentment_money.**",
    "**.shop_money.currency_code",
    "presentment_currency",
  ],
  "a copy of an amount that is read": [
    "current_subtotal_price_set.**",
    "current_total_discounts_set.**",
    "current_total_price_set.**",
    "current_total_tax_set.**",
    "subtotal_price_set.**",
    "total_discounts_set.**",
    "total_line_items_price_set.**",
    "total_tax_set.**",
    "line_items.*.price_set.**",
    "line_items.*.total_discount_set.**",
    "line_items.*.tax_lines.*.price_set.**",
    "line_items.*.discount_allocations.*.amount_set.**",
    "shipping_lines.*.price_set.**",
    "shipping_lines.*.discounted_price_set.**",
    "shipping_lines.*.discount_allocations.*",
  ],
  "a sum of amounts that are read": [
    "current_subtotal_price",
    "current_total_additional_fees_set",
    "current_total_discounts",
    "current_total_duties_set",
    "current_total_tax",
    "subtotal_price",
    "total_line_items_price",
    "tax_lines.**",
  ],
  "which tax or discount an amount is of": [
    "**.tax_lines.*.rate",
    "**.tax_lines.*.title",
    "**.tax_lines.*.channel_liable",
    "discount_codes.**",
    "discount_applications.**",
    "tax_exempt",
    "estimated_taxes",
  ],
  "rounding of a refund, which the refund's transactions have": [
    "total_cash_rounding_refund_adjustment_set.**",
  ],
  "a copy of a line, which the order has itself": [
    "fulfillments.*.line_items.*.**",
    "refunds.*.refund_line_items.*.line_item.**",
  ],
  "about the product: the SKU decides what is sent": [
    "line_items.*.grams",
    "line_items.*.product_exists",
    "line_items.*.variant_inventory_management",
    "line_items.*.variant_title",
    "line_items.*.vendor",
    "total_weight",
  ],
  "texts of staff and of other apps, for which an order here has no place": [
    "tags",
    "po_number",
    "note_attributes.**",
    "line_items.*.properties.**",
  ],
  "an order that is not paid is held, whenever its payment is due": ["payment_terms"],
  "which service Shopify asks to send the units: what it has sent is in the fulfillments": [
    "line_items.*.fulfillment_service",
    "fulfillments.*.service",
    "fulfillments.*.receipt.**",
    "shipping_lines.*.carrier_identifier",
    "shipping_lines.*.phone",
    "shipping_lines.*.requested_fulfillment_service_id",
    "shipping_lines.*.source",
  ],
  "the way of a parcel that the storefront has sent: its carrier reports it": [
    "fulfillments.*.shipment_status",
  ],
  "the code of the country decides": ["billing_address.country", "shipping_address.country"],
  "about the customer beyond the order": [
    "customer.created_at",
    "customer.updated_at",
    "customer.state",
    "customer.note",
    "customer.verified_email",
    "customer.multipass_identifier",
    "customer.tax_exempt",
    "customer.tags",
    "customer.currency",
    "customer.email_marketing_consent.**",
    "customer.sms_marketing_consent.**",
    "customer.default_address.**",
  ],
  "units go back to the location that sent them": ["refunds.*.refund_line_items.*.location_id"],
  "each line of a refund has it as restock_type": ["refunds.*.restock"],
  "how a refund was paid, beyond its amount and whether it succeeded": [
    "refunds.*.user_id",
    ..."id authorization created_at device_id error_code gateway location_id message order_id parent_id payment_id"
      .concat(" processed_at source_name test user_id")
      .split(" ")
      .map((name) => `refunds.*.transactions.*.${name}`),
  ],
};

const channel = {
  id: "shop",
  kind: "shopify",
  currency: "EUR",
  locationMap: { "77": "east", Standard: "store", "store-code": "store" },
};

const readState = (state: Json) =>
  readCallback(channel, aCallback({ "x-shopify-topic": "orders/updated" }, JSON.stringify(state)), receivedAt)
    .event;

const set = (amount: string, code = "EUR") => ({
  shop_money: { amount, currency_code: code },
  presentment_money: { amount: "99.00", currency_code: "USD" },
});

/** Payloads with what others do not have: each shows fields that are read only where others are missing. */
const OTHERS = {
  "only sums of the whole order": payload({
    line_items: [line({ taxable: true }), line({ id: 2, taxable: false })],
    total_price: "19.00",
    total_tax: "2.00",
    total_discounts: "3.00",
  }),
  "amounts only in sets": payload({
    currency: null,
    total_price: null,
    total_price_set: set("16.00"),
    total_shipping_price_set: set("6.00"),
  }),
  "names and contact only where they are read last": payload({
    name: null,
    order_number: 1001,
    created_at: "2026-11-20T10:00:00Z",
    updated_at: null,
    customer: { first_name: null, last_name: null, email: "ada@example.com", phone: "1" },
    shipping_address: { ...somewhere, first_name: "Ada", last_name: "Byron", province: "Paris" },
    billing_address: { ...somewhere, first_name: "Ada", last_name: "Byron", province: "Paris" },
    line_items: [line({ title: null, name: "Mug" })],
  }),
  "a parcel that another app has sent": payload({
    line_items: [line({ quantity: 2, fulfillable_quantity: 1, fulfillment_status: "partial" })],
    total_price: "20.00",
    fulfillments: [
      {
        id: 9,
        status: "success",
        updated_at: "2026-11-20T12:00:00Z",
        tracking_numbers: ["1Z1", "1Z2"],
        tracking_urls: ["https://carrier.example/1Z1"],
        line_items: [{ id: 1, quantity: 1 }],
      },
    ],
  }),
  "a pickup": payload({
    shipping_address: null,
    shipping_lines: [{ title: "Store", code: "store-code", price: "0.00" }],
  }),
  "cash rounding": payload({
    total_price: "10.02",
    total_cash_rounding_payment_adjustment_set: set("0.02"),
  }),
  "a sale in a shop, and duties": payload({
    location_id: 77,
    fulfillment_status: "fulfilled",
    total_price: "13.50",
    duties_included: false,
    line_items: [
      line({
        fulfillment_status: "fulfilled",
        duties: [{ price: "3.00", price_set: set("3.00"), tax_lines: [{ price: "0.50" }] }],
      }),
    ],
  }),
  "duty by line in sets only": payload({
    total_price: "13.00",
    line_items: [
      line({ duties: [{ shop_money: { amount: "3.00", currency_code: "EUR" } }] }),
      line({ id: 2, price: "0.00", duties: [{ price_set: set("0.00") }] }),
    ],
  }),
  "a removed shipping line, and a tip": payload({
    total_price: "20.00",
    shipping_lines: [
      { title: "Standard", price: "5.00", is_removed: false },
      {
        title: "Express",
        price: "9.00",
        is_removed: true,
        tax_lines: [{ price: "1.00" }],
        discounted_price: "8.00",
        discount_allocations: [{ amount: "1.00" }],
      },
    ],
    line_items: [
      line(),
      line({ id: 2, price: "2.00", tip_payment_gateway: "shopify" }),
      line({ id: 3, price: "3.00", tip_payment_method: "card" }),
    ],
    total_tip_received: "5.00",
  }),
  "a refund in the customer's currency": payload({
    total_price: "30.00",
    line_items: [line({ quantity: 3 })],
    financial_status: "partially_refunded",
    refunds: [
      {
        id: 1,
        created_at: "2026-11-21T10:00:00Z",
        processed_at: null,
        refund_line_items: [
          {
            line_item_id: 1,
            quantity: 1,
            restock_type: "return",
            subtotal: "10.00",
            subtotal_set: set("10.00"),
            total_tax: "0.50",
            total_tax_set: set("0.50"),
          },
          { line_item_id: 1, quantity: 1, restock_type: "return", subtotal: "10.00", total_tax: "0.50" },
        ],
        refund_shipping_lines: [
          {
            subtotal_amount_set: set("2.00"),
            shipping_line: {
              price: "4.00",
              price_set: set("4.00"),
              discounted_price: "4.00",
              discounted_price_set: set("4.00"),
              tax_lines: [{ price: "0.80", price_set: set("0.80") }],
            },
          },
          {
            subtotal_amount_set: set("1.00"),
            shipping_line: { price_set: set("4.00"), tax_lines: [{ price: "0.80" }] },
          },
          {
            subtotal_amount_set: set("1.00"),
            shipping_line: { price: "4.00", tax_lines: [{ price: "0.80" }] },
          },
          {
            subtotal_amount_set: set("1.00"),
            shipping_line: { price: "4.00", discounted_price: "3.00", tax_lines: [{ price: "0.80" }] },
          },
        ],
        total_duties_set: set("1.00"),
        total_additional_fees_set: set("1.50"),
        transactions: [{ kind: "refund", status: "success", amount: "99.00", currency: "USD" }],
        order_adjustments: [
          { kind: null, reason: "Refund discrepancy", amount: "-1.00", tax_amount: "-0.10" },
          {
            kind: null,
            reason: "Refund discrepancy",
            amount: "-1.00",
            amount_set: set("-1.00"),
            tax_amount: "-0.20",
            tax_amount_set: set("-0.20"),
          },
        ],
      },
    ],
  }),
  "a refund in both currencies": payload({
    total_price: "30.00",
    line_items: [line({ quantity: 3 })],
    financial_status: "partially_refunded",
    refunds: [
      {
        id: 1,
        processed_at: "2026-11-21T10:00:00Z",
        transactions: [
          { kind: "refund", status: "success", amount: "99.00", amount_set: set("5.00"), currency: "USD" },
          { kind: "refund", status: "pending", amount: "99.00", amount_set: set("4.00"), currency: "USD" },
        ],
        order_adjustments: [
          { kind: "shipping_refund", reason: "Shipping refund", amount: "-1.00", tax_amount: "-0.20" },
        ],
      },
    ],
  }),
};

describe("each value of a Shopify order", () => {
  it("is read, or has no meaning for what happens after checkout", () => {
    const states = fc.sample(shopState, { numRuns: 12, seed: 1 }).map((state) => shopifyOrder(state));
    const payloads = [paid, partiallyRefunded, ...Object.values(OTHERS), ...states];
    const report = fieldsNotRead(payloads, {
      read: readState,
      choices: CHOICES,
      withoutMeaning: WITHOUT_MEANING,
    });
    expect(report).toEqual(ALL_READ);
  });
});
