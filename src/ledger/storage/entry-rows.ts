/** Table journal_entries: rows by their keys, as they are stored. The archive keeps a copy of those of an order. */
import type { EntryKey } from "./journal";

export type StoredEntry = Readonly<{
  posted_on: string;
  id: string;
  at: number;
  description: string;
  postings: string;
}>;

const IS_WANTED = "(posted_on, id) IN (SELECT value ->> 'postedOn', value ->> 'id' FROM json_each(?1))";

/** Those of the entries that the database has, by day and id. */
export async function entryRows(db: D1Database, keys: readonly EntryKey[]): Promise<StoredEntry[]> {
  if (keys.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT posted_on, id, at, description, postings FROM journal_entries WHERE ${IS_WANTED} ORDER BY posted_on, id`,
    )
    .bind(JSON.stringify(keys))
    .all<StoredEntry>();
  return results;
}

/** Entries that are stored stay as they are. */
export const putEntriesStatement = (db: D1Database, entries: readonly StoredEntry[]): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO journal_entries (posted_on, id, at, description, postings)
       SELECT value ->> 'posted_on', value ->> 'id', value ->> 'at', value ->> 'description', value ->> 'postings'
       FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(entries));

/** Only after a restore, of commits that another state of their order takes the place of. */
export const deleteEntriesStatement = (db: D1Database, keys: readonly EntryKey[]): D1PreparedStatement =>
  db.prepare(`DELETE FROM journal_entries WHERE ${IS_WANTED}`).bind(JSON.stringify(keys));
