/** Reads callbacks in the canonical form, alone or in the Standard Webhooks envelope `{ type, timestamp, data }`. */
import type { Channel } from "../../catalog/domain/channel";
import { currencyOfChannel } from "../../kernel/money";
import { accept, reject } from "../../kernel/result";
import { toNewOrder, toNewRefund } from "../../orders/canonical-order";
import {
  CanonicalOrderAsSent,
  CanonicalOrderDeleted,
  CanonicalRefundCreated,
} from "../../orders/canonical-order-schema";
import { digestOf, parseJson, shape } from "../shared/body";
import { mendOrder } from "../shared/mend-order";
import { ignored, topicFrom, type ReadEvent } from "../shared/read-payload";
import type { CallbackReader, ReadOptions } from "../storefront-adapter";

const MAX_ID = 200;

/** The topic is in the envelope, or in the header `webhook-topic`; an order without a topic is one that was created. */
export const readGenericCallback: CallbackReader = ({ headers, body }, options) => {
  const parsed = parseJson(body);
  const envelope = parsed.ok && isEnvelope(parsed.value) ? parsed.value : null;
  const topic = topicFrom(envelope?.type ?? headers.get("webhook-topic") ?? "order.created");
  const eventId = headers.get("webhook-id")?.slice(0, MAX_ID) ?? `${topic}:${digestOf(body)}`;
  if (!parsed.ok) return { topic, eventId, event: parsed };
  const event =
    envelope === null
      ? readEvent({ topic, isSigned: false }, parsed.value, options)
      : inEnvelope(readEvent({ topic, isSigned: true }, envelope.data, options));
  return { topic, eventId, event };
};

const inEnvelope = (event: ReadEvent): ReadEvent =>
  event.ok ? event : reject(event.rejection.map(({ path, message }) => ({ path: `data.${path}`, message })));

/** `isSigned`: the signature covers the body, and so an envelope's topic, but not a header's. */
type Topic = Readonly<{ topic: string; isSigned: boolean }>;

function readEvent(from: Topic, payload: unknown, options: ReadOptions): ReadEvent {
  switch (from.topic) {
    case "order.created":
    case "order.updated":
    case "order.cancelled":
    case "order.restored":
      return readOrder(from, payload, options);
    case "order.deleted":
      return readDeletion(payload);
    case "refund.created":
      return readRefund(payload, options.channel);
    default:
      return ignored("a topic that is not about orders");
  }
}

function readOrder({ topic, isSigned }: Topic, payload: unknown, { channel, receivedAt }: ReadOptions) {
  const shaped = shape(CanonicalOrderAsSent, payload);
  if (!shaped.ok) return shaped;
  // The order is sold already, in whichever currency: it cannot be rejected for not being in the channel's.
  const currency = currencyOfChannel(shaped.value.currency, channel.currency) ?? channel.currency;
  const mapped = toNewOrder({ id: channel.id, currency }, shaped.value, { isSold: true });
  if (!mapped.ok) return reject(mapped.rejection.errors);
  const isCreation = topic === "order.created";
  // A change without a time of its own is as new as its callback.
  const isUndated = !isCreation && shaped.value.updatedAt === undefined;
  const storefrontUpdatedAt = isUndated ? receivedAt : mapped.value.storefrontUpdatedAt;
  const { cancelledAt } = mapped.value;
  // Somebody may have changed an unsigned header: then only the body can cancel.
  if (topic === "order.cancelled" && cancelledAt === null && !isSigned) {
    return reject([{ path: "cancelledAt", message: "is missing, and the topic is not signed" }]);
  }
  const ended = topic === "order.cancelled" ? (cancelledAt ?? storefrontUpdatedAt) : cancelledAt;
  const order = { ...mendOrder(mapped.value, "lines"), storefrontUpdatedAt, cancelledAt: ended };
  return accept({ type: "order" as const, order, isCreation });
}

function readDeletion(payload: unknown): ReadEvent {
  const shaped = shape(CanonicalOrderDeleted, payload);
  if (!shaped.ok) return shaped;
  const { externalOrderId, deletedAt } = shaped.value;
  return accept({ type: "deleted", externalOrderId, at: Date.parse(deletedAt) });
}

function readRefund(payload: unknown, channel: Pick<Channel, "currency">): ReadEvent {
  const shaped = shape(CanonicalRefundCreated, payload);
  if (!shaped.ok) return shaped;
  const refund = toNewRefund(shaped.value, channel.currency);
  if (!refund.ok) return reject(refund.rejection.errors);
  const { externalOrderId } = shaped.value;
  const currency = currencyOfChannel(shaped.value.currency ?? channel.currency, channel.currency)!;
  return accept({ type: "refund", externalOrderId, currency, refund: refund.value, problems: [] });
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
