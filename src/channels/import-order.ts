/**
 * An order that a storefront said has changed, fetched from its API and taken in. However many callbacks a batch
 * brings of one order, it is fetched once: all of them came before. A storefront that does not answer is asked
 * for one of a batch's orders, and the others wait with it.
 */
import type { FetchRejection } from "./ports";
import { readFetchedOrder } from "./bigcommerce/order";
import type { ChannelsContext } from "./context";
import { decideNewHold } from "../orders/domain/holds";
import { orderIdOf, type OrderId } from "../kernel/ids";
import type { OrderFetchMessage } from "./queue-messages";
import { hasOpenUnits } from "../orders/domain/order";
import { accept, reject, type Result } from "../kernel/result";
import { channelConnection } from "./channel-connections";
import { inboxStatement, type InboxRow } from "./storage/inbox";
import { changeOrder } from "../orders/change-order";
import { upsertStorefrontOrder } from "../orders/upsert-storefront-order";

export type FetchOrderRejection = Readonly<
  | Exclude<FetchRejection, { code: "order_gone" }>
  | { code: "channel_not_connected"; channelId: string }
  | { code: "version_conflict" }
>;

/** What became of the order, as the inbox tells it. */
type Outcome = Pick<InboxRow, "outcome" | "problem" | "body">;
type Fetched = Result<InboxRow["outcome"], FetchOrderRejection>;

export type OrderImporter = (message: OrderFetchMessage) => Promise<Fetched>;

export function createOrderImporter(context: ChannelsContext): OrderImporter {
  const done = new Set<OrderId>();
  const away = new Map<string, Fetched>();
  return async (message) => {
    const orderId = orderIdOf(message.channelId, message.externalOrderId);
    if (done.has(orderId)) return remembered(context, message, plainly("ignored", "fetched with another"));
    const waiting = away.get(message.channelId);
    if (waiting) return waiting;
    const fetched = await fetchOrder(context, orderId, message);
    if (fetched.ok) done.add(orderId);
    else if (fetched.rejection.code === "storefront_away") away.set(message.channelId, fetched);
    return fetched;
  };
}

async function fetchOrder(
  context: ChannelsContext,
  orderId: OrderId,
  message: OrderFetchMessage,
): Promise<Fetched> {
  const { channelId, externalOrderId } = message;
  const channel = (await context.reference()).channels.get(channelId);
  const connection = await channelConnection(context, channelId);
  if (!channel || connection?.kind !== "bigcommerce") {
    return reject({ code: "channel_not_connected", channelId });
  }
  const asChannel = { ...context, actor: `channel:${channelId}` };
  const fetchedAt = context.now();
  const fetched = await context.fetchOrder(connection, externalOrderId);
  if (!fetched.ok) {
    return fetched.rejection.code === "order_gone"
      ? orderGone(asChannel, orderId, message)
      : reject(fetched.rejection);
  }
  const read = readFetchedOrder(channel, fetched.value, fetchedAt);
  if (!read.ok) {
    const problem = read.rejection.map(({ path, message: what }) => `${path} ${what}`).join("; ");
    const body = JSON.stringify(fetched.value);
    return remembered(context, message, { outcome: "rejected", problem, body });
  }
  if (read.value.type === "ignored") {
    return remembered(context, message, plainly("ignored", read.value.reason));
  }
  const taken = await upsertStorefrontOrder(asChannel, read.value.order, {
    channel,
    isCreation: false,
    remember: (id, outcome) => (db) => [inboxStatement(db, rowOf(message, id, plainly(outcome, null)))],
    whenUnavailable: "throw",
  });
  return taken.ok ? accept("applied") : reject({ code: "version_conflict" });
}

/** An order that is known here and no more there may be somebody's mistake: staff must look before it is sent. */
async function orderGone(
  context: ChannelsContext,
  orderId: OrderId,
  message: OrderFetchMessage,
): Promise<Fetched> {
  const gone = { code: "held_at_storefront", detail: "The storefront has no such order any more." } as const;
  const placed = { now: context.now(), by: context.actor };
  const changed = await changeOrder<never>(
    context,
    orderId,
    (order) => accept(hasOpenUnits(order) ? decideNewHold(order, gone, placed) : []),
    { alongside: (db) => [inboxStatement(db, rowOf(message, orderId, plainly("applied", gone.detail)))] },
  );
  if (changed.ok) return accept("applied");
  if (changed.rejection.code === "version_conflict") return reject({ code: "version_conflict" });
  return remembered(context, message, plainly("ignored", "no such order"));
}

async function remembered(
  context: ChannelsContext,
  message: OrderFetchMessage,
  outcome: Outcome,
): Promise<Fetched> {
  await inboxStatement(context.databases.primary, rowOf(message, null, outcome)).run();
  return accept(outcome.outcome);
}

const plainly = (outcome: InboxRow["outcome"], problem: string | null): Outcome => ({
  outcome,
  problem,
  body: null,
});

const rowOf = (
  { channelId, eventId, topic, receivedAt }: OrderFetchMessage,
  orderId: OrderId | null,
  outcome: Outcome,
): InboxRow => ({ channelId, eventId, topic, receivedAt, orderId, ...outcome });
