/**
 * Promises: by when something leaves and arrives, from working days, cut-offs and carriers' transit times. The
 * availability quote for product pages is computed here; promises of orders are kept by the orders module.
 * It owns no table. Where nothing can be promised it gives a reason instead of a date.
 */
import type { InventoryContext } from "../inventory/context";
import type { Module } from "../platform/module";
import { registerAvailability } from "./http/availability";

export const promises: Module<InventoryContext> = { routes: registerAvailability };
