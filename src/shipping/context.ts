/** What commands receive from `shipping` on: the carriers. */
import type { OrdersContext } from "../orders/context";
import type { Carriers } from "./carriers";

export type ShippingContext = OrdersContext & Readonly<{ carriers: Carriers }>;
