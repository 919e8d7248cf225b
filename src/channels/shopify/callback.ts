/**
 * Reads Shopify's webhooks. The topic is in a header.
 * https://shopify.dev/docs/api/admin-rest/latest/resources/webhook, as of November 2026.
 */
import { accept, reject } from "../../kernel/result";
import { digestOf } from "../shared/body";
import { ignored, inCurrency, readPayload, topicFrom, type ReadEvent } from "../shared/read-payload";
import type { CallbackReader, ReadOptions } from "../storefront-adapter";
import { newFulfillment } from "./fulfillments";
import { readShopifyOrder } from "./read-order";
import {
  ShopifyFulfillmentChanged,
  ShopifyCustomerRedact,
  ShopifyDataRequest,
  ShopifyOrder,
  ShopifyOrderDeleted,
  ShopifyOrderEdited,
  ShopifyRefundCreated,
} from "./payload";
import { newRefund, shopCurrencyOf } from "./refund";

const MAX_ID = 100;

export const readShopifyCallback: CallbackReader = ({ headers, body }, options) => {
  const topic = topicFrom(headers.get("x-shopify-topic")).toLowerCase();
  const id = headers.get("x-shopify-event-id") ?? headers.get("x-shopify-webhook-id");
  // All callbacks of one action of the merchant share one event id, whatever their topics and orders: the id alone
  // would drop orders.
  const eventId = [topic, ...(id ? [id.slice(0, MAX_ID)] : []), digestOf(body)].join(":");
  const isTest = headers.get("x-shopify-test") === "true";
  const event = isTest ? ignored("a test notification") : readEvent(topic, body, options);
  return { topic, eventId, event };
};

function readEvent(topic: string, body: Uint8Array, options: ReadOptions): ReadEvent {
  switch (topic) {
    case "orders/create":
    case "orders/paid":
    case "orders/updated":
    case "orders/cancelled":
    case "orders/partially_fulfilled":
    case "orders/fulfilled":
      return readOrder(body, options, topic === "orders/create");
    case "refunds/create":
      return readRefund(body, options);
    case "fulfillments/create":
    case "fulfillments/update":
      return readFulfillment(body, options);
    case "orders/edited":
      return readEdit(body);
    case "orders/delete":
      return readDeletion(body, options);
    case "customers/data_request":
      return readPayload(body, ShopifyDataRequest, ({ customer, orders_requested }) =>
        privacyRequest("export", customer, orders_requested),
      );
    case "customers/redact":
      return readPayload(body, ShopifyCustomerRedact, ({ customer, orders_to_redact }) =>
        privacyRequest("erase", customer, orders_to_redact),
      );
    case "shop/redact":
      return accept({ type: "privacy", kind: "erase_channel", subject: null });
    case "":
      return reject([{ path: "X-Shopify-Topic", message: "is missing" }]);
    default:
      return ignored("a topic that is not about orders");
  }
}

const privacyRequest = (
  kind: "export" | "erase",
  { email, phone }: Readonly<{ email: string | null; phone: string | null }>,
  externalOrderIds: readonly string[],
): ReadEvent =>
  accept({
    type: "privacy",
    kind,
    subject: { email: email?.toLowerCase() ?? null, phone, externalOrderIds },
  });

const readOrder = (body: Uint8Array, options: ReadOptions, isCreation: boolean): ReadEvent =>
  readPayload(body, ShopifyOrder, (payload) => {
    const order = readShopifyOrder(payload, options);
    return order.ok ? accept({ type: "order", order: order.value, isCreation }) : order;
  });

const readRefund = (body: Uint8Array, { channel, receivedAt }: ReadOptions): ReadEvent =>
  readPayload(body, ShopifyRefundCreated, (payload) => {
    const ofMoney = payload.transactions.flatMap((transaction) => transaction.currency ?? [])[0];
    const code = shopCurrencyOf(payload) ?? ofMoney ?? channel.currency;
    return inCurrency({ code, channel, path: "transactions.0.currency" }, (currency, amounts) => {
      const refund = newRefund(payload, currency, amounts, { path: "", fallbackAt: receivedAt });
      if (amounts.errors.length > 0) return reject(amounts.errors);
      const problems = amounts.problems();
      return accept({ type: "refund", externalOrderId: payload.order_id, currency, refund, problems });
    });
  });

const readFulfillment = (body: Uint8Array, { channel, receivedAt }: ReadOptions): ReadEvent =>
  readPayload(body, ShopifyFulfillmentChanged, (payload) => {
    const fulfillment = newFulfillment(payload, channel, receivedAt);
    return accept({ type: "fulfilled", externalOrderId: payload.order_id, fulfillment });
  });

const readDeletion = (body: Uint8Array, { receivedAt }: ReadOptions): ReadEvent =>
  readPayload(body, ShopifyOrderDeleted, ({ id }) =>
    accept({ type: "deleted", externalOrderId: id, at: receivedAt }),
  );

const readEdit = (body: Uint8Array): ReadEvent =>
  readPayload(body, ShopifyOrderEdited, ({ order_edit: { order_id, staff_note, line_items } }) => {
    const units = (lines: typeof line_items.additions) =>
      lines.reduce((sum, line) => sum + (line.delta ?? 0), 0);
    const changed = `edited: ${units(line_items.additions)} units added, ${units(line_items.removals)} removed`;
    const note = staff_note === null ? changed : `${changed} (${staff_note})`;
    return accept({ type: "edited", externalOrderId: order_id, note });
  });
