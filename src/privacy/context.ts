/** What commands of privacy receive. */
import type { OrdersContext } from "../orders/context";

export type PrivacyContext = OrdersContext;
