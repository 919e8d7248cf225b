/** Shopify payloads for tests: an order of one line that adds up, and how it is read. */
import type { NewOrder } from "../../../src/orders/domain/new-order";
import { aCallback, orderIn, readCallback } from "../../support/storefront-adapters";

const channel = { id: "shop", kind: "shopify", currency: "EUR" };
export const receivedAt = Date.UTC(2026, 10, 22);

/** Reads a payload, or its JSON. */
export function read(topic: string, payload: unknown) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const headers = { "x-shopify-topic": topic, "x-shopify-event-id": "evt" };
  return readCallback(channel, aCallback(headers, body), receivedAt);
}

export const orderOf = (payload: unknown, topic = "orders/updated"): NewOrder =>
  orderIn(read(topic, payload));

export const somewhere = { address1: "Rue 1", city: "Paris", zip: "75001", country_code: "fr" };

/** A line of one unit at 10.00. */
export const line = (over: object = {}) => ({
  id: 1,
  sku: "MUG",
  title: "Mug",
  quantity: 1,
  price: "10.00",
  ...over,
});

export const payload = (over: object = {}) => ({
  id: 1001,
  name: "#1001",
  currency: "EUR",
  created_at: "2026-11-20T10:00:00+01:00",
  updated_at: "2026-11-20T10:05:00+01:00",
  financial_status: "paid",
  total_price: "10.00",
  line_items: [line()],
  shipping_address: somewhere,
  ...over,
});

export const codes = (order: NewOrder) => order.problems.map((problem) => problem.code);
