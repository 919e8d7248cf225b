/** Table listed_orders: ids and versions, for comparison with the orders. */
import type { OrderVersion } from "../../orders/orders";

/** The versions of ids after one and up to another, in ascending order. */
export async function listedVersions(
  db: D1Database,
  { after, upTo, limit }: Readonly<{ after: string; upTo: string; limit: number }>,
): Promise<OrderVersion[]> {
  const { results } = await db
    .prepare("SELECT id, version FROM listed_orders WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3")
    .bind(after, upTo, limit)
    .all<OrderVersion>();
  return results;
}

type ListedId = OrderVersion & Readonly<{ channelId: string; externalId: string; number: string }>;

/** Rows with ids after one and before another, in ascending order. */
export async function listedOrdersAfter(
  db: D1Database,
  { after, before, limit }: Readonly<{ after: string; before: string; limit: number }>,
): Promise<ListedId[]> {
  const { results } = await db
    .prepare(
      `SELECT id, version, channel_id AS channelId, external_id AS externalId, number FROM listed_orders
       WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3`,
    )
    .bind(after, before, limit)
    .all<ListedId>();
  return results;
}
