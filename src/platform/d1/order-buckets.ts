/**
 * Table order_buckets: which orders database has a bucket. An isolate reads it every few seconds. One that has not yet
 * read a change is harmless: a database accepts no order of a bucket that it does not have (`closed_buckets`).
 */
import { createIsolateCache } from "./isolate-cache";

export type OrdersDatabaseName = `ORDERS_${string}`;

/** It has each bucket that the table does not name. */
export const FIRST_DATABASE = "ORDERS_00";

/** `movingTo`: the database to which its orders are being moved; null unless they wait for that. */
export type BucketPlace = Readonly<{ database: OrdersDatabaseName; movingTo: OrdersDatabaseName | null }>;
export type BucketPlaces = ReadonlyMap<number, BucketPlace>;

type Row = { bucket: number; database: OrdersDatabaseName; moving_to: OrdersDatabaseName | null };

export async function bucketPlaces(primary: D1Database): Promise<BucketPlaces> {
  const { results } = await primary
    .prepare("SELECT bucket, database, moving_to FROM order_buckets")
    .all<Row>();
  return new Map(
    results.map(({ bucket, database, moving_to: movingTo }) => [bucket, { database, movingTo }]),
  );
}

type Places = Readonly<{ bucket: number; from: OrdersDatabaseName; to: OrdersDatabaseName }>;

/** The bucket takes no writes until it is moved. Idempotent. Returns false if it is not in `from`. */
export async function markMoving(
  primary: D1Database,
  { bucket, from, to }: Places,
  now: number,
): Promise<boolean> {
  const statement = primary
    .prepare(
      `INSERT INTO order_buckets (bucket, database, moving_to, moving_since) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (bucket) DO UPDATE SET moving_to = excluded.moving_to,
         moving_since = coalesce(moving_since, excluded.moving_since)
       WHERE database = excluded.database`,
    )
    .bind(bucket, from, to, now);
  return wasChanged(await statement.run());
}

/** The bucket is in `to`. Idempotent. Returns false if it was not being moved there. */
export async function finishMoving(primary: D1Database, { bucket, to }: Places): Promise<boolean> {
  const statement = primary
    .prepare(
      `UPDATE order_buckets SET database = ?2, moving_to = NULL, moving_since = NULL
       WHERE bucket = ?1 AND (moving_to = ?2 OR database = ?2)`,
    )
    .bind(bucket, to);
  return wasChanged(await statement.run());
}

/** The bucket stays in `from`. Idempotent. Returns false if the table names another database. */
export async function stopMoving(primary: D1Database, { bucket, from }: Places): Promise<boolean> {
  const statement = primary
    .prepare(
      `INSERT INTO order_buckets (bucket, database) VALUES (?1, ?2)
       ON CONFLICT (bucket) DO UPDATE SET moving_to = NULL, moving_since = NULL WHERE database = ?2`,
    )
    .bind(bucket, from);
  return wasChanged(await statement.run());
}

function wasChanged({ meta }: D1Result): boolean {
  cache.forget(KEY);
  return meta.changes > 0;
}

/** Puts a bucket that has no orders yet into a database. */
export async function placeBucket(
  primary: D1Database,
  bucket: number,
  database: OrdersDatabaseName,
): Promise<void> {
  await primary
    .prepare(
      `INSERT INTO order_buckets (bucket, database) VALUES (?1, ?2)
       ON CONFLICT (bucket) DO UPDATE SET database = excluded.database`,
    )
    .bind(bucket, database)
    .run();
  cache.forget(KEY);
}

/** For a person: how to correct the table after the primary database was restored. */
export const howToPlace = (bucket: number, database: string): string =>
  `Correct the map: npx wrangler d1 execute aftercart --remote --command "INSERT INTO order_buckets (bucket, database) VALUES (${bucket}, '${database}') ON CONFLICT (bucket) DO UPDATE SET database = excluded.database, moving_to = NULL, moving_since = NULL".`;

const cache = createIsolateCache<BucketPlaces>();
const KEY = "buckets";
const NONE: BucketPlaces = new Map();
const lastRead = new WeakMap<object, BucketPlaces>();

/** What `readPlaces` has read last for these bindings. */
export const placesOf = (env: object): BucketPlaces => lastRead.get(env) ?? NONE;

/**
 * Reads the table, unless it was read within some seconds.
 * @throws if the primary database does not answer, and nothing was read within a quarter of an hour.
 */
export async function readPlaces(env: Readonly<{ DB: D1Database }>, now: number): Promise<void> {
  lastRead.set(env, cache.fresh(KEY, now) ?? (await cache.read(KEY, now, () => bucketPlaces(env.DB))));
}
