/**
 * Sends one message to the order's customer, once however often it is asked for: the text is kept before it
 * is sent, and goes out under the message's own id, by which the provider knows a repeat.
 */
import type { NotificationsContext } from "./context";
import { renderNotification, whyNotSend } from "./domain/notification-text";
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
import { loadOrder } from "../orders/orders";

/** `retry`: not sent, and worth asking again later. */
export type SendRejection = Readonly<{ code: "retry"; detail: string }>;

/** `failed`: the provider will never take it; the row says why. `skipped`: there was nobody or nothing to tell. */
export type SendOutcome = "sent" | "failed" | "skipped";

export async function sendNotification(
  ctx: NotificationsContext,
  message: NotificationToSend,
): Promise<Result<SendOutcome, SendRejection>> {
  const db = ctx.databases.orders(message.orderId);
  const stored = await findNotification(db, message.notificationId);
  if (stored) return deliver(ctx, stored);

  const order = await loadOrder(db, message.orderId);
  if (!order) return reject({ code: "retry", detail: "the order is not there yet" });
  return deliver(ctx, await storeNotification(db, await compose(ctx, message, order)));
}

async function compose(ctx: NotificationsContext, message: NotificationToSend, order: Order) {
  const { kind, shipmentId, notificationId: id, orderId } = message;
  const channel = (await ctx.reference()).channels.get(order.channelId);
  const url = statusUrl(ctx.config.publicUrl, order.id, ctx.config.linkSigningKey);
  const text = renderNotification({
    kind,
    order,
    shipmentId,
    shopName: channel?.name ?? "our shop",
    statusUrl: url,
  });
  const problem = whyNotSend({ kind, order });
  return {
    ...text,
    id,
    orderId,
    kind,
    recipient: order.email,
    status: problem === null ? ("pending" as const) : ("skipped" as const),
    problem,
    createdAt: ctx.now(),
  };
}

async function deliver(
  ctx: NotificationsContext,
  { id, orderId, recipient, status, subject, text, html }: StoredNotification,
): Promise<Result<SendOutcome, SendRejection>> {
  if (status !== "pending") return accept(status);
  if (recipient === null) return accept("skipped");

  const db = ctx.databases.orders(orderId);
  const provider = ctx.notifier.name;
  const sent = await ctx.notifier.send({
    id,
    from: ctx.config.notifyFrom,
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
      at: ctx.now(),
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
