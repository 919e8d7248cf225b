/** The context on the platform: bindings behind the names that commands know. */
import { logLine } from "./kernel/log-line";
import { createNotifier } from "./notifications/senders/senders";
import { createBigCommerceOrders } from "./channels/bigcommerce/api";
import { stockConnector } from "./channels/storefronts/stock";
import { readConfig, type Config, type Env } from "./platform/config";
import type { Actor, Context } from "./platform/context";
import type { QueueName, SentMessage } from "./platform/queues/queue-message";
import { createSupplyMemory } from "./sourcing/domain/known-supply";
import { createInventoryClient } from "./inventory/inventory-client";
import { createSendBatcher, type SendBatcher } from "./platform/queues/send-batcher";
import { createSending } from "./platform/queues/sending";
import { cachedReference } from "./catalog/storage/reference";

export function createContext(
  env: Env,
  execution: Pick<ExecutionContext, "waitUntil">,
  actor: Actor,
): Context {
  const { config, batcher } = keptOf(env);
  // One database holds both kinds today; `orders` is where an order's id would choose among several.
  const databases = { primary: env.DB, orders: () => env.DB, allOrders: [env.DB] };
  const queues: Record<QueueName, Queue> = {
    intake: env.INTAKE_QUEUE,
    fulfillment: env.FULFILLMENT_QUEUE,
    stock: env.STOCK_QUEUE,
    notify: env.NOTIFY_QUEUE,
  };
  const now = () => Date.now();
  const waitUntil = (work: Promise<unknown>) => execution.waitUntil(work.catch(reportLater));
  return {
    databases,
    inventory: createInventoryClient(env.SKU_INVENTORY),
    ...createSending(queues, batcher, { waitUntil, now }),
    notifier: createNotifier(config),
    fetchOrder: createBigCommerceOrders({ fetch: (input, init) => fetch(input, init) }),
    storefrontStock: stockConnector((input, init) => fetch(input, init)),
    reference: () => cachedReference(databases.primary, now()),
    supplyMemory,
    config,
    actor,
    now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    waitUntil,
  };
}

/** As long as the isolate lives. */
const supplyMemory = createSupplyMemory();

/** What is made of the bindings once, and shared by all that the isolate serves. */
type Kept = Readonly<{ config: Config; batcher: SendBatcher<SentMessage> }>;

const keptByEnv = new WeakMap<Env, Kept>();

function keptOf(env: Env): Kept {
  const known = keptByEnv.get(env);
  if (known) return known;
  const kept = {
    config: readConfig(env),
    batcher: createSendBatcher<SentMessage>((ms) => scheduler.wait(ms)),
  };
  keptByEnv.set(env, kept);
  return kept;
}

/** What failed after the answer: the sweep will do it, and the log says why. */
const reportLater = (error: unknown) => {
  console.error(logLine("error", "what was to follow the answer failed", { error }));
};
