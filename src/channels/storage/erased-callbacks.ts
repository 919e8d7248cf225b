/**
 * The callbacks' tables: erases and reads personal data. The body of a callback that staff have resolved is deleted; one
 * that they have not resolved may be an order that must still be entered: it stays.
 */
import { mentionsSql, type DataOfOrder, type SearchedTexts } from "../../platform/personal-data";

/** Of a callback that was applied only its topic, time and problem are stored. The problem may quote a field. */
export const callbacksOfOrder: DataOfOrder = {
  name: "callbacks",
  erase: (db, orderId) => [
    db.prepare("UPDATE inbox SET problem = NULL WHERE order_id = ?1 AND problem IS NOT NULL").bind(orderId),
  ],
  read: async (db, orderId) =>
    (
      await db
        .prepare("SELECT topic, received_at AS receivedAt, outcome, problem FROM inbox WHERE order_id = ?1")
        .bind(orderId)
        .all()
    ).results,
};

export const callbackTexts: SearchedTexts = {
  name: "callbacks",
  of: "primary",
  erasePage: async (db, { words, channelId, after, limit }) => {
    // Only callbacks that were rejected have a body. The key is (received_at, channel_id, event_id), as text.
    const [at, channel, event] = after === "" ? [0, "", ""] : (JSON.parse(after) as [number, string, string]);
    const page = `SELECT received_at, channel_id, event_id FROM inbox
      WHERE outcome = 'rejected' AND (received_at, channel_id, event_id) > (?1, ?2, ?3)
      ORDER BY received_at, channel_id, event_id LIMIT ?4`;
    const found = `(received_at, channel_id, event_id) IN (${page}) AND outcome = 'rejected' AND body IS NOT NULL
      AND CASE WHEN ?6 IS NULL THEN ${mentionsSql("body", "?5")} ELSE channel_id = ?6 END`;
    const start = [at, channel, event, limit];
    const values = [...start, JSON.stringify(words), channelId];
    const [keys, waiting, erased] = await db.batch<Record<string, string | number>>([
      db.prepare(page).bind(...start),
      db.prepare(`SELECT count(*) AS n FROM inbox WHERE resolved_at IS NULL AND ${found}`).bind(...values),
      db.prepare(`UPDATE inbox SET body = NULL WHERE resolved_at IS NOT NULL AND ${found}`).bind(...values),
    ]);
    const last = keys!.results.at(-1);
    const isLast = keys!.results.length < limit || last === undefined;
    return {
      erased: erased!.meta.changes,
      waiting: Number(waiting!.results[0]?.["n"] ?? 0),
      next: isLast ? null : JSON.stringify([last["received_at"], last["channel_id"], last["event_id"]]),
    };
  },
};
