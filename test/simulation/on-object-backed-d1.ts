/** Plays a world on a database in the same isolate. It makes the same calls; each takes a tenth of the time. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ObjectBackedD1 } from "../support/object-backed-d1";
import { platform } from "./platform";

const stub = () => env.OBJECT_BACKED_D1.getByName("the world's");

let migrated: Promise<void> | undefined;

/** Runs the work inside the database's object, where it can be queried directly. Other objects query it by a call. */
export const onObjectBackedD1 = <Value>(work: () => Promise<Value>): Promise<Value> =>
  runInDurableObject(stub(), async (object: ObjectBackedD1) => {
    const database = object.database(stub);
    await (migrated ??= migrate(database));
    platform().database = database;
    return work();
  });

async function migrate(database: D1Database): Promise<void> {
  for (const { queries } of env.TEST_MIGRATIONS) {
    await database.batch(queries.map((sql) => database.prepare(sql)));
  }
}
