/** Reads everything that a world has stored, and what storefront and mail provider received. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { storedStateFrom, TABLES, type Row, type SkuObject, type StoredState } from "./stored-state";
import { platform } from "./platform";
import type { World } from "./world";

export async function readStoredState(world: World): Promise<StoredState> {
  const [tables, objects] = await Promise.all([
    platform().database.batch<Row>(
      TABLES.map((table) => platform().database.prepare(`SELECT * FROM ${table}`)),
    ),
    Promise.all(world.skus.map(readObject)),
  ]);
  return storedStateFrom({
    rows: (table) => tables[TABLES.indexOf(table)]!.results,
    objects,
    emails: [...platform().emails],
    queued: platform().queued.length,
    acknowledged: [...world.acknowledged],
    storefront: world.storefrontOrders(),
    shownStock: new Map(platform().storefrontStub.items.map(({ sku, quantity }) => [sku, quantity])),
    queueLostMessages: platform().struck.some((struck) => struck.startsWith("drop")),
    now: Date.now(),
  });
}

const readObject = (sku: string): Promise<SkuObject> =>
  runInDurableObject(env.SKU_INVENTORY.getByName(sku), async (_, { storage }) => {
    const rows = (table: string) => storage.sql.exec<Row>(`SELECT * FROM ${table}`).toArray();
    return {
      sku,
      facts: rows("facts")[0]!,
      levels: rows("levels"),
      holdings: rows("holdings"),
      allocations: rows("allocations"),
      movements: rows("movements"),
      events: rows("events"),
      alarmAt: await storage.getAlarm(),
    };
  });
