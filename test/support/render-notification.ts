/** The text of a notification about an order, made of its facts as they are stored and read again. */
import {
  composeNotification,
  renderComposed,
  type ComposedNotification,
  type NotificationText,
} from "../../src/notifications/domain/notification-text";
import type { NotificationSubject } from "../../src/notifications/domain/notification-facts";

export function renderNotification({
  statusUrl,
  ...about
}: NotificationSubject & Readonly<{ statusUrl: string }>): NotificationText {
  const stored = JSON.parse(JSON.stringify(composeNotification(about))) as ComposedNotification;
  return renderComposed(stored, statusUrl)!;
}
