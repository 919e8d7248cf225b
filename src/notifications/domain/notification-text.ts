/** The text of notifications, made of their facts by the template that they were sent with. */
import { isUsableAddress } from "./mailbox";
import {
  factsOf,
  unknownFacts,
  type NotificationFacts,
  type NotificationSubject,
} from "./notification-facts";
import { waitingLines } from "./notifications";
import type { NotificationText } from "./templates/blocks";
import { fillIn } from "./templates/template";
import { newestTemplate, templateOf, type TemplateName } from "./templates/templates";

export type { NotificationText } from "./templates/blocks";

/** What is stored of a notification's text: it always renders the same. Only the link is that of today. */
export type ComposedNotification = NotificationFacts & Readonly<{ template: TemplateName }>;

/** The notification about the order as it is now, by the newest template of the customer's language. */
export const composeNotification = (about: NotificationSubject): ComposedNotification => ({
  ...factsOf(about),
  template: newestTemplate(about.order.locale),
});

/** Of an order that is not known, although it was: only the kind is. It is composed anew before it is sent. */
export const composedWithoutOrder = (kind: NotificationFacts["kind"]): ComposedNotification => ({
  ...unknownFacts(kind),
  template: newestTemplate(null),
});

/** @returns null if this release does not have the template: a newer one has sent it. */
export function renderComposed(composed: ComposedNotification, statusUrl: string): NotificationText | null {
  const template = templateOf(composed.template);
  return template && fillIn(template, composed, { statusUrl, language: composed.template.language });
}

/** Why the notification cannot be sent or is out of date; null if it should be sent. */
export function reasonToSkip({ kind, order }: Pick<NotificationSubject, "kind" | "order">): string | null {
  if (order.email === null) return "no email address";
  if (!isUsableAddress(order.email)) return "no usable email address";
  if (kind === "order_received" && order.status === "cancelled") return "the order has been cancelled since";
  if (kind === "order_backordered" && waitingLines(order).length === 0)
    return "no line waits for stock any more";
  return null;
}
