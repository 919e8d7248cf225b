/**
 * Large callbacks: kept in R2 before they are answered, and applied from the intake queue, by the function that applies the
 * others at once. An order of 500 lines takes longer than its sender may wait on a busy day.
 */
import { derivedId, orderIdOf, compositeKey } from "../kernel/ids";
import { localDate } from "../kernel/calendar";
import { accept } from "../kernel/result";
import { clampUpdateTime } from "../orders/domain/storefront/state-order";
import { DatabaseUnavailable } from "../platform/d1/errors";
import { RetryLater } from "../platform/queues/retry-later";
import { applyCallback, keepForStaff, type Outcome } from "./apply-callback";
import type { ChannelsContext } from "./context";
import { enqueueIntake } from "./enqueue-intake";
import { largeCallback, type LargeCallbackMessage } from "./queue-messages";
import { keptEvent, keepEvent } from "./storage/kept-events";
import type { CallbackOrigin } from "./storage/inbox";
import type { StorefrontEvent } from "./storefront-event";

/** An event with the id of its order. Others are recorded without work. */
type OrderEvent = Exclude<StorefrontEvent, { type: "privacy" | "ignored" | "changed" }>;

const externalIdOf = (event: OrderEvent): string =>
  event.type === "order" ? event.order.externalId : event.externalOrderId;

/** Whether the callback is kept first. By its bytes: an order of a hundred lines has some 250,000 at Shopify. */
export const isLarge = (
  { config }: ChannelsContext,
  body: Uint8Array,
  event: StorefrontEvent,
): event is OrderEvent =>
  body.byteLength > config.largeCallbackBytes &&
  event.type !== "privacy" &&
  event.type !== "ignored" &&
  event.type !== "changed";

/** Keeps what was read of the callback. @throws DatabaseUnavailable if it cannot be kept: the sender must repeat it. */
export async function keepFirst(
  context: ChannelsContext,
  origin: CallbackOrigin,
  event: OrderEvent,
): Promise<Outcome> {
  const { channelId, eventId, receivedAt } = origin;
  const externalOrderId = externalIdOf(event);
  const orderId = orderIdOf(channelId, externalOrderId);
  const key = `${localDate(receivedAt, "UTC")}/${derivedId("cbk", channelId, eventId, String(receivedAt))}`;
  await keepEvent(context.archive, key, asReceived(event, receivedAt)).catch((cause: unknown) => {
    throw new DatabaseUnavailable("a large callback cannot be kept", { cause });
  });
  const message = largeCallback.message({ ...origin, externalOrderId, key });
  const id = compositeKey(orderId, "large", eventId);
  await enqueueIntake(context, orderId, { id, createdAt: context.now(), messages: [message] });
  return accept({ outcome: "queued", orderId });
}

/**
 * The event with the time that its state may have as of its receipt. Limited when it is applied instead, a state of a clock
 * that is ahead would be newer than one that was received after it.
 */
const asReceived = (event: OrderEvent, receivedAt: number): OrderEvent =>
  event.type === "order" ? { ...event, order: clampUpdateTime(event.order, receivedAt) } : event;

/** Harmless if it is repeated. @throws RetryLater if the order cannot be changed now. */
export async function applyLargeCallback(
  context: ChannelsContext,
  { key, channelId, eventId, topic, receivedAt, externalOrderId }: LargeCallbackMessage,
): Promise<void> {
  const { channels } = await context.reference();
  const channel = channels.get(channelId);
  if (channel === undefined) throw new RetryLater({ code: "channel_unknown" });
  const origin = { channelId, eventId, topic, receivedAt };
  const adapter = context.storefronts.adapterOf(channel.kind);
  const event = await keptEvent(context.archive, key);
  const body = new TextEncoder().encode(JSON.stringify(event ?? { externalOrderId }));
  const delivery = { channel, adapter, origin, body, whenUnavailable: "throw" } as const;
  const asChannel = { ...context, actor: `channel:${channelId}` };
  if (event === null) {
    // A dead letter that was replayed too late.
    await keepForStaff(asChannel, delivery, "a large callback that is not kept any more");
    return;
  }
  const applied = await applyCallback(asChannel, delivery, event);
  if (!applied.ok) throw new RetryLater(applied.rejection);
}
