/**
 * Fetches an order that a storefront reported as changed, and imports it. One batch of messages fetches an order once,
 * however many callbacks reported it: all of them are older than the fetch. If a storefront does not answer, it is
 * called for one order of the batch only, and its other orders wait as well.
 */
import type { Channel } from "../catalog/domain/channel";
import { orderIdOf, type OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { changeOrder } from "../orders/change-order";
import { decideNewHold } from "../orders/domain/holds/place-hold";
import type { NewOrder } from "../orders/domain/new-order";
import { hasOpenUnits } from "../orders/domain/order";
import { upsertStorefrontOrder } from "../orders/upsert-storefront-order";
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import type { OrderFetchMessage } from "./queue-messages";
import {
  appliedStatement,
  inboxRow,
  inboxStatement,
  problemText,
  type AppliedOutcome,
  type InboxOutcome,
} from "./storage/inbox";
import type { FetchRejection } from "./storefront-api";

/** Every rejection may be gone later. */
export type ImportRejection = Readonly<
  | Extract<FetchRejection, { code: "storefront_away" | "answer_unusable" }>
  | { code: "channel_not_connected"; channelId: string }
  | { code: "version_conflict" }
>;

type Imported = Result<(AppliedOutcome | InboxOutcome)["outcome"], ImportRejection>;

export type OrderImporter = (message: OrderFetchMessage) => Promise<Imported>;

/** An importer for one batch of messages. */
export function createOrderImporter(context: ChannelsContext): OrderImporter {
  const done = new Set<OrderId>();
  const away = new Map<string, Imported>();
  return async (message) => {
    const orderId = orderIdOf(message.channelId, message.externalOrderId);
    if (done.has(orderId)) {
      return recordOutcome(context, message, {
        outcome: "ignored",
        problem: "fetched with another callback",
      });
    }
    const waiting = away.get(message.channelId);
    if (waiting) return waiting;
    const imported = await importOrder(context, orderId, message);
    if (imported.ok) done.add(orderId);
    else if (imported.rejection.code === "storefront_away") away.set(message.channelId, imported);
    return imported;
  };
}

async function importOrder(
  context: ChannelsContext,
  orderId: OrderId,
  message: OrderFetchMessage,
): Promise<Imported> {
  const { channelId, externalOrderId } = message;
  const channel = (await context.reference()).channels.get(channelId);
  const api = await channelApi(context, channelId);
  if (!channel || !api?.fetchOrder) return reject({ code: "channel_not_connected", channelId });
  const asChannel = { ...context, actor: `channel:${channelId}` };
  const fetched = await api.fetchOrder(externalOrderId, { channel, fetchedAt: context.now() });
  if (!fetched.ok) return notFetched(asChannel, orderId, message, fetched.rejection);
  if (fetched.value.type === "ignored") {
    return recordOutcome(context, message, { outcome: "ignored", problem: fetched.value.reason });
  }
  return upsert(asChannel, channel, message, fetched.value.order);
}

async function upsert(
  context: ChannelsContext,
  channel: Channel,
  message: OrderFetchMessage,
  order: NewOrder,
): Promise<Imported> {
  const upserted = await upsertStorefrontOrder(context, order, {
    channel,
    isCreation: false,
    remember: (id, outcome) => (db) => [appliedStatement(db, id, message, { outcome })],
    whenUnavailable: "throw",
  });
  return upserted.ok ? accept("applied") : reject({ code: "version_conflict" });
}

async function notFetched(
  context: ChannelsContext,
  orderId: OrderId,
  message: OrderFetchMessage,
  rejection: FetchRejection,
): Promise<Imported> {
  switch (rejection.code) {
    case "storefront_away":
    case "answer_unusable":
      return reject(rejection);
    case "order_gone":
      return holdGoneOrder(context, orderId, message);
    case "order_unreadable": {
      const body = JSON.stringify(rejection.response);
      const problem = problemText(rejection.errors);
      return recordOutcome(context, message, { outcome: "rejected", problem, body });
    }
  }
}

/** An order that is missing at the storefront may have been deleted by mistake: staff must look before it is sent. */
async function holdGoneOrder(
  context: ChannelsContext,
  orderId: OrderId,
  message: OrderFetchMessage,
): Promise<Imported> {
  const hold = { code: "held_at_storefront", detail: "The storefront has no such order any more." } as const;
  const placed = { now: context.now(), by: context.actor };
  const outcome = { outcome: "applied", problem: hold.detail } as const;
  const changed = await changeOrder<never>(
    context,
    orderId,
    (order) => accept(hasOpenUnits(order) ? decideNewHold(order, hold, placed) : []),
    { alongside: (db) => [appliedStatement(db, orderId, message, outcome)] },
  );
  if (changed.ok) return accept("applied");
  if (changed.rejection.code === "version_conflict") return reject({ code: "version_conflict" });
  return recordOutcome(context, message, { outcome: "ignored", problem: "no such order" });
}

async function recordOutcome(
  context: ChannelsContext,
  message: OrderFetchMessage,
  outcome: InboxOutcome,
): Promise<Imported> {
  await inboxStatement(context.databases.primary, inboxRow(message, outcome)).run();
  return accept(outcome.outcome);
}
