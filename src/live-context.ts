/** The context on the platform: bindings behind the names that commands know. */
import { logLine } from "./domain/log-line";
import { createNotifier } from "./adapters/notifiers/notifier";
import { createBigCommerceOrders } from "./adapters/storefronts/bigcommerce/bigcommerce-api";
import { stockConnector } from "./adapters/storefronts/stock";
import { readConfig, type Config, type Env } from "./config";
import type { Actor, Context } from "./context";
import { queueOf, type QueueMessage, type QueueName } from "./domain/messages";
import { createSupplyMemory } from "./domain/sourcing/known-supply";
import { createInventoryClient } from "./inventory/client";
import { cachedReference } from "./storage/reference/reference";

export function createContext(
  env: Env,
  execution: Pick<ExecutionContext, "waitUntil">,
  actor: Actor,
): Context {
  const config = configOf(env);
  // One database holds both kinds today; `orders` is where an order's id would choose among several.
  const databases = { primary: env.DB, orders: () => env.DB, allOrders: [env.DB] };
  const queues: Record<QueueName, Queue> = {
    intake: env.INTAKE_QUEUE,
    fulfillment: env.FULFILLMENT_QUEUE,
    stock: env.STOCK_QUEUE,
    notify: env.NOTIFY_QUEUE,
  };
  const now = () => Date.now();
  return {
    databases,
    inventory: createInventoryClient(env.SKU_INVENTORY),
    send: async (message: QueueMessage, outboxId?: string) => {
      await queues[queueOf(message)].send(outboxId === undefined ? message : { ...message, outboxId });
    },
    notifier: createNotifier(config),
    fetchOrder: createBigCommerceOrders({ fetch: (input, init) => fetch(input, init) }),
    storefrontStock: stockConnector((input, init) => fetch(input, init)),
    reference: () => cachedReference(databases.primary, now()),
    supplyMemory,
    config,
    actor,
    now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    waitUntil: (work) => execution.waitUntil(work.catch(reportLater)),
  };
}

/** As long as the isolate lives. */
const supplyMemory = createSupplyMemory();

const configs = new WeakMap<Env, Config>();

function configOf(env: Env): Config {
  const known = configs.get(env);
  if (known) return known;
  const config = readConfig(env);
  configs.set(env, config);
  return config;
}

/** What failed after the answer: the sweep will do it, and the log says why. */
const reportLater = (error: unknown) => {
  console.error(logLine("error", "what was to follow the answer failed", { error }));
};
