/**
 * Planning: the hourly stock prices, which keep units where expected orders will need them and which sourcing adds to
 * its costs; and what-if questions: a preview of one order, and simulations of a past day under other rules.
 * Table: sourcing_simulations. Queue message: sourcing.simulate.
 */
import type { OrdersContext } from "../orders/context";
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { registerSourcingPreview } from "./http/preview";
import { registerSourcingSimulations } from "./http/sourcing-simulations";
import { registerStockPrices } from "./http/stock-prices";
import { priceStockHourly } from "./price-stock";
import { sourcingSimulate } from "./queue-messages";
import { anySimulationToResumeStatement, replayNextPage, resumeSimulations } from "./simulate-sourcing";

export const planning: Module<OrdersContext> = {
  routes: (app) => {
    registerStockPrices(app);
    registerSourcingPreview(app);
    registerSourcingSimulations(app);
  },
  consumers: [
    consumer(sourcingSimulate, {
      handler: (context: OrdersContext) => (message) => replayNextPage(context, message.simulationId),
    }),
  ],
  sweep: {
    tasks: [
      {
        name: "simulations",
        of: "primary",
        dueIf: (db, now) => [anySimulationToResumeStatement(db, now)],
        run: resumeSimulations,
      },
    ],
  },
  jobs: [{ schedule: "hourlyPlanning", name: "stock prices", run: priceStockHourly }],
};
