/**
 * Every value in an order of WooCommerce, and in the answer of its refunds, is read, or is listed here with the reason
 * why it has no meaning for what happens after checkout. A value that is neither fails the test.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWooOrder } from "../../../src/channels/woocommerce/read-order";
import { ALL_READ, fieldsNotRead, type Json, type MeaninglessFields } from "../../support/payload-changes";
import { shopState } from "../../support/shop-states/state";
import { wooOrder, wooRefunds } from "../../support/shop-states/woocommerce";
import published from "../../fixtures/woocommerce/order.json";
import { inUsd, line, payload, receivedAt } from "./payloads";

const CHOICES: Readonly<Record<string, readonly Json[]>> = {
  "order.currency": ["GBP", "JPY"],
  "order.status": [
    "pending",
    "processing",
    "on-hold",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "trash",
  ],
  "order.payment_method": ["cod"],
};

const WITHOUT_MEANING: MeaninglessFields = {
  "names a thing at WooCommerce": [
    "order.parent_id",
    "order.customer_id",
    "order.transaction_id",
    "order.version",
    "order._links.**",
    "order.meta_data.*.id",
    "order.line_items.*.product_id",
    "order.line_items.*.variation_id",
    "order.gift_cards.*.code",
    "refunds.*.line_items.*.id",
    "refunds.*.shipping_lines.*.id",
  ],
  "how the customer came": ["order.customer_ip_address", "order.customer_user_agent"],
  "the same time in the shop's own zone": [
    "order.date_created",
    "order.date_modified",
    "order.date_completed",
  ],
  "a sum of amounts that are read, or a copy of one": [
    "order.discount_total",
    "order.discount_tax",
    "order.shipping_total",
    "order.shipping_tax",
    "order.cart_tax",
    "order.line_items.*.price",
    "order.line_items.*.subtotal_tax",
    "order.line_items.*.taxes.*.subtotal",
    "order.tax_lines.**",
    "refunds.*.amount",
    "refunds.*.reason",
  ],
  "which tax an amount is of, or how staff typed it": [
    "order.prices_include_tax",
    "order.line_items.*.tax_class",
    "**.taxes.*.id",
  ],
  "the method decides, not its name": ["order.payment_method_title"],
  "texts of other plugins, for which an order here has no place": ["order.line_items.*.meta_data.**"],
};

type Read = Readonly<{ order: Json; refunds: Json }>;

const channel = { ...inUsd, locationMap: { Camden: "camden", "5": "depot" } };

const readBoth = (both: Json) => {
  const { order, refunds } = both as unknown as Read;
  return readWooOrder(order, { channel, at: receivedAt, refunds });
};

/** Orders with what others do not have: each shows fields that are read only where others are missing. */
const OTHERS = [
  // Paid, as only the time in the shop's zone shows.
  payload({ date_paid_gmt: null, date_paid: "2026-11-20T10:01:00", status: "on-hold" }),
  // Nothing of it is sent, if a checkout has made it.
  payload({ shipping: null, created_via: "checkout", needs_processing: true }),
  payload({ shipping: null, created_via: "admin", needs_processing: false }),
  payload({
    date_paid_gmt: null,
    payment_method: "stripe",
    shipping_lines: [
      {
        id: 2,
        method_id: "pickup_location",
        method_title: "Pickup",
        total: "0.00",
        instance_id: "5",
        meta_data: [{ key: "pickup_location", value: "Camden" }],
      },
    ],
  }),
  payload({
    shipping_lines: [{ id: 2, method_id: "local_pickup", total: "0.00", instance_id: "5" }],
  }),
  // Rounded figures that add up only by their exact taxes.
  payload({
    total: "3.88",
    total_tax: "1.13",
    line_items: [
      line({ quantity: 1, subtotal: "1.13", total: "1.13", total_tax: "0.57", taxes: [{ total: "0.5650" }] }),
      line({
        id: 3,
        quantity: 1,
        subtotal: "1.12",
        total: "1.12",
        total_tax: "0.52",
        taxes: [{ total: "0.5150" }],
      }),
    ],
    shipping_lines: [
      { id: 2, method_id: "flat_rate", total: "0.50", total_tax: "0.05", taxes: [{ total: "0.0500" }] },
    ],
  }),
];

/** A refund of a part of a line's price, without units. */
const ofAnAmount = {
  id: 9,
  line_items: [
    {
      id: 10,
      quantity: 0,
      total: "-4.00",
      total_tax: "-1.00",
      meta_data: [{ key: "_refunded_item_id", value: "1" }],
    },
  ],
};

describe("each value of a WooCommerce order", () => {
  it("is read, or has no meaning for what happens after checkout", () => {
    const states = fc.sample(shopState, { numRuns: 30, seed: 1 });
    const payloads = [
      { order: published, refunds: [] },
      { order: payload({ refunds: [{ id: 9, total: "-5.00" }] }), refunds: [ofAnAmount] },
      ...OTHERS.map((order) => ({ order, refunds: [] })),
      ...states.map((state) => ({ order: wooOrder(state), refunds: wooRefunds(state) })),
    ];
    const report = fieldsNotRead(payloads, {
      read: readBoth,
      choices: CHOICES,
      withoutMeaning: WITHOUT_MEANING,
    });
    expect(report).toEqual(ALL_READ);
  });
});
