/** Customer: the page of an order that its customer opens by a signed link, without a login. It owns no table. */
import type { ShippingContext } from "../shipping/context";
import type { Module } from "../platform/module";
import { registerPublicOrders } from "./http/order-status";

export const customer: Module<ShippingContext> = { routes: registerPublicOrders };
