/**
 * Reads WooCommerce's webhooks. The topic is in a header.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks, as of November 2026.
 */
import { accept, reject } from "../../kernel/result";
import { digestOf } from "../shared/body";
import {
  ignored,
  inCurrency,
  readableOrder,
  readPayload,
  topicFrom,
  type ReadEvent,
} from "../shared/read-payload";
import type { CallbackReader, ReadOptions } from "../storefront-adapter";
import { isDraft, wooOrder } from "./order";
import { WooOrder, WooOrderDeleted } from "./payload";

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

const readOrder = (body: Uint8Array, { channel, receivedAt }: ReadOptions, isCreation: boolean): ReadEvent =>
  readPayload(body, WooOrder, (payload) => {
    if (isDraft(payload)) return ignored("a checkout that is not placed yet");
    return inCurrency(
      { code: payload.currency ?? channel.currency, channel, path: "currency" },
      (currency, amounts) => {
        const mapped = wooOrder(payload, { channelId: channel.id, currency, receivedAt }, amounts);
        const order = readableOrder(mapped, "line_items", amounts);
        return order.ok ? accept({ type: "order", order: order.value, isCreation }) : order;
      },
    );
  });
