/**
 * The databases. Everything of one order is in one orders database, which is found by the bucket that the order's id
 * names. No SQL joins two databases.
 */
import { BUCKETS, bucketOf, idsOfBucket, type IdRange } from "../../kernel/buckets";
import type { OrderId } from "../../kernel/ids";
import { FIRST_DATABASE, placesOf, readPlaces, type OrdersDatabaseName } from "./order-buckets";

export type Databases = Readonly<{
  /** Catalog, stock levels, API keys, job runs, entries of stock movements. */
  primary: D1Database;
  /** The database of an order. */
  orders: (orderId: OrderId) => D1Database;
  /** The projection of all orders, for lists, searches and reports. */
  directory: D1Database;
  /** Every orders database once, for sweeps and lists. While a bucket is moved, two of them have its rows: `isHereSql`. */
  allOrders: readonly D1Database[];
  /**
   * All ids of orders, in ranges, each with the database that has it: for work over all orders, which so meets each order
   * once, also while its bucket is moved. Neighbouring buckets of one database are one range.
   */
  ranges: readonly OrdersRange[];
  /** The names of the orders databases, in ascending order. */
  names: readonly OrdersDatabaseName[];
  /** The orders database of this name. @throws if it is not bound. */
  named: (name: OrdersDatabaseName) => D1Database;
}>;

export type OrdersRange = Readonly<{ db: D1Database; ids: IdRange }>;

/** Bindings named ORDERS_01, ORDERS_02 … are orders databases too. */
export type DatabaseBindings = Readonly<{
  DB: D1Database;
  ORDERS_00: D1Database;
  DIRECTORY: D1Database;
}>;

/**
 * Reads which orders database has which bucket, unless it was read within some seconds. With one orders database nothing is
 * read. Every invocation awaits this before it uses `databasesOf`.
 * @throws if the primary database does not answer, and nothing was read within a quarter of an hour.
 */
export async function knowDatabases(env: DatabaseBindings, now: number): Promise<void> {
  if (ordersDatabases(env).size > 1) await readPlaces(env, now);
}

/** The only place that chooses a database for an order, by what `knowDatabases` has read. */
export function databasesOf(env: DatabaseBindings): Databases {
  const bound = ordersDatabases(env);
  const named = (name: OrdersDatabaseName): D1Database => {
    const database = bound.get(name);
    if (database === undefined) throw new Error(`the binding ${name} is missing`);
    return database;
  };
  const places = placesOf(env);
  const nameOf = (bucket: number) => places.get(bucket)?.database ?? FIRST_DATABASE;
  const first = named(FIRST_DATABASE);
  const isOnlyOne = bound.size === 1;
  return {
    primary: env.DB,
    directory: env.DIRECTORY,
    orders: isOnlyOne ? () => first : (orderId) => named(nameOf(bucketOf(orderId))),
    allOrders: [...bound.values()],
    ranges: isOnlyOne
      ? [{ db: first, ids: ALL_IDS }]
      : rangesOf(nameOf).map(({ name, ids }) => ({ db: named(name), ids })),
    names: [...bound.keys()],
    named,
  };
}

const ALL_IDS: IdRange = { from: idsOfBucket(0).from, before: idsOfBucket(BUCKETS - 1).before };

/** The buckets in ascending order; neighbours with the same name are one range. */
function rangesOf(
  nameOf: (bucket: number) => OrdersDatabaseName,
): Readonly<{ name: OrdersDatabaseName; ids: IdRange }>[] {
  const ranges: { name: OrdersDatabaseName; ids: IdRange }[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const [name, ids] = [nameOf(bucket), idsOfBucket(bucket)];
    const last = ranges.at(-1);
    if (last?.name === name) last.ids = { from: last.ids.from, before: ids.before };
    else ranges.push({ name, ids });
  }
  return ranges;
}

/** The orders databases that are bound, by their names in ascending order. */
export function ordersDatabases(env: DatabaseBindings): OrdersDatabases {
  const known = boundBy.get(env);
  if (known !== undefined) return known;
  const bindings: Readonly<Record<string, unknown>> = env;
  const bound = new Map(
    Object.keys(bindings)
      .filter(isOrdersDatabase)
      .toSorted()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a binding of this name is a database.
      .map((name) => [name, bindings[name] as D1Database]),
  );
  boundBy.set(env, bound);
  return bound;
}

type OrdersDatabases = ReadonlyMap<OrdersDatabaseName, D1Database>;
const boundBy = new WeakMap<DatabaseBindings, OrdersDatabases>();

const isOrdersDatabase = (name: string): name is OrdersDatabaseName => /^ORDERS_\d\d$/.test(name);

/** The primary and all orders databases. */
export const everyDatabase = ({
  primary,
  allOrders,
}: Pick<Databases, "primary" | "allOrders">): readonly D1Database[] => [primary, ...allOrders];
