/** The Worker: passes requests, queue batches, crons and objects to what the modules registered. */
import { createContext } from "./app-context";
import type { Env } from "./env";
import { SkuInventoryObject, type HoldingLine } from "./inventory/sku-inventory";
import { consumers, jobs, routes } from "./modules";
import { linesWithUnits } from "./orders/lines-with-units";
import { databasesOf } from "./platform/d1/databases";
import { createApp } from "./platform/http/app";
import { runCron } from "./platform/jobs/cron";
import { consume } from "./platform/queues/consume";

/** The stock of one SKU. Inventory stands below orders, so the query of order lines is passed in here. */
export class SkuInventory extends SkuInventoryObject {
  protected override linesWithUnits(sku: string, lines: readonly HoldingLine[]) {
    return linesWithUnits(databasesOf(this.env), sku, lines);
  }
}

const app = createApp(createContext, routes);

export default {
  fetch: (request, env, execution) => app.fetch(request, env, execution),
  queue: (batch, env, execution) => consume(createContext(env, execution, "queue"), consumers, batch),
  scheduled: (controller, env, execution) =>
    runCron(createContext(env, execution, "cron"), jobs, controller.cron),
} satisfies ExportedHandler<Env>;
