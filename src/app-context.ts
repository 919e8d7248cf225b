/** Creates the context of commands: bindings of the platform, and functions that modules pass to modules below them. */
import { cachedReference } from "./catalog/channels";
import type { CatalogListener } from "./catalog/context";
import { refreshAfterCatalogChange } from "./channels/refresh-channel-stock";
import { storeSellable } from "./channels/sellable-stock";
import { createStorefrontRegistry } from "./channels/storefront-registry";
import { storefronts } from "./channels/storefronts";
import { listInDirectory } from "./directory/module";
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
import { databasesOf, type Databases } from "./platform/d1/databases";
import { createMeter } from "./platform/jobs/usage";
import type { QueueName, SentMessage } from "./platform/queues/queue-message";
import { createSendBatcher, type SendBatcher } from "./platform/queues/send-batcher";
import { createSending } from "./platform/queues/sending";
import { createCarriers, type Carriers } from "./shipping/carriers";
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
  return contextWith(env, { databases: databasesOf(env), objects: env.SKU_INVENTORY }, execution, actor);
}

/** The bindings whose use is counted in a step of a job. */
type Stores = Readonly<{ databases: Databases; objects: Env["SKU_INVENTORY"] }>;

function contextWith(
  env: Env,
  stores: Stores,
  execution: Pick<ExecutionContext, "waitUntil">,
  actor: Actor,
): AppContext {
  const { config, batcher, carriers } = sharedOf(env);
  const { databases } = stores;
  const queues: Record<QueueName, Queue> = {
    intake: env.INTAKE_QUEUE,
    fulfillment: env.FULFILLMENT_QUEUE,
    stock: env.STOCK_QUEUE,
    notify: env.NOTIFY_QUEUE,
    jobs: env.JOBS_QUEUE,
    directory: env.DIRECTORY_QUEUE,
  };
  const now = () => Date.now();
  const waitUntil = (work: Promise<unknown>) => execution.waitUntil(work.catch(logFailure));
  const context: AppContext = {
    databases,
    inventory: createInventoryClient(stores.objects),
    ...createSending({ queues, queueOf: consumers.queueOf, batcher }, { waitUntil, now }),
    notifier: createNotifier(config),
    storefronts: storefrontRegistry,
    carriers,
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
    orderConsequences: [notifyCustomer, listInDirectory],
    archive: env.ARCHIVE,
    deadlines,
    metered: () => {
      const meter = createMeter(config.environment === "test");
      const counted = { databases: meter.databases(databases), objects: meter.objects(stores.objects) };
      return { context: contextWith(env, counted, execution, "job"), usage: meter.usage };
    },
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
type Shared = Readonly<{ config: Config; batcher: SendBatcher<SentMessage>; carriers: Carriers }>;

const sharedByEnv = new WeakMap<Env, Shared>();

function sharedOf(env: Env): Shared {
  const known = sharedByEnv.get(env);
  if (known) return known;
  const config = readConfig(env);
  const shared = {
    config,
    carriers: createCarriers(config, (input, init) => fetch(input, init)),
    batcher: createSendBatcher<SentMessage>((ms) => scheduler.wait(ms)),
  };
  sharedByEnv.set(env, shared);
  return shared;
}

/** The sweep repeats work after the answer that failed. */
const logFailure = (error: unknown) => {
  console.error(logLine("error", "work after the answer failed", { error }));
};
