/** Notifications that may have been sent before their database was restored: held, skipped with a trace, or decided. */
import type { NotificationId, OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import type { NotificationsContext } from "./context";
import { isUnknown } from "./domain/notification-facts";
import { notificationIdOf } from "./domain/notifications";
import { notificationSend } from "./queue-messages";
import { composeAndSend, holdNotification, sendNotification } from "./send-notification";
import { changeStatus, notificationsOf, skipHeldOf } from "./storage/notifications";

const TRACED = "It was sent before the database was restored: the order was known outside of it.";

/** Holds the notification of a message that is there again. Another message is left as it is: returns whether it is one. */
export async function holdIfNotification(
  context: NotificationsContext,
  message: Readonly<{ type: string }>,
): Promise<boolean> {
  if (!notificationSend.is(message)) return false;
  await holdNotification(context, message);
  return true;
}

/** The creation of the orders was known outside of the database, and so their customers have its notifications. */
export const skipSentNotifications = (db: D1Database, orderIds: readonly OrderId[]): Promise<number> =>
  skipHeldOf(db, orderIds, { kinds: ["order_received", "order_backordered"], problem: TRACED });

type NotHeld = Readonly<{ code: "notification_not_held" }>;
type NotFound = Readonly<{ code: "not_found" }>;

/**
 * Sends a held notification, or skips it. One whose order or shipment was not known is composed when it is sent; it is not
 * found while there is no such order or shipment.
 */
export async function decideHeldNotification(
  context: NotificationsContext,
  { orderId, notificationId }: Readonly<{ orderId: OrderId; notificationId: NotificationId }>,
  decision: "send" | "skip",
): Promise<Result<null, NotHeld | NotFound>> {
  const db = context.databases.orders(orderId);
  const stored = (await notificationsOf(db, orderId)).find(
    ({ kind, shipmentId }) => notificationIdOf(orderId, kind, shipmentId) === notificationId,
  );
  if (stored === undefined) return reject({ code: "not_found" });
  if (stored.status !== "held") return reject({ code: "notification_not_held" });
  const { kind, shipmentId } = stored;
  const message = notificationSend.message({ notificationId, orderId, kind, shipmentId });
  if (decision === "send" && isUnknown(stored)) {
    return (await composeAndSend(context, message)) === null ? reject({ code: "not_found" }) : accept(null);
  }
  const to = decision === "send" ? "pending" : "skipped";
  const problem = decision === "send" ? "to be sent" : `skipped by ${context.actor}`;
  if (!(await changeStatus(db, stored, { from: "held", to, problem }))) {
    return reject({ code: "notification_not_held" });
  }
  // A provider that is away: it stays pending, and the night names it.
  if (decision === "send") await sendNotification(context, message);
  return accept(null);
}
