/**
 * Reads WooCommerce's webhooks. The topic is in a header.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks, as of November 2026.
 */
import { accept, reject } from "../../kernel/result";
import { digestOf, parseJson } from "../shared/body";
import { ignored, readPayload, topicFrom, type ReadEvent } from "../shared/read-payload";
import type { CallbackReader, ReadOptions } from "../storefront-adapter";
import { WooOrderDeleted } from "./payload";
import { readWooOrder } from "./read-order";

/**
 * WooCommerce tests a new webhook's address with an unsigned form, `webhook_id=…`, and does not save the webhook
 * unless the answer is 2xx. The form carries nothing else, so it is safe to answer it without a signature.
 */
export const isWooCommercePing = (body: Uint8Array): boolean =>
  body.length < 40 && /^webhook_id=\d+$/.test(new TextDecoder().decode(body));

export const readWooCommerceCallback: CallbackReader = ({ headers, body }, options) => {
  const topic = topicFrom(headers.get("x-wc-webhook-topic"));
  // The delivery id is a hash of the webhook and the second: two orders of one second share it.
  const eventId = `${topic}:${digestOf(body)}`;
  const event = isWooCommercePing(body) ? ignored("a ping") : readEvent(topic, body, options);
  return { topic, eventId, event };
};

function readEvent(topic: string, body: Uint8Array, options: ReadOptions): ReadEvent {
  switch (topic) {
    case "order.created":
    case "order.updated":
    case "order.restored":
      return readOrder(body, options, topic === "order.created");
    case "order.deleted":
      return readPayload(body, WooOrderDeleted, ({ id }) =>
        accept({ type: "deleted", externalOrderId: id, at: options.receivedAt }),
      );
    case "":
      return reject([{ path: "X-WC-Webhook-Topic", message: "is missing" }]);
    default:
      return ignored("a topic that is not about orders");
  }
}

function readOrder(body: Uint8Array, { channel, receivedAt }: ReadOptions, isCreation: boolean): ReadEvent {
  const parsed = parseJson(body);
  if (!parsed.ok) return parsed;
  const read = readWooOrder(parsed.value, { channel, at: receivedAt, refunds: null });
  if (!read.ok) return read;
  return accept(read.value.type === "order" ? { ...read.value, isCreation } : read.value);
}
