/**
 * Which test file runs where: pure rules in Node, pages in a real Chromium, everything else in workerd with real D1,
 * Durable Objects and queues.
 */
import { existsSync, statfsSync } from "node:fs";
import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/**
 * `npm run simulate` sets these variables. It takes a new seed each time, to find new failures. The tests always use
 * the same seed, so that two runs of one commit give the same result.
 */
const SIMULATION_RUNS = Number(process.env.SIMULATION_RUNS ?? 300);
const SIMULATION_SCALE = Number(process.env.SIMULATION_SCALE ?? 1);
const SIMULATION_SEED = Number(process.env.SIMULATION_SEED ?? 20_261_126);

/** Long suites run as several projects, so that each core takes a share. `index` counts from 1. */
type Shard = { index: number; of: number };
const SHARDED_SUITES = { exhaustive: 2, random: 3 };

declare module "vitest" {
  interface ProvidedContext {
    simulation: { runs: number; scale: number; seed: number };
    shard: Shard;
  }
}

const simulation = {
  runs: SIMULATION_RUNS * SIMULATION_SCALE,
  scale: SIMULATION_SCALE,
  seed: SIMULATION_SEED,
};

/** Test databases need not survive, so they go to a memory file system where one has enough space. */
const MEMORY = "/dev/shm";
const SPACE_NEEDED_BYTES = 1_500_000_000 * SIMULATION_SCALE;
if (existsSync(MEMORY) && freeBytesIn(MEMORY) > SPACE_NEEDED_BYTES) process.env.TMPDIR = MEMORY;

function freeBytesIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** The kinds of databases have a schema each. */
const migrationsOf = (kind: "primary" | "orders" | "directory") =>
  readD1Migrations(path.join(import.meta.dirname, "migrations", kind));

const bindings = async () => ({
  ENVIRONMENT: "test",
  PUBLIC_URL: "https://aftercart.test",
  LINK_SIGNING_KEY: "dGVzdC1saW5rLXNpZ25pbmcta2V5LW9mLTMyLWJ5dGVzISE=",
  SECRETS_ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  EASYPOST_API_KEY: "EZTK-test",
  EASYPOST_WEBHOOK_SECRET: "sécret",
  TEST_MIGRATIONS: {
    primary: await migrationsOf("primary"),
    orders: await migrationsOf("orders"),
    directory: await migrationsOf("directory"),
  },
});

/** Values such as `$name` appear in test titles in full. */
const common = { taskTitleValueFormatTruncate: 0 };

/** A project that runs files of `test/simulation` on the simulated platform. */
const simulationProject = (
  name: string,
  { include, exclude = [], shard }: { include: string; exclude?: string[]; shard: Shard },
): TestProjectInlineConfiguration => ({
  plugins: [
    cloudflareTest(async () => ({
      main: "./test/simulation/worker.ts",
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: await bindings(),
        durableObjects: { OBJECT_BACKED_D1: { className: "ObjectBackedD1", useSQLite: true } },
      },
    })),
  ],
  test: {
    ...common,
    name,
    include: [include],
    exclude,
    provide: { simulation, shard },
    setupFiles: ["test/support/apply-migrations.ts"],
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});

const suiteFile = (suite: string) => `test/simulation/${suite}.test.ts`;

/** `simulation` runs the short files; each sharded suite has projects of its own, such as `simulation-random-2`. */
const simulationProjects = [
  simulationProject("simulation", {
    include: suiteFile("*"),
    exclude: Object.keys(SHARDED_SUITES).map(suiteFile),
    shard: { index: 1, of: 1 },
  }),
  ...Object.entries(SHARDED_SUITES).flatMap(([suite, of]) =>
    Array.from({ length: of }, (_, i) =>
      simulationProject(`simulation-${suite}-${i + 1}`, {
        include: suiteFile(suite),
        shard: { index: i + 1, of },
      }),
    ),
  ),
];

/**
 * Files that compare all stock, orders and money: a message of another file, delivered late, would be a difference. They
 * run in an isolate of their own. The others share one, and begin with empty databases: an isolate for each takes seconds.
 */
const WHOLE_SYSTEM = [
  "test/order-journey.worker.test.ts",
  "test/channels/channel-stock.worker.test.ts",
  "test/ledger/journal.worker.test.ts",
  "test/orders/archive.worker.test.ts",
  "test/orders/hot-sku.worker.test.ts",
  "test/orders/large-amounts.worker.test.ts",
  "test/platform/queues/queues.worker.test.ts",
  "test/reconciliation/*.worker.test.ts",
  "test/recovery/*.worker.test.ts",
  "test/security/personal-data.worker.test.ts",
];

/** A project that runs files in workerd, with real D1, Durable Objects and queues. */
const workerProject = (
  name: string,
  files: Readonly<{ include: string[]; exclude: string[]; isolate: boolean }>,
): TestProjectInlineConfiguration => ({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      // Only tests of several orders databases bind it as one: an isolate with one reads no map of buckets.
      miniflare: { bindings: await bindings(), d1Databases: { SECOND_ORDERS: "second-orders" } },
    })),
  ],
  test: {
    ...common,
    name,
    ...files,
    provide: { simulation },
    globalSetup: ["test/support/hledger-server.ts"],
    setupFiles: ["test/support/apply-migrations.ts", "test/support/property-seed.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    // Vitest's default leaves one core free, which halves a machine with two.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          ...common,
          name: "domain",
          // Pure tests change nothing outside of themselves: a process for each file would only cost time.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [
            "**/*.worker.test.ts",
            "**/*.browser.test.ts",
            "test/simulation/*.test.ts",
            "test/simulation/crash/**",
          ],
          provide: { simulation },
          setupFiles: ["test/support/property-seed.ts"],
          // Some properties run thousands of cases, and the machine may be busy.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...common,
          name: "browser",
          include: ["test/**/*.browser.test.ts"],
          globalSetup: ["test/support/browser/unpacked-chromium.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      workerProject("worker", {
        include: ["test/**/*.worker.test.ts"],
        exclude: WHOLE_SYSTEM,
        isolate: false,
      }),
      workerProject("worker-alone", { include: WHOLE_SYSTEM, exclude: [], isolate: true }),
      ...simulationProjects,
      {
        test: {
          ...common,
          name: "crash",
          include: ["test/simulation/crash/*.test.ts"],
        },
      },
    ],
  },
});
