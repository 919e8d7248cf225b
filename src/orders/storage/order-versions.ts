/** Table orders: ids and versions, for comparison with a projection. */
import { BUCKETS, idsOfBucket } from "../../kernel/buckets";
import type { OrderId } from "../../kernel/ids";

export type OrderVersion = Readonly<{ id: OrderId; version: number }>;

/** A page of ids after one and up to another, neither of which need exist, in ascending order. */
export async function orderVersions(
  db: D1Database,
  { after, before, limit }: Readonly<{ after: string; before: string; limit: number }>,
): Promise<OrderVersion[]> {
  const { results } = await db
    .prepare("SELECT id, version FROM orders WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3")
    .bind(after, before, limit)
    .all<OrderVersion>();
  return results;
}

/** The versions of those of the orders that the database has. */
export async function versionsOf(
  db: D1Database,
  orderIds: readonly OrderId[],
): Promise<ReadonlyMap<OrderId, number>> {
  const { results } = await db
    .prepare("SELECT id, version FROM orders WHERE id IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(orderIds))
    .all<OrderVersion>();
  return new Map(results.map(({ id, version }) => [id, version]));
}

/** The buckets of which the database has an order, whether or not it is their place. */
export async function bucketsWithOrders(db: D1Database): Promise<ReadonlySet<number>> {
  const ranges = Array.from({ length: BUCKETS }, (_, bucket) => ({ bucket, ...idsOfBucket(bucket) }));
  const { results } = await db
    .prepare(
      `SELECT value ->> 'bucket' AS bucket FROM json_each(?1)
       WHERE EXISTS (SELECT 1 FROM orders WHERE id >= value ->> 'from' AND id < value ->> 'before')`,
    )
    .bind(JSON.stringify(ranges))
    .all<{ bucket: number }>();
  return new Set(results.map(({ bucket }) => bucket));
}
