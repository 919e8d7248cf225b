/**
 * Planning: what stock will be needed for, as prices that sourcing adds to its costs; and what-if questions: a preview
 * of one order, a past day sourced again under other rules.
 * Tables: stock_prices, sourcing_simulations. Queue message: sourcing.simulate.
 */
import type { OrdersContext } from "../orders/context";
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { registerSourcingPreview } from "./http/preview";
import { registerSourcingSimulations } from "./http/sourcing-simulations";
import { registerStockPrices } from "./http/stock-prices";
import { priceStockHourly } from "./price-stock";
import { sourcingSimulate } from "./queue-messages";
import { anyToResumeStatement, playSimulation, resumeSimulations } from "./simulate-sourcing";

export const planning: Module<OrdersContext> = {
  routes: (app) => {
    registerStockPrices(app);
    registerSourcingPreview(app);
    registerSourcingSimulations(app);
  },
  consumers: [
    consumer(sourcingSimulate, {
      handler: (context: OrdersContext) => (message) => playSimulation(context, message.simulationId),
    }),
  ],
  sweep: {
    tasks: [
      {
        name: "simulations",
        of: "primary",
        dueIf: (db, now) => [anyToResumeStatement(db, now)],
        run: resumeSimulations,
      },
    ],
  },
  jobs: [{ schedule: "hourlyPlanning", name: "stock prices", run: priceStockHourly }],
};
