/** What a command is given. Nothing below reads the clock, makes an id or touches a binding by another way. */
import type { Config } from "./config";
import type { ConnectStock, FetchOrder, Notifier } from "../channels/ports";
import type { CarrierService, Channel, Location } from "../catalog/domain/reference";
import type { SupplyMemory } from "../sourcing/domain/known-supply";
import type { QueueMessage, SentMessage } from "./queues/queue-message";
import type { OrderId } from "../kernel/ids";
import type { InventoryClient } from "../inventory/inventory-client";

/** Who asks: an API key, a storefront, the customer, or the system itself. It ends up in the audit trail. */
export type Actor = string;

export type Databases = Readonly<{
  /** Reference data, keys, job runs, the books of stock. */
  primary: D1Database;
  /** Everything of one order lives in one database, found by the order's id. No SQL joins the two. */
  orders: (orderId: OrderId) => D1Database;
  /** Every orders database once, for sweeps and lists. */
  allOrders: readonly D1Database[];
}>;

/** Read once, kept in the isolate for seconds: never read for each request. */
export type Reference = Readonly<{
  channels: ReadonlyMap<string, Channel>;
  /** Ids of channels whose storefront's API we may call. */
  connected: ReadonlySet<string>;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
}>;

export type Context = Readonly<{
  databases: Databases;
  inventory: InventoryClient;
  /** `outboxId`: the row that is kept until the message is done. */
  send: (message: QueueMessage, outboxId?: string) => Promise<void>;
  /** In as few calls as the queues take them in. Answers those that were taken. */
  sendAll: (messages: readonly SentMessage[]) => Promise<readonly SentMessage[]>;
  /** After the answer, together with what other requests send. Only what is in the outbox: it may get lost. */
  sendSoon: (messages: readonly SentMessage[]) => void;
  notifier: Notifier;
  fetchOrder: FetchOrder;
  storefrontStock: ConnectStock;
  reference: () => Promise<Reference>;
  /** A hint where to allocation first; without it nothing is known. */
  supplyMemory?: SupplyMemory;
  config: Config;
  actor: Actor;
  now: () => number;
  randomBytes: (length: number) => Uint8Array;
  /** Runs after the answer; a failure is left to the sweep. */
  waitUntil: (work: Promise<unknown>) => void;
}>;
