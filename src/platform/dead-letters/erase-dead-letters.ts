/**
 * Table dead_letters: erases personal data. Of all queue messages only `order.create` holds any. A letter that was replayed
 * is deleted; one that was not is an order that somebody must still create: it stays.
 */
import { mentionsSql, type SearchedTexts } from "../personal-data";

const HAS_DATA = "message ->> 'type' = 'order.create.v1'";

export const deadLetterTexts: SearchedTexts = {
  name: "deadLetters",
  of: "primary",
  erasePage: async (db, { words, channelId, after, limit }) => {
    const page = "SELECT id FROM dead_letters WHERE id > ?1 ORDER BY id LIMIT ?2";
    const found = `id IN (${page}) AND ${HAS_DATA} AND CASE WHEN ?4 IS NULL THEN ${mentionsSql("message", "?3")}
      ELSE message ->> '$.order.channelId' = ?4 END`;
    const values = [after, limit, JSON.stringify(words), channelId];
    const [last, waiting, deleted] = await db.batch<{ id: string | null; n: number }>([
      db.prepare(`SELECT max(id) AS id, count(*) AS n FROM (${page})`).bind(after, limit),
      db
        .prepare(`SELECT count(*) AS n FROM dead_letters WHERE replayed_at IS NULL AND ${found}`)
        .bind(...values),
      db.prepare(`DELETE FROM dead_letters WHERE replayed_at IS NOT NULL AND ${found}`).bind(...values),
    ]);
    const { id = null, n = 0 } = last!.results[0] ?? {};
    return {
      erased: deleted!.meta.changes,
      waiting: waiting!.results[0]?.n ?? 0,
      next: n < limit ? null : id,
    };
  },
};
