/** Plays a world on databases in Durable Objects. They answer the same calls; each takes a fraction of the time. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { remoteDatabase, type ObjectBackedD1 } from "../support/object-backed-d1";
import { platform } from "./platform";

const stubOf = (name: string) => () => env.OBJECT_BACKED_D1.getByName(`the world's ${name}`);

let migrated: Promise<unknown> | undefined;

/**
 * Runs the work inside the object of the orders database, where it can be queried directly. Other objects, and the work for
 * the primary database, query by a call.
 */
export const onObjectBackedD1 = <Value>(work: () => Promise<Value>): Promise<Value> =>
  runInDurableObject(stubOf("orders")(), async (object: ObjectBackedD1) => {
    const databases = {
      DB: remoteDatabase(stubOf("primary")),
      ORDERS_00: object.database(stubOf("orders")),
    };
    await (migrated ??= Promise.all([
      migrate(databases.DB, "primary"),
      migrate(databases.ORDERS_00, "orders"),
    ]));
    platform().databases = databases;
    return work();
  });

async function migrate(database: D1Database, kind: "primary" | "orders"): Promise<void> {
  for (const { queries } of env.TEST_MIGRATIONS[kind]) {
    await database.batch(queries.map((sql) => database.prepare(sql)));
  }
}
