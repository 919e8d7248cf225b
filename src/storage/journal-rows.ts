/** Journal entries as rows: the entry whole, so that a trigger can refuse one that does not balance. */
import type { JournalEntry } from "../domain/ledger";

const INSERT = `INSERT INTO journal_entries (posted_on, id, order_id, at, description, postings)
SELECT value ->> 'postedOn', value ->> 'id', value ->> 'orderId', value ->> 'at', value ->> 'description',
  value ->> 'postings'
FROM json_each(?1)`;

export const journalStatements = (db: D1Database, entries: readonly JournalEntry[]): D1PreparedStatement[] =>
  entries.length === 0 ? [] : [db.prepare(INSERT).bind(JSON.stringify(entries))];
