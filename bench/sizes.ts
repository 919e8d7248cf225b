/** Measures the scenarios with more and more orders stored. */
import { seedOrders, templateOf, type Seed } from "../test/support/seed-orders.ts";
import { apiOf } from "../scripts/local/api.ts";
import { newOrders } from "./orders.ts";
import type { Platform } from "./platform.ts";
import { playRounds, type RoundsOptions, type ScenarioFigures } from "./rounds.ts";
import { SCENARIOS, type Shop } from "./scenarios.ts";

export type Size = Readonly<{
  stored: number;
  databaseMegabytes: number;
  secondsToSeed: number;
  figures: readonly ScenarioFigures[];
}>;

const TEMPLATES = 4;
const BETWEEN_ORDERS_MS = 20_000;

/** @param sizes numbers of stored orders, ascending. Only D1 is filled, not the objects and not the floor. */
export async function measureSizes(
  platform: Platform,
  shop: Shop,
  sizes: readonly number[],
  options: RoundsOptions,
): Promise<Size[]> {
  const { orders: database } = platform.aftercart;
  const seed = await seedOf(shop);
  const measured: Size[] = [];
  let stored = 0;
  for (const size of sizes) {
    const startedAt = performance.now();
    await seedOrders(database, seed, stored, size);
    stored = size;
    const secondsToSeed = (performance.now() - startedAt) / 1_000;
    const { meta } = await database.prepare("SELECT 1").run();
    measured.push({
      stored,
      databaseMegabytes: meta.size_after / 1e6,
      secondsToSeed,
      figures: await playRounds(platform, shop, SCENARIOS, options),
    });
  }
  return measured;
}

/** The seeded orders are new ones: paid, planned, not shipped. */
async function seedOf({ target, token }: Shop): Promise<Seed> {
  const api = apiOf(target.url.origin, token);
  const templates = [];
  for (const order of newOrders("template", TEMPLATES, { lines: 2 })) {
    const { id } = await api.send<{ id: string }>("POST", "/v1/orders", JSON.parse(order));
    templates.push(await templateOf(target.orders, id));
  }
  const newestAt = Date.now() - BETWEEN_ORDERS_MS;
  return { live: templates, past: templates, liveOrders: 0, newestAt, everyMs: BETWEEN_ORDERS_MS };
}
