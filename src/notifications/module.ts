/**
 * Notifications: emails to customers about their orders, each sent once. The commit of an order writes a queue message
 * for each notification, and the consumer sends it by the notifier that the configuration names.
 * Table: notifications. Queue message: notification.send.
 */
import type { OrderConsequence } from "../orders/context";
import { isHereSql } from "../platform/buckets/closed-buckets";
import { WAITING_MESSAGES } from "../platform/outbox/waiting-messages";
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { RetryLater } from "../platform/queues/retry-later";
import type { NotificationsContext } from "./context";
import { notificationsFor } from "./domain/notifications";
import { registerMailPreview } from "./http/mail-preview";
import { registerNotifications } from "./http/notifications";
import { notificationSend } from "./queue-messages";
import { notificationsData } from "./storage/erased-notifications";
import { sendNotification } from "./send-notification";
import { IS_OF_MESSAGE } from "./storage/notifications";

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
  dataOfOrders: [notificationsData],
  movedTables: [
    {
      name: "notifications",
      key: ["order_id", "kind", "shipment_id"],
      orderId: "order_id",
      find: "range",
      openIf: "status IN ('pending', 'held')",
    },
  ],
  deadlines: [
    {
      what: "notification not sent",
      of: "orders",
      within: "late",
      // The queue message of a pending notification is in the outbox, where few rows wait, or is a dead letter, which is
      // listed by itself. So no index of pending ones is needed.
      query: `SELECT outbox.id || '/' || message.key AS id, n.created_at AS since, n.kind || ifnull(': ' || n.problem, '') AS detail
        FROM ${WAITING_MESSAGES}
        JOIN notifications AS n ON ${IS_OF_MESSAGE}
        WHERE message.value ->> 'type' = '${notificationSend.type}' AND n.status = 'pending'
          AND n.created_at BETWEEN ?1 AND ?2 AND ${isHereSql("outbox.id")}
        ORDER BY since LIMIT ?3`,
    },
    {
      what: "notification held after a restore",
      of: "orders",
      within: "ever",
      query: `SELECT order_id AS id, created_at AS since, kind AS detail FROM notifications
        WHERE status = 'held' AND created_at BETWEEN ?1 AND ?2 AND ${isHereSql("order_id")}
        ORDER BY created_at LIMIT ?3`,
    },
  ],
};
