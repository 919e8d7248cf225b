/**
 * A storefront's callback: verified over its raw bytes, read, and brought to bear on the order it speaks
 * of. Senders repeat, shuffle and delay, and punish any refusal, so whatever is theirs to repeat is
 * answered as done: duplicates, topics nobody asked for, states older than the one we have.
 */
import { verifyStorefront } from "./storefronts/signatures";
import { isWooCommercePing, readStorefrontEvent } from "./storefronts/storefront";
import type { FieldError } from "../kernel/field-errors";
import type { StorefrontEvent } from "./storefronts/storefront-event";
import type { ChannelsContext } from "./context";
import { orderIdOf, type OrderId } from "../kernel/ids";
import type { Channel } from "../catalog/domain/reference";
import { accept, reject, type Result } from "../kernel/result";
import { channelSecrets } from "../catalog/channels";
import { orderFetch } from "./queue-messages";
import { inboxStatement, type InboxRow } from "./storage/inbox";
import { addNote } from "../orders/add-note";
import { cancelOrder } from "../orders/cancel-order";
import { enqueueOrderFetch } from "./enqueue-order-fetch";
import { recordRefund } from "../orders/apply-storefront-update";
import { upsertStorefrontOrder } from "../orders/upsert-storefront-order";

export type Callback = Readonly<{ channelId: string; headers: Headers; body: Uint8Array }>;

export type Received = Readonly<{
  outcome: "created" | "queued" | "updated" | "ignored" | "kept";
  orderId: OrderId | null;
}>;

export type CallbackRejection = Readonly<
  | { code: "channel_unknown"; channelId: string }
  | { code: "invalid_signature" }
  /** Only where the sender wants to be told; the body is kept all the same. */
  | { code: "invalid_request"; errors: readonly FieldError[] }
  | { code: "order_not_ready" }
>;

export async function receiveWebhook(
  context: ChannelsContext,
  { channelId, headers, body }: Callback,
): Promise<Result<Received, CallbackRejection>> {
  const channel = (await context.reference()).channels.get(channelId);
  if (!channel?.active) return reject({ code: "channel_unknown", channelId });
  // WooCommerce asks, unsigned, whether anybody is there before it saves a webhook.
  if (channel.kind === "woocommerce" && isWooCommercePing(body)) {
    return accept({ outcome: "ignored", orderId: null });
  }
  const secrets = await channelSecrets(context, channelId);
  const receivedAt = context.now();
  if (!verifyStorefront(channel.kind, secrets, headers, body, receivedAt)) {
    return reject({ code: "invalid_signature" });
  }
  const asChannel = { ...context, actor: `channel:${channelId}` };
  const read = readStorefrontEvent(channel, headers, body, receivedAt);
  if (!read.ok) {
    const { topic, eventId, errors } = read.rejection;
    const problem = errors.map(({ path, message }) => `${path} ${message}`).join("; ");
    await keep(asChannel, { channelId, topic, eventId, problem, receivedAt, body });
    // The others stop sending to an address that keeps refusing, so they are told all is well.
    if (channel.kind === "generic") return reject({ code: "invalid_request", errors });
    return accept({ outcome: "kept", orderId: null });
  }
  return apply(asChannel, channel, read.value, receivedAt, body);
}

async function apply(
  context: ChannelsContext,
  channel: Channel,
  event: StorefrontEvent,
  receivedAt: number,
  body: Uint8Array,
): Promise<Result<Received, CallbackRejection>> {
  const { eventId, topic } = event;
  const row: RowOf = (orderId, outcome, problem = null) => ({
    channelId: channel.id,
    eventId,
    topic,
    receivedAt,
    orderId,
    outcome,
    problem,
    body: null,
  });
  if (event.type === "ignored") {
    context.waitUntil(inboxStatement(context.databases.primary, row(null, "ignored", event.reason)).run());
    return accept({ outcome: "ignored", orderId: null });
  }
  if (event.type === "changed") {
    const { externalOrderId } = event;
    const said = { channelId: channel.id, externalOrderId, eventId, topic, receivedAt };
    const orderId = await enqueueOrderFetch(context, orderFetch.message(said));
    return accept({ outcome: "queued", orderId });
  }
  if (event.type === "order") {
    const taken = await upsertStorefrontOrder(context, event.order, {
      channel,
      isCreation: topic === "orders/create" || topic === "order.created",
      remember: (orderId, outcome) => (db) => [inboxStatement(db, row(orderId, outcome))],
      whenUnavailable: "queue",
    });
    return taken.ok ? taken : reject({ code: "order_not_ready" });
  }
  return aboutKnownOrder(context, channel, event, row, body);
}

type RowOf = (orderId: OrderId | null, outcome: InboxRow["outcome"], problem?: string | null) => InboxRow;

/** What only speaks of an order that the storefront told before. */
async function aboutKnownOrder(
  context: ChannelsContext,
  channel: Channel,
  event: Extract<StorefrontEvent, { type: "refund" | "edited" | "deleted" }>,
  row: RowOf,
  body: Uint8Array,
): Promise<Result<Received, CallbackRejection>> {
  const orderId = orderIdOf(channel.id, event.externalOrderId);
  const options = { alongside: (db: D1Database) => [inboxStatement(db, row(orderId, "applied"))] };
  const outcome =
    event.type === "refund"
      ? await recordRefund(context, orderId, event, options)
      : event.type === "edited"
        ? await addNote(context, orderId, event.note, options)
        : await cancelOrder(context, orderId, { units: "all", reason: "Deleted at the storefront" }, options);
  if (outcome.ok) return accept({ outcome: "updated", orderId });
  switch (outcome.rejection.code) {
    // What it speaks of has not come yet. The order's next state brings it; where a sender tells a refund only
    // once, it is asked to repeat it.
    case "order_unknown": {
      if (event.type === "refund" && channel.kind === "generic") return reject({ code: "order_not_ready" });
      if (event.type !== "refund") {
        context.waitUntil(
          inboxStatement(context.databases.primary, row(null, "ignored", "no such order")).run(),
        );
        return accept({ outcome: "ignored", orderId: null });
      }
      const problem = "a refund of an order that has not come";
      await keep(context, { ...row(null, "rejected"), problem, body });
      return accept({ outcome: "kept", orderId: null });
    }
    case "version_conflict":
      return reject({ code: "order_not_ready" });
    // Nothing left to cancel: it is as the sender wants it.
    case "nothing_to_cancel":
    case "line_unknown":
    case "quantity_not_open":
      return accept({ outcome: "ignored", orderId });
  }
}

type Kept = Readonly<{
  channelId: string;
  topic: string;
  eventId: string;
  problem: string;
  receivedAt: number;
  body: Uint8Array;
}>;

/** As text where it is text, so that staff can read it. */
async function keep(context: ChannelsContext, { body, ...kept }: Kept): Promise<void> {
  const text = new TextDecoder().decode(body);
  const row: InboxRow = { ...kept, orderId: null, outcome: "rejected", body: text };
  await inboxStatement(context.databases.primary, row).run();
}
