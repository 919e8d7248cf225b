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

/** Writes where the bucket is. Isolates read it within seconds. */
export async function placeBucket(
  primary: D1Database,
  bucket: number,
  { database, movingTo }: BucketPlace,
  now: number,
): Promise<void> {
  await primary
    .prepare(
      `INSERT INTO order_buckets (bucket, database, moving_to, moving_since) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (bucket) DO UPDATE SET database = excluded.database, moving_to = excluded.moving_to,
         moving_since = CASE WHEN excluded.moving_to IS NOT NULL
           THEN coalesce(moving_since, excluded.moving_since) END`,
    )
    .bind(bucket, database, movingTo, movingTo === null ? null : now)
    .run();
  cache.forget(KEY);
}

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
