/** The Worker: requests, queues and crons, each wired to what handles it. Decides nothing. */
import type { Env } from "./platform/config";
import { runCron } from "./platform/jobs/cron";
import { createApp } from "./platform/http/app";
import { createContext } from "./app-context";
import { consume } from "./platform/queues/consume";

export { SkuInventory } from "./inventory/object/sku-inventory";

const app = createApp(createContext);

export default {
  fetch: (request, env, execution) => app.fetch(request, env, execution),
  queue: (batch, env, execution) => consume(createContext(env, execution, "queue"), batch),
  scheduled: (controller, env, execution) => runCron(createContext(env, execution, "cron"), controller.cron),
} satisfies ExportedHandler<Env>;
