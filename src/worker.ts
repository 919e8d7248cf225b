/** The Worker: passes requests, queue batches, crons and objects to what the modules registered. */
import { createContext } from "./app-context";
import type { Env } from "./env";
import { SkuInventoryObject, type HoldingLine } from "./inventory/sku-inventory";
import { consumers, jobs, routes, sweepPlan } from "./modules";
import { linesWithUnits } from "./orders/lines-with-units";
import { databasesOf, knowDatabases } from "./platform/d1/databases";
import { createApp } from "./platform/http/app";
import { runCron } from "./platform/jobs/cron";
import { consume } from "./platform/queues/consume";

/** The stock of one SKU. Inventory stands below orders, so the query of order lines is passed in here. */
export class SkuInventory extends SkuInventoryObject {
  protected override async linesWithUnits(sku: string, lines: readonly HoldingLine[]) {
    await knowDatabases(this.env, Date.now());
    return linesWithUnits(databasesOf(this.env), sku, lines);
  }
}

const app = createApp(createContext, routes);

export default {
  fetch: async (request, env, execution) => {
    await knowDatabases(env, Date.now());
    return app.fetch(request, env, execution);
  },
  queue: async (batch, env, execution) => {
    await knowDatabases(env, Date.now());
    await consume(createContext(env, execution, "queue"), consumers, batch);
  },
  scheduled: async (controller, env, execution) => {
    await knowDatabases(env, Date.now());
    await runCron(createContext(env, execution, "cron"), { jobs, sweepPlan }, controller.cron);
  },
} satisfies ExportedHandler<Env>;
