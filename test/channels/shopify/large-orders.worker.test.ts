/** Large Shopify orders through the webhook route: they are taken in, and no row or message exceeds the platform's limits. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { callerWith, fetchWorker, unique, type Call } from "../../support/api";
import { openRetailer, SECRET, type Retailer } from "../../support/retailer";
import { signedStorefrontRequest } from "../../support/storefront-traffic";

/** https://developers.cloudflare.com/d1/platform/limits and …/queues/platform/limits, as of November 2026. */
const MAX_ROW_BYTES = 2_000_000;
const MAX_MESSAGE_BYTES = 128_000;

let call: Call;
let retailer: Retailer;
beforeAll(async () => {
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: Array.from({ length: 20 }, () => [10_000]) });
});

const set = (amount: string) => ({
  shop_money: { amount, currency_code: "USD" },
  presentment_money: { amount, currency_code: "USD" },
});

function aLine(id: number) {
  return {
    id,
    admin_graphql_api_id: `gid://shopify/LineItem/${id}`,
    sku: retailer.skus[id % retailer.skus.length],
    title: `A thing with a rather long title, as some shops have them, number ${id}`,
    quantity: 2,
    current_quantity: 2,
    fulfillable_quantity: 2,
    fulfillment_status: null,
    price: "10.00",
    price_set: set("10.00"),
    tax_lines: ["0.40", "0.30", "0.20", "0.10"].map((price, i) => ({
      title: `Tax ${i}`,
      price,
      rate: 0.02,
      price_set: set(price),
      channel_liable: false,
    })),
    discount_allocations: [],
    duties: [],
    fulfillment_service: "manual",
    gift_card: false,
    name: `A thing with a rather long title, as some shops have them, number ${id} - Large / Blue`,
    product_exists: true,
    product_id: id,
    requires_shipping: true,
    taxable: true,
    total_discount: "0.00",
    total_discount_set: set("0.00"),
    variant_id: id,
    variant_inventory_management: "shopify",
    variant_title: "Large / Blue",
    vendor: "A vendor",
    properties: [{ name: "Engraving", value: "With love from all of us, and a good year" }],
  };
}

/** Each line costs 2 × 10.00 + 1.00 tax; the first `refunded` of them have one unit refunded. */
function anOrder(count: number, refunded: number) {
  const id = 5_000_000 + Math.floor(Math.random() * 1_000_000);
  const lines = Array.from({ length: count }, (_, i) => aLine(id * 1_000 + i));
  const refunds = lines.slice(0, refunded).map((line, i) => ({
    id: id * 1_000 + i,
    created_at: new Date().toISOString(),
    refund_line_items: [
      {
        line_item_id: line.id,
        quantity: 1,
        restock_type: "cancel",
        subtotal: 10,
        total_tax: 0.5,
        line_item: line,
      },
    ],
    transactions: [{ kind: "refund", status: "success", amount: "10.50", currency: "USD" }],
  }));
  const at = new Date().toISOString();
  return {
    id,
    name: `#${id}`,
    currency: "USD",
    created_at: at,
    updated_at: at,
    financial_status: refunded > 0 ? "partially_refunded" : "paid",
    total_price: `${count * 21}.00`,
    current_total_price: (count * 21 - refunded * 10.5).toFixed(2),
    total_outstanding: "0.00",
    shipping_address: {
      address1: "1 Main",
      city: "Louisville",
      zip: "40202",
      province_code: "KY",
      country_code: "US",
    },
    line_items: lines.map((line, i) =>
      i < refunded ? { ...line, current_quantity: 1, fulfillable_quantity: 1 } : line,
    ),
    refunds,
  };
}

async function send(topic: string, payload: unknown) {
  const meta = { id: unique("event"), now: Date.now() };
  const signed = await signedStorefrontRequest("shopify", SECRET, topic, payload, meta);
  const request = new Request(`https://aftercart.test/v1/webhooks/${retailer.channelId}`, {
    method: "POST",
    ...signed,
  });
  const response = await fetchWorker(request);
  return {
    status: response.status,
    bytes: signed.body.length,
    ...(await response.json<{ outcome: string; orderId: string }>()),
  };
}

const largest = async (sql: string, ...values: string[]) =>
  (await env.ORDERS_00.prepare(sql)
    .bind(...values)
    .first<number>("largest")) ?? 0;

describe("a large Shopify order", () => {
  it(
    "of 300 lines with 4 taxes each and 300 refunds, 1.2 MB, is taken in and updated",
    { timeout: 60_000 },
    async () => {
      const order = anOrder(300, 0);
      const created = await send("orders/create", order);
      expect(created).toMatchObject({ status: 200, outcome: "created" });
      const refunded = { ...anOrder(300, 300), id: order.id, line_items: order.line_items };
      const lineIds = order.line_items.map(({ id }) => id);
      const refunds = refunded.refunds.map((refund, i) => ({
        ...refund,
        refund_line_items: refund.refund_line_items.map((line) => ({ ...line, line_item_id: lineIds[i] })),
      }));
      const updated_at = new Date(Date.now() + 1_000).toISOString();
      const updated = await send("orders/updated", { ...refunded, updated_at, refunds });
      expect(updated).toMatchObject({ status: 200, outcome: "updated" });
      expect(updated.bytes).toBeGreaterThan(1_048_576);
      const { body } = await call("GET", `/v1/orders/${created.orderId}`);
      expect([body["totalMinor"], body["capturedMinor"], body["refundedMinor"]]).toEqual([
        630_000, 630_000, 315_000,
      ]);
    },
  );

  it(
    "of 500 lines is taken in, in rows and messages within the platform's limits",
    { timeout: 60_000 },
    async () => {
      const created = await send("orders/create", anOrder(500, 0));
      expect(created).toMatchObject({ status: 200, outcome: "created" });
      const { body } = await call("GET", `/v1/orders/${created.orderId}`);
      expect([(body["lines"] as unknown[]).length, body["totalMinor"]]).toEqual([500, 1_050_000]);
      const { orderId } = created;
      const event = await largest(
        "SELECT max(length(events)) AS largest FROM order_events WHERE order_id = ?1",
        orderId,
      );
      // Its lines stand in their own rows, and are in the event by their positions.
      expect(event).toBeGreaterThan(5_000);
      expect(event).toBeLessThan(20_000);
      const supply = await largest(
        "SELECT max(length(supply)) AS largest FROM order_events WHERE order_id = ?1",
        orderId,
      );
      expect(supply).toBeGreaterThan(1_000);
      expect(supply).toBeLessThan(MAX_ROW_BYTES);
      const messages = await largest(
        "SELECT max(length(messages)) AS largest FROM outbox WHERE id LIKE ?1",
        `${orderId}%`,
      );
      expect(messages).toBeLessThan(MAX_MESSAGE_BYTES);
    },
  );
});
