/** Table order_events: the stock that the sourcing decisions of a commit were made from. It is kept for some weeks. */
import type { OrderId } from "../../kernel/ids";

const DAY_MS = 86_400_000;

/** For how long after an order was placed its day can be played again under other rules. */
export const SUPPLY_KEPT_MS = 30 * DAY_MS;

/** Deletes it of all commits of the orders. Returns of how many. Idempotent. */
export const deleteSourcingSupply = async (db: D1Database, orderIds: readonly OrderId[]): Promise<number> =>
  (
    await db
      .prepare(
        `UPDATE order_events SET supply = NULL
         WHERE order_id IN (SELECT value FROM json_each(?1)) AND supply IS NOT NULL`,
      )
      .bind(JSON.stringify(orderIds))
      .run()
  ).meta.changes;
