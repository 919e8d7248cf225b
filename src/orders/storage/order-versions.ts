/** Table orders: ids and versions, for comparison with a projection. */
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
