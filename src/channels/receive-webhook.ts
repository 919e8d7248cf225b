/**
 * Receives a storefront's callback: verifies it over its raw bytes, reads it, and applies it to its order. Senders
 * repeat, reorder and delay callbacks, so duplicates, unknown topics and stale states are answered as done.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { channelSecrets } from "../catalog/channels";
import type { Channel } from "../catalog/domain/channel";
import type { FieldError } from "../kernel/field-errors";
import { compositeKey, orderIdOf, type OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import type { Alongside } from "../orders/change-order";
import { unknownLocations } from "../orders/domain/fulfilled-locations";
import type { NewFulfillment, NewOrder } from "../orders/domain/new-order";
import { upsertStorefrontOrder } from "../orders/upsert-storefront-order";
import { requestData } from "../privacy/request-data";
import { changeKnownOrder, type KnownOrderEvent } from "./change-known-order";
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import { enqueueEarlyEvent } from "./early-event";
import { enqueueOrderFetch } from "./enqueue-order-fetch";
import { orderFetch } from "./queue-messages";
import {
  appliedStatement,
  inboxRow,
  inboxStatement,
  problemText,
  type CallbackOrigin,
  type AppliedOutcome,
} from "./storage/inbox";
import type { Callback, StorefrontAdapter } from "./storefront-adapter";
import type { StorefrontEvent } from "./storefront-event";

export type Received = Readonly<{
  outcome: "created" | "queued" | "updated" | "requested" | "ignored" | "kept";
  orderId: OrderId | null;
}>;

export type CallbackRejection = Readonly<
  /** Also for an unknown or inactive channel. */
  | { code: "invalid_signature" }
  /** Only if the sender accepts refusals. The body is stored all the same. */
  | { code: "invalid_request"; errors: readonly FieldError[] }
  | { code: "order_not_ready" }
>;

type Outcome = Result<Received, CallbackRejection>;

/** A callback that was verified and read. */
type Delivery = Readonly<{
  channel: Channel;
  adapter: StorefrontAdapter;
  origin: CallbackOrigin;
  body: Uint8Array;
}>;

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
  const delivery = { channel, adapter, origin, body: callback.body };
  const asChannel = { ...context, actor: `channel:${channelId}` };
  const errors = event.ok
    ? unknownLocations(fulfillmentsOf(event.value), locations, "fulfillments")
    : event.rejection;
  if (event.ok && errors.length === 0) return apply(asChannel, delivery, event.value);
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

async function apply(context: ChannelsContext, delivery: Delivery, event: StorefrontEvent): Promise<Outcome> {
  const { channel, origin } = delivery;
  switch (event.type) {
    case "ignored":
      recordIgnored(context, delivery, event.reason);
      return ignored(null);
    case "privacy": {
      const { kind, subject } = event;
      const { channelId, eventId } = origin;
      await requestData(context, { kind, channelId, subject, eventId });
      recordIgnored(context, delivery, `requested: ${kind}`);
      return accept({ outcome: "requested", orderId: null });
    }
    case "changed": {
      const message = orderFetch.message({ ...origin, externalOrderId: event.externalOrderId });
      const orderId = await enqueueOrderFetch(context, message);
      return accept({ outcome: "queued", orderId });
    }
    case "order": {
      const upserted = await upsertStorefrontOrder(context, event.order, {
        channel,
        isCreation: event.isCreation,
        remember: (orderId, outcome) => recordedAs(delivery, orderId, { outcome }),
        whenUnavailable: "queue",
      });
      if (!upserted.ok) return reject({ code: "order_not_ready" });
      if (event.order.refunds.some(({ itemized }) => !itemized))
        await enqueueUnitsOfRefunds(context, delivery, event.order);
      return upserted;
    }
    case "refund":
    case "fulfilled":
    case "edited":
    case "deleted":
      return applyToKnownOrder(context, delivery, event);
  }
}

/** The callback has only the amounts of refunds: a connected storefront returns the order with their units. */
async function enqueueUnitsOfRefunds(
  context: ChannelsContext,
  { channel, origin }: Delivery,
  { externalId }: NewOrder,
): Promise<void> {
  const api = await channelApi(context, channel.id);
  if (!api?.fetchOrder) return;
  const eventId = `${origin.eventId}:units`;
  await enqueueOrderFetch(context, orderFetch.message({ ...origin, eventId, externalOrderId: externalId }));
}

/** Applies an event that does not have the whole order, and so needs one that was created before. */
async function applyToKnownOrder(
  context: ChannelsContext,
  delivery: Delivery,
  event: KnownOrderEvent,
): Promise<Outcome> {
  const orderId = orderIdOf(delivery.channel.id, event.externalOrderId);
  const alongside = recordedAs(delivery, orderId, { outcome: "applied" });
  const changed = await changeKnownOrder(context, orderId, event, { alongside });
  if (changed.ok) return accept({ outcome: "updated", orderId });
  switch (changed.rejection.code) {
    case "order_unknown":
      return orderUnknown(context, delivery, event);
    case "version_conflict":
      return reject({ code: "order_not_ready" });
  }
}

/**
 * The edit of an unknown order is ignored: its next state contains it. Its deletion is remembered. A refund or a
 * fulfillment may be reported only once: the order is fetched, or the sender must repeat it, or it waits for the order.
 */
async function orderUnknown(
  context: ChannelsContext,
  delivery: Delivery,
  event: KnownOrderEvent,
): Promise<Outcome> {
  if (event.type === "edited" || event.type === "deleted") {
    recordIgnored(context, delivery, "no such order yet");
    return ignored(null);
  }
  if (delivery.adapter.acceptsRefusals) return reject({ code: "order_not_ready" });
  const api = await channelApi(context, delivery.channel.id);
  if (api?.fetchOrder) {
    const { externalOrderId } = event;
    const message = orderFetch.message({ ...delivery.origin, externalOrderId });
    return accept({ outcome: "queued", orderId: await enqueueOrderFetch(context, message) });
  }
  const orderId = await enqueueEarlyEvent(context, delivery.origin, event);
  if (orderId !== null) return accept({ outcome: "queued", orderId });
  await keepForStaff(context, delivery, `a ${event.type} event of an order that is not known`);
  return accept({ outcome: "kept", orderId: null });
}

const ignored = (orderId: OrderId | null): Outcome => accept({ outcome: "ignored", orderId });

const recordedAs =
  ({ origin }: Delivery, orderId: OrderId, outcome: AppliedOutcome): Alongside =>
  (db) => [appliedStatement(db, orderId, origin, outcome)];

function recordIgnored(
  { databases, waitUntil }: ChannelsContext,
  { origin }: Delivery,
  problem: string,
): void {
  const row = inboxRow(origin, { outcome: "ignored", problem });
  waitUntil(inboxStatement(databases.primary, row).run());
}

/** Stores the body as text, so that staff can read it. */
async function keepForStaff(
  { databases }: ChannelsContext,
  { origin, body }: Delivery,
  problem: string,
): Promise<void> {
  const row = inboxRow(origin, { outcome: "rejected", problem, body: new TextDecoder().decode(body) });
  await inboxStatement(databases.primary, row).run();
}
