/**
 * What a storefront's callback says. The signature has been checked before: here the topic decides how the
 * body is read, an unknown topic is none of ours, and a body its topic does not allow is named field by field.
 */
import { isCurrency } from "../../kernel/money";
import type { NewOrder } from "../../orders/domain/order";
import type { Channel } from "../../catalog/domain/reference";
import { accept, reject, type Result } from "../../kernel/result";
import { amountReader, type AmountReader } from "./amounts";
import { digestOf, parseJson, shape } from "./body";
import { BigCommerceCallback, changedOrder } from "../bigcommerce/callback";
import { unbookable } from "../../orders/domain/new-order-checks";
import { repeated, toNewOrder, toNewRefund } from "../../orders/canonical-order";
import { CanonicalOrder, CanonicalRefundCreated } from "../../orders/canonical-order-schema";
import { shopifyOrder } from "../shopify/order";
import { ShopifyOrder, ShopifyOrderEdited, ShopifyRefundCreated } from "../shopify/payload";
import { newRefund } from "../shopify/refund";
import type { FieldError } from "../../kernel/field-errors";
import type { BodyInvalid, StorefrontEvent } from "./storefront-event";
import { isDraft, wooOrder } from "../woocommerce/order";
import { WooOrder, WooOrderDeleted } from "../woocommerce/payload";

/** A topic is a part of what is stored and of its key. */
const MAX_TOPIC = 100;

/** An event without what the headers say of it. */
type Said = StorefrontEvent extends infer Event
  ? Event extends StorefrontEvent
    ? Omit<Event, "eventId" | "topic">
    : never
  : never;
type Read = Result<Said, readonly FieldError[]>;

/**
 * Reads a verified callback. `receivedAt` (epoch milliseconds) stands in for times the payload does not
 * tell. Rejects a body that is not UTF-8, not JSON, or not what the provider documents for the topic.
 */
export function readStorefrontEvent(
  channel: Channel,
  headers: Headers,
  body: Uint8Array,
  receivedAt: number,
): Result<StorefrontEvent, BodyInvalid> {
  const { topic, eventId, read } = reader(channel, headers, body, receivedAt);
  const said = read();
  return said.ok
    ? accept({ ...said.value, eventId, topic })
    : reject({ code: "body_invalid", topic, eventId, errors: said.rejection });
}

/**
 * WooCommerce tries a new webhook's address with an unsigned form, `webhook_id=…`, and does not save the
 * webhook unless the answer is 2xx. It says nothing else, so it may be answered without a signature.
 */
export const isWooCommercePing = (body: Uint8Array): boolean =>
  body.length < 40 && /^webhook_id=\d+$/.test(new TextDecoder().decode(body));

type Reader = Readonly<{ topic: string; eventId: string; read: () => Read }>;

function reader(channel: Channel, headers: Headers, body: Uint8Array, receivedAt: number): Reader {
  switch (channel.kind) {
    case "shopify": {
      const topic = (headers.get("x-shopify-topic") ?? "").toLowerCase().slice(0, MAX_TOPIC);
      // One action of the merchant has one event id in all topics and for all orders it touches, so that
      // the id alone would drop orders: topic and body belong to it.
      const id = headers.get("x-shopify-event-id") ?? headers.get("x-shopify-webhook-id");
      const eventId = [topic, ...(id ? [id.slice(0, 100)] : []), digestOf(body)].join(":");
      const isTest = headers.get("x-shopify-test") === "true";
      return {
        topic,
        eventId,
        read: () => (isTest ? ignore("a test notification") : readShopify(channel, topic, body, receivedAt)),
      };
    }
    case "woocommerce": {
      const topic = (headers.get("x-wc-webhook-topic") ?? "").slice(0, MAX_TOPIC);
      // Its delivery id is a hash of the webhook and the second: two orders in one second share it.
      const eventId = `${topic}:${digestOf(body)}`;
      return { topic, eventId, read: () => readWooCommerce(channel, topic, body, receivedAt) };
    }
    case "bigcommerce":
      return bigCommerceReader(headers, body);
    case "generic":
      return genericReader(channel, headers, body, receivedAt);
  }
}

/** Its topic is the scope in the body, which is signed. */
function bigCommerceReader(headers: Headers, body: Uint8Array): Reader {
  const parsed = parseJson(body);
  const shaped = parsed.ok ? shape(BigCommerceCallback, parsed.value) : parsed;
  const topic = shaped.ok ? shaped.value.scope.slice(0, MAX_TOPIC) : "";
  const eventId = [headers.get("webhook-id")?.slice(0, 200), digestOf(body)].join(":");
  const read = (): Read => {
    if (!shaped.ok) return shaped;
    const externalOrderId = changedOrder(shaped.value);
    return externalOrderId === null
      ? ignore("a topic that changes no order")
      : accept({ type: "changed", externalOrderId });
  };
  return { topic, eventId, read };
}

function readShopify(channel: Channel, topic: string, body: Uint8Array, receivedAt: number): Read {
  switch (topic) {
    case "orders/create":
    case "orders/paid":
    case "orders/updated":
    case "orders/cancelled":
      return payloadOf(body, ShopifyOrder, (payload) => {
        const told = payload.currency ?? payload.total_price_set?.currency_code ?? channel.currency;
        return inCurrency(told, "currency", (currency, amounts) =>
          order(shopifyOrder(payload, channel.id, currency, amounts, receivedAt), "line_items", amounts),
        );
      });
    case "refunds/create":
      return payloadOf(body, ShopifyRefundCreated, (payload) => {
        const told = payload.refund_line_items.flatMap((line) => line.subtotal_set?.currency_code ?? [])[0];
        const paid = payload.transactions.flatMap((transaction) => transaction.currency ?? [])[0];
        return inCurrency(
          told ?? paid ?? channel.currency,
          "transactions.0.currency",
          (currency, amounts) => {
            const refund = newRefund(payload, currency, amounts, "", receivedAt);
            if (amounts.errors.length > 0) return reject(amounts.errors);
            const problems = amounts.problems();
            return accept({ type: "refund", externalOrderId: payload.order_id, currency, refund, problems });
          },
        );
      });
    case "orders/edited":
      return payloadOf(body, ShopifyOrderEdited, ({ order_edit: { order_id, staff_note, line_items } }) => {
        const units = (lines: typeof line_items.additions) =>
          lines.reduce((sum, line) => sum + (line.delta ?? 0), 0);
        const changed = `edited: ${units(line_items.additions)} units added, ${units(line_items.removals)} removed`;
        const note = staff_note === null ? changed : `${changed} (${staff_note})`;
        return accept({ type: "edited", externalOrderId: order_id, note });
      });
    case "":
      return reject([{ path: "X-Shopify-Topic", message: "is missing" }]);
    default:
      return ignore("a topic that is not about orders");
  }
}

function readWooCommerce(channel: Channel, topic: string, body: Uint8Array, receivedAt: number): Read {
  if (isWooCommercePing(body)) return ignore("a ping");
  switch (topic) {
    case "order.created":
    case "order.updated":
      return payloadOf(body, WooOrder, (payload) => {
        if (isDraft(payload)) return ignore("a checkout that is not placed yet");
        return inCurrency(payload.currency ?? channel.currency, "currency", (currency, amounts) =>
          order(wooOrder(payload, channel.id, currency, amounts, receivedAt), "line_items", amounts),
        );
      });
    case "order.deleted":
      return payloadOf(body, WooOrderDeleted, ({ id }) =>
        accept({ type: "deleted", externalOrderId: id, at: receivedAt }),
      );
    case "":
      return reject([{ path: "X-WC-Webhook-Topic", message: "is missing" }]);
    default:
      return ignore("a topic that is not about orders");
  }
}

/**
 * The topic is in the Standard Webhooks envelope, `{ type, timestamp, data }`, or in the header
 * `webhook-topic`; a bare canonical order is one that was created. The header is not signed: what it calls
 * cancelled must say so itself.
 */
function genericReader(channel: Channel, headers: Headers, body: Uint8Array, receivedAt: number): Reader {
  const parsed = parseJson(body);
  const envelope = parsed.ok && isEnvelope(parsed.value) ? parsed.value : null;
  const told = envelope?.type ?? headers.get("webhook-topic") ?? "order.created";
  const topic = told.slice(0, MAX_TOPIC);
  const eventId = headers.get("webhook-id")?.slice(0, 200) ?? `${topic}:${digestOf(body)}`;
  const read = (): Read => {
    if (!parsed.ok) return parsed;
    const payload = envelope === null ? parsed.value : envelope.data;
    const prefix = envelope === null ? "" : "data.";
    const said = readGeneric(channel, { topic, isSigned: envelope !== null }, payload, receivedAt);
    return said.ok
      ? said
      : reject(said.rejection.map(({ path, message }) => ({ path: prefix + path, message })));
  };
  return { topic, eventId, read };
}

function readGeneric(
  channel: Channel,
  { topic, isSigned }: Readonly<{ topic: string; isSigned: boolean }>,
  payload: unknown,
  receivedAt: number,
): Read {
  switch (topic) {
    case "order.created":
    case "order.updated":
    case "order.cancelled": {
      const shaped = shape(CanonicalOrder, payload);
      if (!shaped.ok) return shaped;
      // Unlike an order that asks to be taken, this one is sold: its currency is not to be argued with.
      const sold = { id: channel.id, currency: shaped.value.currency };
      const mapped = toNewOrder(sold, shaped.value);
      if (!mapped.ok) return reject(mapped.rejection.errors);
      // A change that does not say when it was made is as new as its callback.
      const isUndated = topic !== "order.created" && shaped.value.updatedAt === undefined;
      const storefrontUpdatedAt = isUndated ? receivedAt : mapped.value.storefrontUpdatedAt;
      const { cancelledAt } = mapped.value;
      if (topic === "order.cancelled" && cancelledAt === null && !isSigned) {
        return reject([{ path: "cancelledAt", message: "is missing, and the topic is not signed" }]);
      }
      const ended = topic === "order.cancelled" ? (cancelledAt ?? storefrontUpdatedAt) : cancelledAt;
      return accept({ type: "order", order: { ...mapped.value, storefrontUpdatedAt, cancelledAt: ended } });
    }
    case "refund.created": {
      const shaped = shape(CanonicalRefundCreated, payload);
      if (!shaped.ok) return shaped;
      const refund = toNewRefund(shaped.value, channel.currency);
      if (!refund.ok) return reject(refund.rejection.errors);
      const { externalOrderId, currency = channel.currency } = shaped.value;
      return accept({ type: "refund", externalOrderId, currency, refund: refund.value, problems: [] });
    }
    default:
      return ignore("a topic that is not about orders");
  }
}

function isEnvelope(value: unknown): value is { type: string; data: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string" &&
    "data" in value
  );
}

const ignore = (reason: string): Read => accept({ type: "ignored", reason });

function payloadOf<Schema extends Parameters<typeof shape>[0]>(
  body: Uint8Array,
  schema: Schema,
  map: (payload: Schema["_zod"]["output"]) => Read,
): Read {
  const parsed = parseJson(body);
  if (!parsed.ok) return parsed;
  const shaped = shape(schema, parsed.value);
  return shaped.ok ? map(shaped.value) : shaped;
}

function inCurrency(
  told: string,
  path: string,
  map: (currency: string, amounts: AmountReader) => Read,
): Read {
  const currency = told.toUpperCase();
  return isCurrency(currency)
    ? map(currency, amountReader(currency))
    : reject([{ path, message: `${told} is no currency` }]);
}

function order(mapped: NewOrder, linesPath: string, amounts: AmountReader): Read {
  for (const i of repeated(mapped.lines)) amounts.refuse(`${linesPath}.${i}.id`, "is there twice");
  for (const message of unbookable(mapped)) amounts.refuse(linesPath, message);
  return amounts.errors.length > 0 ? reject(amounts.errors) : accept({ type: "order", order: mapped });
}
