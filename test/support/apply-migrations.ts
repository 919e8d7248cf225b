/** Each file begins with empty databases, objects and archive, also if another file ran in the isolate before it. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll } from "vitest";

beforeAll(async () => {
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.primary);
  await applyD1Migrations(env.ORDERS_00, env.TEST_MIGRATIONS.orders);
  await applyD1Migrations(env.DIRECTORY, env.TEST_MIGRATIONS.directory);
});
