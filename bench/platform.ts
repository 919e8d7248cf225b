/**
 * The floor and Aftercart side by side in one workerd, each with its own database, objects and door. The
 * doors are workerd's own sockets: requests do not pass through the development server.
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
  floor: Door;
  ours: Door;
  /** Of ours: what customers are told goes through it. */
  notifyQueue: Queue;
  /** The folder that has everything stored, until `stop` deletes it. */
  folder: string;
  stop: () => Promise<void>;
}>;

export type Door = Readonly<{ url: URL; database: D1Database }>;

export type PlatformOptions = Readonly<{
  /** Aftercart as it is, with each call counted that leaves it, or with parts left out. */
  worker?: "unmetered" | "counting" | "partial";
  /** Whether the queues are consumed in the same process, or somewhere else, as on Cloudflare. */
  consumers: boolean;
  /** Whether each commit waits for a disk, as on Cloudflare it waits for copies, also where a file system is memory. */
  onDisk?: boolean;
  inspectorPort?: number;
}>;

/** A file system in memory, where there is one. */
const MEMORY = "/dev/shm";

const SECRETS = {
  LINK_SIGNING_KEY: "bench-link-signing-key-of-32-bytes-or-more",
  SECRETS_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

const COMPATIBILITY = { compatibilityDate: "2026-10-01", compatibilityFlags: ["nodejs_compat"] };
const DIRECT = { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] };

/** Everything it stores is in a temporary folder, which `stop` takes away. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  Object.assign(process.env, SECRETS, { WRANGLER_LOG: "error" });
  const parent = existsSync(MEMORY) && !options.onDisk ? MEMORY : tmpdir();
  const folder = mkdtempSync(path.join(parent, "aftercart-bench-"));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [
        { ...floorOptions(), ...DIRECT },
        { ...oursOptions(folder, options), ...DIRECT },
      ],
      resourcePersistencePath: path.join(folder, "state"),
      log: new Log(LogLevel.ERROR),
      ...(options.inspectorPort === undefined ? {} : { inspectorPort: options.inspectorPort }),
    }),
  );
  const doorOf = async (name: string): Promise<Door> => ({
    url: await miniflare.unsafeGetDirectURL(name),
    database: await miniflare.getD1Database("DB", name),
  });
  return {
    floor: await doorOf("floor"),
    ours: await doorOf("ours"),
    notifyQueue: await miniflare.getQueueProducer("NOTIFY_QUEUE", "ours"),
    folder,
    stop: async () => {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The floor's one table. */
export const openFloor = ({ database }: Door): Promise<unknown> =>
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

/** As wrangler.toml says, but for the assets, whose router is the development server's, and the rate limits. */
function oursOptions(folder: string, { worker = "unmetered", consumers }: PlatformOptions): WorkerOptions {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(path.join(ROOT, "wrangler.toml"));
  const { assets: _assets, ratelimits: _limits, modulesRules: _rules, ...asDeployed } = workerOptions;
  return {
    ...asDeployed,
    name: "ours",
    ...moduleOf(bundleOf(`bench/${worker}-worker.ts`, folder)),
    bindings: Object.assign({}, asDeployed.bindings, SECRETS),
    ...(consumers ? {} : { queueConsumers: {} }),
  };
}
