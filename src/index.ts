/** The Worker: requests, queues and crons, each wired to what handles it. Decides nothing. */
import type { Env } from "./config";
import { runCron } from "./cron";
import { createApp } from "./http/app";
import { createContext } from "./live-context";
import { consume } from "./queues/consume";

export { SkuInventory } from "./inventory/sku-inventory";

const app = createApp(createContext);

export default {
  fetch: (request, env, execution) => app.fetch(request, env, execution),
  queue: (batch, env, execution) => consume(createContext(env, execution, "queue"), batch),
  scheduled: (controller, env, execution) => runCron(createContext(env, execution, "cron"), controller.cron),
} satisfies ExportedHandler<Env>;
