/**
 * Runs the floor and Aftercart in one workerd, each with its own database, objects and socket. The sockets are workerd's
 * own: requests do not pass through the development server.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { ROOT } from "../scripts/local/state.ts";
import { bundleOf, plainModule } from "./bundles.ts";

type WorkerOptions = Extract<V4MiniflareOptions, { workers: unknown }>["workers"][number];

export type Platform = Readonly<{
  floor: Target;
  aftercart: Target;
  /** Aftercart's queue of notifications. */
  notifyQueue: Queue;
  /** The folder that has everything stored, until `stop` deletes it. */
  folder: string;
  stop: () => Promise<void>;
}>;

/** `orders`, `directory`: the databases of these names; the floor has one database for everything. */
export type Target = Readonly<{
  url: URL;
  database: D1Database;
  orders: D1Database;
  /** All orders databases. */
  allOrders: readonly D1Database[];
  directory: D1Database;
}>;

export type PlatformOptions = Readonly<{
  /**
   * `unmetered`: Aftercart itself; `counting`: with counted bindings; `partial`: with omitted parts; `sku-history`: one
   * SKU's object on a clock that is set; `hot-sku`: allocations only; `scale`: counted, with objects that can be filled.
   */
  worker?: "unmetered" | "counting" | "partial" | "sku-history" | "hot-sku" | "scale";
  /** Whether queues are consumed. On Cloudflare, consumers run on other machines. */
  consumers: boolean;
  /** Whether each commit waits for a disk, as it waits for replicas on Cloudflare. */
  onDisk?: boolean;
  inspectorPort?: number;
  /** How many orders databases there are; one unless given. */
  ordersDatabases?: number;
  /** Vars that are not as in wrangler.toml. */
  vars?: Readonly<Record<string, string>>;
}>;

/** A file system in memory, if the machine has one. */
const MEMORY = "/dev/shm";

const SECRETS = {
  LINK_SIGNING_KEY: "bench-link-signing-key-of-32-bytes-or-more",
  SECRETS_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

const COMPATIBILITY = { compatibilityDate: "2026-10-01", compatibilityFlags: ["nodejs_compat"] };
const DIRECT = { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] };

/** Starts workerd. All data is in a temporary folder, which `stop` deletes. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  Object.assign(process.env, SECRETS, { WRANGLER_LOG: "error" });
  const parent = existsSync(MEMORY) && !options.onDisk ? MEMORY : tmpdir();
  const folder = mkdtempSync(path.join(parent, "aftercart-bench-"));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        { ...floorOptions(), ...DIRECT },
        { ...aftercartOptions(folder, options), ...DIRECT },
      ],
      resourcePersistencePath: path.join(folder, "state"),
      log: new Log(LogLevel.ERROR),
      ...(options.inspectorPort === undefined ? {} : { inspectorPort: options.inspectorPort }),
    }),
  );
  const targetOf = async (name: string): Promise<Target> => ({
    url: await miniflare.unsafeGetDirectURL(name),
    database: await miniflare.getD1Database("DB", name),
    orders: await miniflare.getD1Database(name === "floor" ? "DB" : "ORDERS_00", name),
    allOrders:
      name === "floor"
        ? []
        : await Promise.all(ordersBindings(options).map((binding) => miniflare.getD1Database(binding, name))),
    directory: await miniflare.getD1Database(name === "floor" ? "DB" : "DIRECTORY", name),
  });
  return {
    floor: await targetOf("floor"),
    aftercart: await targetOf("aftercart"),
    notifyQueue: await miniflare.getQueueProducer("NOTIFY_QUEUE", "aftercart"),
    folder,
    stop: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ordersBindings = ({ ordersDatabases = 1 }: PlatformOptions): string[] =>
  Array.from({ length: ordersDatabases }, (_, n) => `ORDERS_${String(n).padStart(2, "0")}`);

/** Creates the floor's only table. */
export const createFloorTable = ({ database }: Target): Promise<unknown> =>
  database
    .prepare(
      "CREATE TABLE orders (id TEXT PRIMARY KEY, sku TEXT NOT NULL, quantity INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    )
    .run();

const moduleOf = (contents: string) => ({
  modules: [{ type: "ESModule" as const, path: "index.js", contents }],
});

const floorOptions = (): WorkerOptions => ({
  name: "floor",
  ...COMPATIBILITY,
  ...moduleOf(plainModule("floor-worker.ts")),
  d1Databases: { DB: "floor" },
  durableObjects: { SHELF: { className: "Shelf", useSQLite: true } },
});

/** The options of wrangler.toml without rate limits, and without assets, which the development server would route. */
function aftercartOptions(folder: string, options: PlatformOptions): WorkerOptions {
  const { worker = "unmetered", consumers } = options;
  const { workerOptions } = unstable_getMiniflareWorkerOptions(path.join(ROOT, "wrangler.toml"));
  const { assets: _assets, ratelimits: _limits, modulesRules: _rules, ...asDeployed } = workerOptions;
  return {
    ...asDeployed,
    name: "aftercart",
    ...moduleOf(bundleOf(`bench/${worker}-worker.ts`, folder)),
    bindings: Object.assign({}, asDeployed.bindings, SECRETS, options.vars),
    d1Databases: Object.assign(
      {},
      asDeployed.d1Databases,
      Object.fromEntries(ordersBindings(options).map((name) => [name, `aftercart-${name}`])),
    ),
    ...(consumers ? {} : { queueConsumers: {} }),
  };
}
