/** Reads everything that a world has stored, and what storefront and mail provider received. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  holdingsFrom,
  readingOf,
  storedStateFrom,
  TABLES,
  type Row,
  type SkuObject,
  type StoredState,
  type TableName,
} from "./stored-state";
import type { OrderId } from "../../src/kernel/ids";
import { ordersDatabases } from "../../src/platform/d1/databases";
import { readPlaceOf } from "./orders-rows";
import { platform } from "./platform";
import type { World } from "./world";

export async function readStoredState(world: World): Promise<StoredState> {
  const [primary, orders, directory, objects] = await Promise.all([
    readTables(platform().databases.DB, TABLES.primary),
    readOrdersTables(),
    readTables(platform().databases.DIRECTORY, TABLES.directory),
    Promise.all(world.skus.map(readObject)),
  ]);
  return storedStateFrom({
    rows: (table) => [primary, orders, directory].flatMap((tables) => tables.get(table) ?? []),
    objects,
    emails: [...platform().emails],
    queued: platform().queued.length,
    acknowledged: [...world.acknowledged],
    storefront: world.storefrontOrders(),
    shownStock: new Map(platform().storefrontStub.items.map(({ sku, quantity }) => [sku, quantity])),
    soldLabels: platform().carrier.sold,
    queueLostMessages: platform().struck.some((struck) => struck.startsWith("drop")),
    restoredAt: world.restoredAt,
    now: Date.now(),
  });
}

async function readTables(
  database: D1Database,
  names: readonly TableName[],
): Promise<ReadonlyMap<TableName, Row[]>> {
  const read = await database.batch<Row>(names.map((name) => database.prepare(readingOf(name))));
  return new Map(names.map((name, i) => [name, read[i]!.results]));
}

/** The rows of all orders databases, without those of a bucket that is in another one. */
async function readOrdersTables(): Promise<ReadonlyMap<TableName, Row[]>> {
  const placeOf = await readPlaceOf();
  const read = await Promise.all(
    [...ordersDatabases(platform().databases)].map(async ([name, database]) => {
      const tables = await readTables(database, TABLES.orders);
      const isHere = (row: Row) => placeOf(orderIdIn(row)) === name;
      return new Map([...tables].map(([table, rows]) => [table, rows.filter(isHere)]));
    }),
  );
  return new Map(TABLES.orders.map((table) => [table, read.flatMap((tables) => tables.get(table) ?? [])]));
}

/** Every row of an orders database has its order's id, or an id of its own that begins with it. */
const orderIdIn = ({ order_id: orderId, id }: Row): OrderId => String(orderId ?? id) as OrderId;

const readObject = (sku: string): Promise<SkuObject> =>
  runInDurableObject(env.SKU_INVENTORY.getByName(sku), async (_, { storage }) => {
    const rows = (table: string) => storage.sql.exec<Row>(`SELECT * FROM ${table}`).toArray();
    return {
      sku,
      facts: rows("facts")[0]!,
      levels: rows("levels"),
      ...holdingsFrom(rows("holdings"), rows("pending")),
      movements: rows("movements"),
      folded: rows("folded"),
      events: rows("events"),
      alarmAt: await storage.getAlarm(),
    };
  });
