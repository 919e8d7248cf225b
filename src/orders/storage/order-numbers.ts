/** Table orders: finds orders by their number in a channel. */
import type { OrderId } from "../../kernel/ids";

/** Storefronts number orders once; a number that was given again and again is not listed without end. */
const MAX_ORDERS = 200;

/** @param number with or without `#`: Shopify writes `#1002` where others write `1002`. */
export async function orderIdsOfNumber(
  databases: readonly D1Database[],
  channelId: string,
  number: string,
): Promise<OrderId[]> {
  const plain = number.trim().replace(/^#/, "");
  const found = await Promise.all(
    databases.map((db) =>
      db
        .prepare("SELECT id FROM orders WHERE channel_id = ?1 AND number IN (?2, ?3) LIMIT ?4")
        .bind(channelId, plain, `#${plain}`, MAX_ORDERS)
        .all<{ id: OrderId }>(),
    ),
  );
  // While a bucket is moved, two databases have its orders.
  return [...new Set(found.flatMap(({ results }) => results.map(({ id }) => id)))];
}
