/** The text of a stored notification. */
import type { ComposedNotification, NotificationText } from "./domain/notification-text";
import { renderComposed } from "./domain/notification-text";
import type { OrderId } from "../kernel/ids";
import type { Config } from "../platform/config";
import { statusUrl } from "../orders/domain/status-link";

type Settings = Pick<Config, "publicUrl" | "linkSigningKey">;

/**
 * The text as it was sent. The link in it is made with the key of today: the link is a customer's access to the order, and
 * so is stored nowhere, and one that was made with a replaced key would open nothing.
 * @returns null if a newer release of the program has the template.
 */
export const textOfStored = (
  { publicUrl, linkSigningKey }: Settings,
  notification: ComposedNotification & Readonly<{ orderId: OrderId }>,
): NotificationText | null =>
  renderComposed(notification, statusUrl(publicUrl, notification.orderId, linkSigningKey));

/** The same for people: also if the template is not known. */
export const shownTextOfStored = (
  settings: Settings,
  notification: Parameters<typeof textOfStored>[1],
): NotificationText => {
  const { language, version } = notification.template;
  const text = `A newer release has the template of this notification: ${language}, version ${version}.`;
  return textOfStored(settings, notification) ?? { subject: notification.kind, text, html: "" };
};
