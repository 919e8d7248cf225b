/** Adds the notifier that the configuration names. */
import type { OrdersContext } from "../orders/context";
import type { Notifier } from "./senders/notifier";

export type NotificationsContext = OrdersContext & Readonly<{ notifier: Notifier }>;
