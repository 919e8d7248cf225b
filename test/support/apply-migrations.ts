import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll } from "vitest";

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.primary);
  await applyD1Migrations(env.ORDERS_00, env.TEST_MIGRATIONS.orders);
  await applyD1Migrations(env.DIRECTORY, env.TEST_MIGRATIONS.directory);
});
