/**
 * Notifications: emails to customers about their orders, each sent once. The commit of an order writes a queue message
 * for each notification, and the consumer sends it by the notifier that the configuration names.
 * Table: notifications. Queue message: notification.send.
 */
import type { OrderConsequence } from "../orders/context";
import { isHereSql } from "../platform/buckets/closed-buckets";
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { RetryLater } from "../platform/queues/retry-later";
import type { NotificationsContext } from "./context";
import { notificationsFor } from "./domain/notifications";
import { registerMailPreview } from "./http/mail-preview";
import { registerNotifications } from "./http/notifications";
import { notificationSend } from "./queue-messages";
import { sendNotification } from "./send-notification";

export { createNotifier } from "./senders/senders";

export const notifyCustomer: OrderConsequence = notificationsFor;

export const notifications: Module<NotificationsContext> = {
  routes: (app) => {
    registerNotifications(app);
    registerMailPreview(app);
  },
  consumers: [
    consumer(notificationSend, {
      handler: (context: NotificationsContext) => async (message) => {
        const sent = await sendNotification(context, message);
        // The reason is stored with the notification, not logged: a provider's text may name the customer.
        if (!sent.ok) throw new RetryLater({ code: sent.rejection.code });
      },
    }),
  ],
  movedTables: [
    { name: "notifications", key: ["id"], orderId: "order_id", find: "scan", openIf: "status = 'pending'" },
  ],
  deadlines: [
    {
      what: "notification not sent",
      of: "orders",
      within: "late",
      query: `SELECT id, created_at AS since, kind AS detail FROM notifications
        WHERE status = 'pending' AND created_at BETWEEN ?1 AND ?2 AND ${isHereSql("order_id")}
        ORDER BY created_at LIMIT ?3`,
    },
  ],
};
