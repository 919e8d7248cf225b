/** Payloads of WooCommerce for tests, and how they are read. */
import type { NewOrder } from "../../../src/orders/domain/new-order";
import { aCallback, orderIn, readCallback } from "../../support/storefront-adapters";

export const inUsd = { id: "woo", kind: "woocommerce", currency: "USD" };
export const receivedAt = Date.UTC(2026, 10, 22);

export function read(topic: string, payload: unknown, headers: Record<string, string> = {}, channel = inUsd) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return readCallback(channel, aCallback({ "x-wc-webhook-topic": topic, ...headers }, body), receivedAt);
}

export const orderOf = (payload: unknown): NewOrder => orderIn(read("order.updated", payload));

export const address = { address_1: "Calle 1", city: "Madrid", postcode: "28001", country: "ES" };

export const line = (over: object = {}) => ({
  id: 1,
  name: "Mug",
  sku: "MUG",
  quantity: 2,
  subtotal: "20.00",
  total: "20.00",
  total_tax: "0.00",
  ...over,
});

/** An order that adds up. */
export const payload = (over: object = {}) => ({
  id: 7,
  status: "processing",
  currency: "EUR",
  date_created_gmt: "2026-11-20T10:00:00",
  date_modified_gmt: "2026-11-20T10:05:00",
  date_paid_gmt: "2026-11-20T10:01:00",
  total: "20.00",
  line_items: [line()],
  shipping: address,
  ...over,
});

export const codes = (order: NewOrder) => order.problems.map((problem) => problem.code);
