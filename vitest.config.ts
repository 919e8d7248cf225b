/** Rules alone run in Node, pages in a real Chromium; everything else in workerd, against real D1, objects and queues. */
import { existsSync, statfsSync } from "node:fs";
import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/**
 * `npm run simulate` sets these: how much is played, and from which seed. It takes a new seed each time, to find
 * what none has shown; the tests, and every property among them, take the same, so that one tree has one answer.
 */
const SIMULATION_RUNS = Number(process.env.SIMULATION_RUNS ?? 1_000);
const SIMULATION_SCALE = Number(process.env.SIMULATION_SCALE ?? 1);
const SIMULATION_SEED = Number(process.env.SIMULATION_SEED ?? 20_261_126);

declare module "vitest" {
  interface ProvidedContext {
    simulation: { runs: number; scale: number; seed: number };
  }
}

const simulation = {
  runs: SIMULATION_RUNS * SIMULATION_SCALE,
  scale: SIMULATION_SCALE,
  seed: SIMULATION_SEED,
};

/** Nobody misses a test's database: where a file system is memory and has room, none waits for a disk. */
const MEMORY = "/dev/shm";
const ROOM_BYTES = 1_500_000_000 * SIMULATION_SCALE;
if (existsSync(MEMORY) && roomIn(MEMORY) > ROOM_BYTES) process.env.TMPDIR = MEMORY;

function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const bindings = async () => ({
  ENVIRONMENT: "test",
  PUBLIC_URL: "https://aftercart.test",
  LINK_SIGNING_KEY: "dGVzdC1saW5rLXNpZ25pbmcta2V5LW9mLTMyLWJ5dGVzISE=",
  SECRETS_ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  TEST_MIGRATIONS: await readD1Migrations(path.join(import.meta.dirname, "migrations")),
});

export default defineConfig({
  test: {
    // One fewer than the cores would leave a machine of two with one.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "domain",
          include: ["test/**/*.test.ts"],
          exclude: [
            "**/*.worker.test.ts",
            "**/*.browser.test.ts",
            "test/simulation/*.test.ts",
            "test/simulation/crash/**",
          ],
          provide: { simulation },
          setupFiles: ["test/support/property-seed.ts"],
          // Properties of thousands of cases, on a machine that may be doing something else.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/**/*.browser.test.ts"],
          globalSetup: ["test/support/browser/unpacked-chromium.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: await bindings() },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/**/*.worker.test.ts"],
          provide: { simulation },
          globalSetup: ["test/support/hledger-server.ts"],
          setupFiles: ["test/support/apply-migrations.ts", "test/support/property-seed.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: "./test/simulation/worker.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: await bindings(),
              durableObjects: { NEARBY_DATABASE: { className: "NearbyDatabase", useSQLite: true } },
            },
          })),
        ],
        test: {
          name: "simulation",
          include: ["test/simulation/*.test.ts"],
          provide: { simulation },
          setupFiles: ["test/support/apply-migrations.ts"],
          testTimeout: 600_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "crash",
          include: ["test/simulation/crash/*.test.ts"],
        },
      },
    ],
  },
});
