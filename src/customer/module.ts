/**
 * The customer's order page: what a signed link shows without a login, and nothing else. It owns no table.
 */
import type { OrdersContext } from "../orders/context";
import type { Module } from "../platform/module";
import { registerPublicOrders } from "./http/order-status";

export const customer: Module<OrdersContext> = { routes: registerPublicOrders };
