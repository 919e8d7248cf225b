/** What a world has stored, and what outsiders received of it: all that the checker may know. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { storedFrom, TABLES, type Row, type SkuObject, type Stored } from "./stored-state";
import { platform } from "./platform";
import type { World } from "./world";

export async function read(world: World): Promise<Stored> {
  const [answers, objects] = await Promise.all([
    platform().database.batch<Row>(
      TABLES.map((table) => platform().database.prepare(`SELECT * FROM ${table}`)),
    ),
    Promise.all(world.skus.map(readObject)),
  ]);
  return storedFrom({
    rows: (table) => answers[TABLES.indexOf(table)]!.results,
    objects,
    emails: [...platform().emails],
    queued: platform().held.length,
    promised: [...world.promised],
    shown: new Map(platform().shop.items.map(({ sku, quantity }) => [sku, quantity])),
    lost: platform().struck.some((struck) => struck.startsWith("drop")),
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
