/** Plays a world on databases in a Durable Object. They answer the same calls; each takes a fraction of the time. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { withSuffix, type Names, type ObjectBackedD1 } from "../support/object-backed-d1";
import { platform } from "./platform";

const stub = () => env.OBJECT_BACKED_D1.getByName("the world's");

type Kind = "primary" | "orders" | "directory";
/** Without comments, in which an apostrophe would begin a text. */
const schemaOf = (kind: Kind): readonly string[] =>
  env.TEST_MIGRATIONS[kind].flatMap(({ queries }) => queries.map((sql) => sql.replaceAll(/--.*$/gm, "")));

/** One object holds all databases, each with names of its own: to query another object takes ten times as long. */
const known = new Map<string, Names>();
function namesIn(database: string): Names {
  const names = known.get(database) ?? withSuffix(schemaOf(kindOf(database)), `_in_${database}`);
  known.set(database, names);
  return names;
}
const KINDS: Readonly<Record<string, Kind>> = { DB: "primary", DIRECTORY: "directory" };
const kindOf = (name: string): Kind => KINDS[name] ?? "orders";

const migrated = new Set<string>();

/**
 * Runs the work inside the databases' object, where they can be queried directly. Other objects query them by a call.
 * @param ordersDatabases how many there are.
 */
export const onObjectBackedD1 = <Value>(work: () => Promise<Value>, ordersDatabases = 1): Promise<Value> =>
  runInDurableObject(stub(), async (object: ObjectBackedD1) => {
    const database = (name: string) => object.database(stub, namesIn(name));
    const more = Array.from({ length: ordersDatabases - 1 }, (_, i) => `ORDERS_0${i + 1}`);
    const databases = {
      DB: database("DB"),
      ORDERS_00: database("ORDERS_00"),
      DIRECTORY: database("DIRECTORY"),
      ...Object.fromEntries(more.map((name) => [name, database(name)])),
    };
    for (const [name, each] of Object.entries(databases)) {
      if (migrated.has(name)) continue;
      await each.batch(schemaOf(kindOf(name)).map((sql) => each.prepare(sql)));
      migrated.add(name);
    }
    platform().databases = databases;
    return work();
  });
