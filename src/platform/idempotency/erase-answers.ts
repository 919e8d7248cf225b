/**
 * Table idempotency_keys: erases personal data. An answer that mentions the customer is deleted with its key: a repeat of
 * the request is then decided again. An order is known by its id at the storefront, and a change by its mark.
 */
import { mentionsSql, type SearchedTexts } from "../personal-data";

const CHANNEL = "CASE WHEN json_valid(response) THEN response ->> '$.channelId' END";

export const answerTexts: SearchedTexts = {
  name: "answers",
  of: "every",
  erasePage: async (db, { words, channelId, after, limit }) => {
    const page = "SELECT key FROM idempotency_keys WHERE key > ?1 ORDER BY key LIMIT ?2";
    const [last, deleted] = await db.batch<{ key: string | null; n: number }>([
      db.prepare(`SELECT max(key) AS key, count(*) AS n FROM (${page})`).bind(after, limit),
      db
        .prepare(
          `DELETE FROM idempotency_keys WHERE key IN (${page}) AND response IS NOT NULL
             AND (${mentionsSql("response", "?3")} OR ${CHANNEL} = ?4)`,
        )
        .bind(after, limit, JSON.stringify(words), channelId),
    ]);
    const { key = null, n = 0 } = last!.results[0] ?? {};
    return { erased: deleted!.meta.changes, waiting: 0, next: n < limit ? null : key };
  },
};
