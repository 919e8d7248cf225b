/** Table sourcing_supply: the stock that sourcing decisions were made from. Written with the decision's commit. */

/** Deletes at most `limit` rows older than the time. Returns how many. */
export const deleteSourcingSupply = async (db: D1Database, before: number, limit: number): Promise<number> =>
  (
    await db
      .prepare(
        `DELETE FROM sourcing_supply WHERE (at, order_id, version) IN
           (SELECT at, order_id, version FROM sourcing_supply WHERE at < ?1 ORDER BY at LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;
