/** Creates the context of commands: bindings of the platform, and functions that modules pass to modules below them. */
import { cachedReference } from "./catalog/channels";
import type { CatalogListener } from "./catalog/context";
import { refreshAfterCatalogChange } from "./channels/refresh-channel-stock";
import { storeSellable } from "./channels/sellable-stock";
import { createStorefrontRegistry } from "./channels/storefront-registry";
import { storefronts } from "./channels/storefronts";
import type { Env } from "./env";
import { createInventoryClient } from "./inventory/inventory-client";
import { skuErrors } from "./inventory/sku-errors";
import { upsertChangedSku } from "./inventory/upsert-skus";
import { logLine } from "./kernel/log-line";
import { consumers, deadlines, type AppContext } from "./modules";
import { createNotifier, notifyCustomer } from "./notifications/module";
import { markOrdersAfterLocationChange } from "./orders/mark-for-replan";
import { updateBackorderPromises } from "./orders/update-backorder-promises";
import { readConfig, type Config } from "./platform/config";
import type { Actor } from "./platform/context";
import { databasesOf } from "./platform/d1/databases";
import type { QueueName, SentMessage } from "./platform/queues/queue-message";
import { createSendBatcher, type SendBatcher } from "./platform/queues/send-batcher";
import { createSending } from "./platform/queues/sending";
import { createSupplyMemory } from "./sourcing/domain/known-supply";

/** What modules do after a change of the catalog. The sweep or a nightly job repeats what fails. */
const CATALOG_LISTENERS: readonly CatalogListener<AppContext>[] = [
  upsertChangedSku,
  refreshAfterCatalogChange,
  markOrdersAfterLocationChange,
];

export function createContext(
  env: Env,
  execution: Pick<ExecutionContext, "waitUntil">,
  actor: Actor,
): AppContext {
  const { config, batcher } = sharedOf(env);
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
    storefronts: storefrontRegistry,
    reference: () => cachedReference(databases.primary, now()),
    skuErrors: (sku) => skuErrors(context, sku),
    publishCatalogChange: async (change) => {
      for (const listen of CATALOG_LISTENERS) {
        await listen(context, change).catch((error: unknown) => {
          console.error(logLine("error", "a listener of a catalog change failed", { error }));
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

const storefrontRegistry = createStorefrontRegistry(storefronts, (input, init) => fetch(input, init));

/** Shared by all requests of the isolate. */
const supplyMemory = createSupplyMemory();

/** Created once for the bindings, and shared by all requests of the isolate. */
type Shared = Readonly<{ config: Config; batcher: SendBatcher<SentMessage> }>;

const sharedByEnv = new WeakMap<Env, Shared>();

function sharedOf(env: Env): Shared {
  const known = sharedByEnv.get(env);
  if (known) return known;
  const shared = {
    config: readConfig(env),
    batcher: createSendBatcher<SentMessage>((ms) => scheduler.wait(ms)),
  };
  sharedByEnv.set(env, shared);
  return shared;
}

/** The sweep repeats work after the answer that failed. */
const logFailure = (error: unknown) => {
  console.error(logLine("error", "work after the answer failed", { error }));
};
