/**
 * Sends a notification to the order's customer, once however often its queue message is delivered. The text is stored
 * before it is sent. Its id is the provider's idempotency key.
 */
import type { NotificationsContext } from "./context";
import { reasonToSkip, renderNotification } from "./domain/notification-text";
import type { NotificationToSend } from "./domain/notifications";
import type { Order } from "../orders/domain/order";
import { accept, reject, type Result } from "../kernel/result";
import { statusUrl } from "../orders/domain/status-link";
import {
  findNotification,
  storeNotification,
  recordAttempt,
  type StoredNotification,
} from "./storage/notifications";
import { loadWholeOrder } from "../orders/orders";

/** `retry`: not sent, but a later attempt may succeed. */
export type SendRejection = Readonly<{ code: "retry"; detail: string }>;

/** `failed`: the provider rejects it for good; the row has the reason. `skipped`: no address, or out of date. */
export type SendOutcome = "sent" | "failed" | "skipped";

export async function sendNotification(
  context: NotificationsContext,
  message: NotificationToSend,
): Promise<Result<SendOutcome, SendRejection>> {
  const db = context.databases.orders(message.orderId);
  const stored = await findNotification(db, message.notificationId);
  if (stored) return deliver(context, stored);

  const order = await loadWholeOrder(context, message.orderId);
  if (!order) return reject({ code: "retry", detail: "the order does not exist yet" });
  return deliver(context, await storeNotification(db, await compose(context, message, order)));
}

async function compose(context: NotificationsContext, message: NotificationToSend, order: Order) {
  const { kind, shipmentId, notificationId: id, orderId } = message;
  const channel = (await context.reference()).channels.get(order.channelId);
  const url = statusUrl(context.config.publicUrl, order.id, context.config.linkSigningKey);
  const text = renderNotification({
    kind,
    order,
    shipmentId,
    shopName: channel?.name ?? "our shop",
    statusUrl: url,
  });
  const problem = reasonToSkip({ kind, order });
  return {
    ...text,
    id,
    orderId,
    kind,
    recipient: order.email,
    status: problem === null ? ("pending" as const) : ("skipped" as const),
    problem,
    createdAt: context.now(),
  };
}

async function deliver(
  context: NotificationsContext,
  { id, orderId, recipient, status, subject, text, html }: StoredNotification,
): Promise<Result<SendOutcome, SendRejection>> {
  if (status !== "pending") return accept(status);
  if (recipient === null) return accept("skipped");

  const db = context.databases.orders(orderId);
  const provider = context.notifier.name;
  const sent = await context.notifier.send({
    id,
    from: context.config.notifyFrom,
    to: recipient,
    subject,
    text,
    html,
  });
  if (sent.ok) {
    await recordAttempt(db, id, {
      status: "sent",
      provider,
      providerId: sent.value.providerId,
      at: context.now(),
    });
    return accept("sent");
  }
  const { code, detail } = sent.rejection;
  await recordAttempt(db, id, {
    status: code === "refused" ? "failed" : "pending",
    provider,
    problem: detail,
  });
  return code === "refused" ? accept("failed") : reject({ code: "retry", detail });
}
