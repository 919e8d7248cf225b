/**
 * Promises: when an order's units leave and arrive, computed from working days, cut-offs and carriers' transit times.
 * If there is no date, there is a reason. The module owns no table: it quotes availability for product pages, and
 * orders store the promises of their lines.
 */
import type { InventoryContext } from "../inventory/context";
import type { Module } from "../platform/module";
import { registerAvailability } from "./http/availability";

export const promises: Module<InventoryContext> = { routes: registerAvailability };
