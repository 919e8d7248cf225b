/**
 * Receives a storefront's callback: verifies it over its raw bytes, reads it, and applies it to its order. Senders
 * repeat, reorder and delay callbacks, so duplicates, unknown topics and stale states are answered as done. A large one is
 * kept first and applied from the intake queue.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { channelSecrets } from "../catalog/channels";
import { compositeKey } from "../kernel/ids";
import { accept, reject } from "../kernel/result";
import { unknownLocations } from "../orders/domain/fulfilled-locations";
import type { NewFulfillment } from "../orders/domain/new-order";
import { applyCallback, ignored, keepForStaff, type Delivery, type Outcome } from "./apply-callback";
import type { ChannelsContext } from "./context";
import { isLarge, keepFirst } from "./large-callbacks";
import { problemText } from "./storage/inbox";
import type { Callback } from "./storefront-adapter";
import type { StorefrontEvent } from "./storefront-event";

/**
 * Rejects a wrong signature, and what the sender must correct or repeat. A callback to an unknown or inactive channel is
 * answered like one with a wrong signature, after the same work, so that nobody can find out which channels exist.
 */
export async function receiveWebhook(
  context: ChannelsContext,
  channelId: string,
  callback: Callback,
): Promise<Outcome> {
  const { storefronts } = context;
  if (storefronts.isPing(callback.body)) return ignored(null);
  const { channels, locations } = await context.reference();
  const channel = channels.get(channelId);
  const adapter = channel ? storefronts.adapterOf(channel.kind) : storefronts.adapterForUnknown(channelId);
  const secrets = await channelSecrets(context, channelId);
  const receivedAt = context.now();
  const isSigned = adapter.verify(callback, withDecoys(context, channelId, secrets), receivedAt);
  if (!channel?.active || !isSigned) return reject({ code: "invalid_signature" });

  const { topic, eventId, event } = adapter.read(callback, { channel, receivedAt });
  const origin = { channelId, eventId, topic, receivedAt };
  const delivery: Delivery = { channel, adapter, origin, body: callback.body, whenUnavailable: "queue" };
  const asChannel = { ...context, actor: `channel:${channelId}` };
  const errors = event.ok
    ? unknownLocations(fulfillmentsOf(event.value), locations, "fulfillments")
    : event.rejection;
  if (event.ok && errors.length === 0) {
    return isLarge(context, callback.body, event.value)
      ? keepFirst(asChannel, origin, event.value)
      : applyCallback(asChannel, delivery, event.value);
  }
  await keepForStaff(asChannel, delivery, problemText(errors));
  if (adapter.acceptsRefusals) return reject({ code: "invalid_request", errors });
  return accept({ outcome: "kept", orderId: null });
}

/** A channel has two secrets during a rotation. */
const MAX_SECRETS = 2;

/** As many secrets for each channel, known or not, so that its callbacks take the same time. Nobody knows the added ones. */
function withDecoys(
  { config }: ChannelsContext,
  channelId: string,
  secrets: readonly string[],
): readonly string[] {
  const decoys = Array.from({ length: MAX_SECRETS - secrets.length }, (_, i) => {
    const purpose = compositeKey("webhook-decoy", channelId, i);
    const bytes = hmac(sha256, utf8ToBytes(config.secretsEncryptionKey), utf8ToBytes(purpose));
    return btoa(String.fromCharCode(...bytes));
  });
  return [...secrets, ...decoys];
}

const fulfillmentsOf = (event: StorefrontEvent): readonly NewFulfillment[] => {
  if (event.type === "order") return event.order.fulfilled;
  return event.type === "fulfilled" ? [event.fulfillment] : [];
};
