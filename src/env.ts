/** The bindings, vars and secrets of the Worker, named as in wrangler.toml. */
import type { SkuInventoryObject } from "./inventory/sku-inventory";
import type { HttpBindings } from "./platform/config";

export interface Env extends HttpBindings {
  DB: D1Database;
  ORDERS_00: D1Database;
  DIRECTORY: D1Database;
  ARCHIVE: R2Bucket;
  SKU_INVENTORY: DurableObjectNamespace<SkuInventoryObject>;
  INTAKE_QUEUE: Queue;
  FULFILLMENT_QUEUE: Queue;
  STOCK_QUEUE: Queue;
  NOTIFY_QUEUE: Queue;
  JOBS_QUEUE: Queue;
  DIRECTORY_QUEUE: Queue;
  ENVIRONMENT: string;
  PUBLIC_URL: string;
  BOOKS_TIME_ZONE: string;
  BOOKS_CURRENCY: string;
  NOTIFY_PROVIDER: string;
  NOTIFY_FROM: string;
  NOTIFY_API_KEY?: string;
  LABEL_CARRIER?: string;
  EASYPOST_API_KEY?: string;
  EASYPOST_WEBHOOK_SECRET?: string;
  STOCK_HISTORY_DAYS: string;
  ARCHIVE_AFTER_DAYS: string;
  LINK_SIGNING_KEY: string;
  SECRETS_ENCRYPTION_KEY: string;
}
