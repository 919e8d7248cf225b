/**
 * Refunds and fulfillments that arrive before their order: the callback of its creation may be under way. Each waits in
 * the intake queue until the order is known, for an hour. Then it is listed for staff.
 */
import { compositeKey, orderIdOf, type OrderId } from "../kernel/ids";
import { recordEarlyEvent } from "../orders/record-early-event";
import { RetryLater } from "../platform/queues/retry-later";
import type { ChannelsContext } from "./context";
import { enqueueIntake } from "./enqueue-intake";
import { earlyEvent, type EarlyEventMessage, type PartialEvent } from "./queue-messages";
import { appliedStatement, inboxRow, inboxStatement, type CallbackOrigin } from "./storage/inbox";

const WAITS_MS = 3_600_000;
/** A message of a queue has at most 128 KB; the envelope needs little of it. */
const MAX_EVENT_BYTES = 100_000;

/** Null if the event is too large for a message. @throws DatabaseUnavailable if it cannot be stored. */
export async function enqueueEarlyEvent(
  context: ChannelsContext,
  { channelId, eventId, topic, receivedAt }: CallbackOrigin,
  event: PartialEvent,
): Promise<OrderId | null> {
  if (new TextEncoder().encode(JSON.stringify(event)).byteLength > MAX_EVENT_BYTES) return null;
  const orderId = orderIdOf(channelId, event.externalOrderId);
  const kept = withoutReason(event);
  const message = earlyEvent.message({ channelId, eventId, topic, receivedAt, event: kept });
  const id = compositeKey(orderId, "early", eventId);
  await enqueueIntake(context, orderId, { id, createdAt: context.now(), messages: [message] });
  return orderId;
}

/** Staff may have written a customer's data in the reason, which a queue does not need. */
const withoutReason = (event: PartialEvent): PartialEvent =>
  event.type === "refund" ? { ...event, refund: { ...event.refund, reason: null } } : event;

/** @throws RetryLater while the order is not known. */
export async function applyEarlyEvent(
  context: ChannelsContext,
  { event, ...origin }: EarlyEventMessage,
): Promise<void> {
  const orderId = orderIdOf(origin.channelId, event.externalOrderId);
  const asChannel = { ...context, actor: `channel:${origin.channelId}` };
  const changed = await recordEarlyEvent(asChannel, orderId, event, {
    alongside: (db) => [appliedStatement(db, orderId, origin, { outcome: "applied" })],
  });
  if (changed.ok) return;
  const isUnknown = changed.rejection.code === "order_unknown";
  if (!isUnknown || context.now() < origin.receivedAt + WAITS_MS) throw new RetryLater(changed.rejection);
  const problem = `a ${event.type === "refund" ? "refund" : "fulfillment"} of an order that is not known`;
  const row = inboxRow(origin, { outcome: "rejected", problem, body: JSON.stringify(event) });
  await inboxStatement(context.databases.primary, row).run();
}
