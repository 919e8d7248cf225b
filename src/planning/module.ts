/**
 * Planning: the hourly stock prices, which keep units where expected orders will need them and which sourcing adds to
 * its costs; and what-if questions: a preview of one order, and simulations of a past day under other rules.
 * It has no table: a simulation is a run of its job.
 */
import type { OrdersContext } from "../orders/context";
import type { Module } from "../platform/module";
import { registerSourcingPreview } from "./http/preview";
import { registerSourcingSimulations } from "./http/sourcing-simulations";
import { registerStockPrices } from "./http/stock-prices";
import { deleteOldSupplyJob } from "./delete-old-supply";
import { priceStockJob } from "./price-stock";
import { simulationJob } from "./simulate-sourcing";

export const planning: Module<OrdersContext> = {
  routes: (app) => {
    registerStockPrices(app);
    registerSourcingPreview(app);
    registerSourcingSimulations(app);
  },
  jobs: [priceStockJob, simulationJob, deleteOldSupplyJob],
};
