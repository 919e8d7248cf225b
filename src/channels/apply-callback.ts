/** Applies a callback that was verified and read to its order: at once, or from the intake queue. */
import type { Channel } from "../catalog/domain/channel";
import type { FieldError } from "../kernel/field-errors";
import { orderIdOf, type OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import type { Alongside } from "../orders/change-order";
import type { NewOrder } from "../orders/domain/new-order";
import { upsertStorefrontOrder, type UpsertOptions } from "../orders/upsert-storefront-order";
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
  type AppliedOutcome,
  type CallbackOrigin,
} from "./storage/inbox";
import type { StorefrontAdapter } from "./storefront-adapter";
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

export type Outcome = Result<Received, CallbackRejection>;

/** A callback that was verified and read. */
export type Delivery = Readonly<{
  channel: Channel;
  adapter: StorefrontAdapter;
  origin: CallbackOrigin;
  /** For staff, if it cannot be applied. */
  body: Uint8Array;
  /** Whether an order may be queued if its database is away; the queue's own consumer retries instead. */
  whenUnavailable: UpsertOptions["whenUnavailable"];
}>;

export async function applyCallback(
  context: ChannelsContext,
  delivery: Delivery,
  event: StorefrontEvent,
): Promise<Outcome> {
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
        whenUnavailable: delivery.whenUnavailable,
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

export const ignored = (orderId: OrderId | null): Outcome => accept({ outcome: "ignored", orderId });

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
export async function keepForStaff(
  { databases }: ChannelsContext,
  { origin, body }: Delivery,
  problem: string,
): Promise<void> {
  const row = inboxRow(origin, { outcome: "rejected", problem, body: new TextDecoder().decode(body) });
  await inboxStatement(databases.primary, row).run();
}
