/** What commands receive from `channels` on: the storefronts that are registered. */
import type { OrdersContext } from "../orders/context";
import type { StorefrontRegistry } from "./storefront-registry";

export type ChannelsContext = OrdersContext & Readonly<{ storefronts: StorefrontRegistry }>;
