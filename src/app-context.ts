/** The context on the platform: bindings behind the names that commands know, and what modules hand to each other. */
import { cachedReference } from "./catalog/channels";
import type { CatalogListener } from "./catalog/context";
import { createBigCommerceOrders } from "./channels/bigcommerce/api";
import { refreshAfterLocationChange } from "./channels/compare-channel-stock";
import { storeSellable } from "./channels/sellable-stock";
import { stockConnector } from "./channels/storefronts/stock";
import type { Env } from "./env";
import { createInventoryClient } from "./inventory/inventory-client";
import { upsertChangedSku } from "./inventory/upsert-skus";
import { logLine } from "./kernel/log-line";
import { consumers, deadlines, type AppContext } from "./modules";
import { createNotifier, notifyCustomer } from "./notifications/module";
import { replanAfterLocationChange } from "./orders/replan-due-orders";
import { updateBackorderPromises } from "./orders/update-backorder-promises";
import { readConfig, type Config } from "./platform/config";
import type { Actor } from "./platform/context";
import { databasesOf } from "./platform/d1/databases";
import type { QueueName, SentMessage } from "./platform/queues/queue-message";
import { createSendBatcher, type SendBatcher } from "./platform/queues/send-batcher";
import { createSending } from "./platform/queues/sending";
import { createSupplyMemory } from "./sourcing/domain/known-supply";

/** What modules do after a change of the catalog. One that fails is repeated by the sweep or the night. */
const CATALOG_LISTENERS: readonly CatalogListener<AppContext>[] = [
  upsertChangedSku,
  refreshAfterLocationChange,
  replanAfterLocationChange,
];

export function createContext(
  env: Env,
  execution: Pick<ExecutionContext, "waitUntil">,
  actor: Actor,
): AppContext {
  const { config, batcher } = keptOf(env);
  const databases = databasesOf(env);
  const queues: Record<QueueName, Queue> = {
    intake: env.INTAKE_QUEUE,
    fulfillment: env.FULFILLMENT_QUEUE,
    stock: env.STOCK_QUEUE,
    notify: env.NOTIFY_QUEUE,
  };
  const now = () => Date.now();
  const waitUntil = (work: Promise<unknown>) => execution.waitUntil(work.catch(logFailure));
  const context: AppContext = {
    databases,
    inventory: createInventoryClient(env.SKU_INVENTORY),
    ...createSending({ queues, queueOf: consumers.queueOf, batcher }, { waitUntil, now }),
    notifier: createNotifier(config),
    fetchOrder: createBigCommerceOrders({ fetch: (input, init) => fetch(input, init) }),
    storefrontStock: stockConnector((input, init) => fetch(input, init)),
    reference: () => cachedReference(databases.primary, now()),
    publishCatalogChange: async (change) => {
      for (const listen of CATALOG_LISTENERS) {
        await listen(context, change).catch((error: unknown) => {
          console.error(logLine("error", "a change of the catalog is followed later", { error }));
        });
      }
    },
    publishInboundChange: (change) => waitUntil(updateBackorderPromises(context, change)),
    snapshotConsequences: [storeSellable],
    orderConsequences: [notifyCustomer],
    deadlines,
    supplyMemory,
    config,
    actor,
    now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    waitUntil,
  };
  return context;
}

/** As long as the isolate lives. */
const supplyMemory = createSupplyMemory();

/** Made from the bindings once, and shared by all requests of the isolate. */
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

/** Work after the answer failed: the sweep does it. */
const logFailure = (error: unknown) => {
  console.error(logLine("error", "work after the answer failed", { error }));
};
