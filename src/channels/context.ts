/** What commands receive from channels on: the storefronts' own APIs. */
import type { OrdersContext } from "../orders/context";
import type { ConnectStock, FetchOrder } from "./ports";

export type ChannelsContext = OrdersContext &
  Readonly<{ fetchOrder: FetchOrder; storefrontStock: ConnectStock }>;
