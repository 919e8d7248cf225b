/**
 * Sends a notification to the order's customer, once however often its queue message is delivered. Its facts are stored
 * before it is sent, so that each attempt sends the same text. Its id is the provider's idempotency key.
 */
import type { NotificationsContext } from "./context";
import { isUsableAddress } from "./domain/mailbox";
import { composedWithoutOrder, composeNotification, reasonToSkip } from "./domain/notification-text";
import { mayHaveBeenSent, notificationIdOf, type NotificationToSend } from "./domain/notifications";
import type { Order } from "../orders/domain/order";
import { accept, reject, type Result } from "../kernel/result";
import { textOfStored } from "./text-of-stored";
import {
  changeStatus,
  deleteHeld,
  findWithRestore,
  storeNotification,
  recordAttempt,
  type NewNotification,
  type StoredNotification,
} from "./storage/notifications";
import { loadWholeOrder } from "../orders/orders";

/** `retry`: not sent, but a later attempt may succeed. */
export type SendRejection = Readonly<{ code: "retry"; detail: string }>;

/**
 * `failed`: the provider rejects it for good; the row has the reason. `skipped`: no address, or out of date. `held`: it may
 * have been sent before the database was restored.
 */
export type SendOutcome = "sent" | "failed" | "skipped" | "held";

export async function sendNotification(
  context: NotificationsContext,
  message: NotificationToSend,
): Promise<Result<SendOutcome, SendRejection>> {
  const db = context.databases.orders(message.orderId);
  const { stored, restore } = await findWithRestore(db, message);
  if (stored?.status === "pending") return deliver(context, await readdressed(context, stored));
  if (stored) return deliver(context, stored);

  const order = await orderOf(context, message);
  if (!order && restore === null)
    return reject({ code: "retry", detail: "the order or the shipment does not exist yet" });
  if (!order) return deliver(context, await storeNotification(db, withoutOrder(context, message)));
  const mayBeRepeat = restore !== null && mayHaveBeenSent(message, order, restore);
  const composed = await compose(context, message, order);
  return deliver(context, await storeNotification(db, mayBeRepeat ? asHeld(composed) : composed));
}

/** Null if there is no such order, or if it does not have the shipment: a database that was restored may have lost either. */
async function orderOf(
  context: NotificationsContext,
  { orderId, shipmentId }: NotificationToSend,
): Promise<Order | null> {
  const order = await loadWholeOrder(context, orderId);
  const isThere = shipmentId === null || order?.shipments.some(({ id }) => id === shipmentId) === true;
  return isThere ? order : null;
}

/** Sends it now in place of a held one, whatever was sent before. Null if there is no such order or shipment. */
export async function composeAndSend(
  context: NotificationsContext,
  message: NotificationToSend,
): Promise<Result<SendOutcome, SendRejection> | null> {
  const order = await orderOf(context, message);
  if (!order) return null;
  const db = context.databases.orders(order.id);
  await deleteHeld(db, message);
  return deliver(context, await storeNotification(db, await compose(context, message, order)));
}

/** Stores the notification as held: it may have been sent, and its message is there again. Nothing is sent. */
export async function holdNotification(
  context: NotificationsContext,
  message: NotificationToSend,
): Promise<void> {
  const db = context.databases.orders(message.orderId);
  const order = await orderOf(context, message);
  if (!order) return;
  await storeNotification(db, asHeld(await compose(context, message, order)));
  await changeStatus(db, message, { from: "pending", to: "held", problem: HELD });
}

const HELD = "It may have been sent before the database was restored.";

const asHeld = (composed: NewNotification): NewNotification =>
  composed.status === "pending" ? { ...composed, status: "held", problem: HELD } : composed;

/** The database was restored, and may have lost the order or the shipment: its notification names it. */
const withoutOrder = (
  context: NotificationsContext,
  { kind, orderId, shipmentId }: NotificationToSend,
): NewNotification => ({
  ...composedWithoutOrder(kind),
  orderId,
  shipmentId,
  recipient: null,
  status: "held",
  problem: "The database does not have the order or the shipment: it may have lost it when it was restored.",
  createdAt: context.now(),
  isPreviewed: context.config.environment !== "production",
});

/** An attempt that failed may have failed because of the address. Only the address is that of today: the text stays. */
async function readdressed(
  context: NotificationsContext,
  stored: StoredNotification,
): Promise<StoredNotification> {
  const email = (await loadWholeOrder(context, stored.orderId))?.email ?? null;
  return email !== null && isUsableAddress(email) ? { ...stored, recipient: email } : stored;
}

async function compose(
  context: NotificationsContext,
  { kind, shipmentId }: NotificationToSend,
  order: Order,
): Promise<NewNotification> {
  const channel = (await context.reference()).channels.get(order.channelId);
  const shopName = channel?.name ?? "our shop";
  const problem = reasonToSkip({ kind, order });
  return {
    ...composeNotification({ kind, order, shipmentId, shopName }),
    orderId: order.id,
    shipmentId,
    recipient: order.email,
    status: problem === null ? "pending" : "skipped",
    problem,
    createdAt: context.now(),
    isPreviewed: context.config.environment !== "production",
  };
}

async function deliver(
  context: NotificationsContext,
  notification: StoredNotification,
): Promise<Result<SendOutcome, SendRejection>> {
  const { orderId, kind, shipmentId, recipient, status } = notification;
  if (status !== "pending") return accept(status);
  if (recipient === null) return accept("skipped");

  const db = context.databases.orders(orderId);
  const text = textOfStored(context.config, notification);
  if (text === null) return reject({ code: "retry", detail: "a newer release has its template" });
  const provider = context.notifier.name;
  const sent = await context.notifier.send({
    id: notificationIdOf(orderId, kind, shipmentId),
    from: context.config.notifyFrom,
    to: recipient,
    ...text,
  });
  if (sent.ok) {
    await recordAttempt(db, notification, {
      status: "sent",
      recipient,
      provider,
      providerId: sent.value.providerId,
      at: context.now(),
    });
    return accept("sent");
  }
  const { code, detail } = sent.rejection;
  await recordAttempt(db, notification, {
    status: code === "refused" ? "failed" : "pending",
    provider,
    problem: detail,
  });
  return code === "refused" ? accept("failed") : reject({ code: "retry", detail });
}
