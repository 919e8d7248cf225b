/** A Shopify channel with two locations, and its orders and callbacks: for tests through the webhook route. */
import { beforeAll, beforeEach, expect } from "vitest";
import { callerWith, fetchWorker, unique, type Call } from "../../support/api";
import { openRetailer, SECRET, type Retailer } from "../../support/retailer";
import { signedStorefrontRequest } from "../../support/storefront-traffic";

let call: Call;
/** New for each test. Shopify's location 655 is its second one. */
export let retailer: Retailer;

export function openShopForEachTest(): void {
  beforeAll(async () => {
    call = await callerWith("admin");
  });
  beforeEach(openShop);
}

async function openShop(): Promise<void> {
  retailer = await openRetailer(call, {
    stock: [
      [50, 50],
      [50, 50],
    ],
  });
  const [, reno] = retailer.locationIds;
  const channel = (await call("GET", `/v1/channels/${retailer.channelId}`)).body as Record<string, unknown>;
  const { id: _id, secretsSetAt: _secrets, connectionSetAt: _connection, ...fields } = channel;
  await call("PUT", `/v1/channels/${retailer.channelId}`, { ...fields, locationMap: { "655": reno } });
}

export type Order = {
  status: string;
  paymentStatus: string;
  version: number;
  totalMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  balances: { depositsMinor: number; receivableMinor: number; refundPayableMinor: number };
  holds: { code: string; detail: string }[];
  lines: { ordered: number; allocated: number; shipped: number; cancelled: number; returned: number }[];
  shipments: { carrier: string | null; trackingNumber: string | null; locationId: string | null }[];
  customerName: string | null;
};

let orders = 7_000_000 + Math.floor(Math.random() * 1_000_000);
export const at = (minutes: number) => new Date(Date.now() - 3_600_000 + minutes * 60_000).toISOString();
export const lineId = (id: number, n: number) => id * 10 + n;

export const aLine = (id: number, n: number, over: object = {}) => ({
  id: lineId(id, n),
  sku: retailer.skus[n],
  title: `Thing ${n}`,
  quantity: 2,
  current_quantity: 2,
  fulfillable_quantity: 2,
  fulfillment_status: null,
  price: "10.00",
  ...over,
});

/** A paid order of two units at 10.00. */
export function anOrder(over: object = {}) {
  orders += 1;
  const id = orders;
  return {
    id,
    name: `#${id}`,
    currency: "USD",
    created_at: at(0),
    updated_at: at(0),
    financial_status: "paid",
    fulfillment_status: null as string | null,
    total_price: "20.00",
    current_total_price: "20.00",
    total_outstanding: "0.00",
    shipping_address: {
      name: "Ada",
      address1: "1 Main",
      city: "Louisville",
      zip: "40202",
      province_code: "KY",
      country_code: "US",
      latitude: 38.25,
      longitude: -85.75,
    },
    line_items: [aLine(id, 0)],
    shipping_lines: [] as object[],
    refunds: [] as object[],
    fulfillments: [] as object[],
    ...over,
  };
}

export async function send(topic: string, payload: unknown) {
  const meta = { id: unique("event"), now: Date.now() };
  const signed = await signedStorefrontRequest("shopify", SECRET, topic, payload, meta);
  const path = `/v1/webhooks/${retailer.channelId}`;
  const response = await fetchWorker(path, { method: "POST", ...signed });
  expect(response.status).toBe(200);
  return response.json<{ outcome: string; orderId: string }>();
}
const read = async (orderId: string) => (await call("GET", `/v1/orders/${orderId}`)).body as unknown as Order;
/** Sends the callbacks in turn, each twice, and reads the order. */
export async function after(...callbacks: [topic: string, payload: unknown][]): Promise<Order> {
  let orderId = "";
  for (const [topic, payload] of callbacks) {
    for (let copies = 0; copies < 2; copies += 1) orderId = (await send(topic, payload)).orderId ?? orderId;
  }
  return read(orderId);
}

export const fulfillment = (id: number, units: Readonly<Record<number, number>>, over: object = {}) => ({
  id: id * 100,
  order_id: id,
  status: "success",
  created_at: at(10),
  location_id: 655,
  tracking_company: "USPS",
  tracking_numbers: ["1Z"],
  tracking_urls: ["https://usps.example/1Z"],
  line_items: Object.entries(units).map(([n, quantity]) => ({ id: lineId(id, Number(n)), quantity })),
  ...over,
});
export const nothingOwed = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
