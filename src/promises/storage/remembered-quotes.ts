/** Table remembered_quotes: quotes that an order can be placed on without naming their id. */
import { keysOf, STORED_AGAIN_MS, type RememberedQuote } from "../domain/remembered-quote";
import type { PlacedOrder } from "../domain/quoted-order";

type Row = {
  key: string;
  quantities: string;
  deliver_by_on: string;
  issued_at: number;
  valid_until: number;
};

/** One row for a quote that is made again and again: it is written at most once in ten minutes. */
export async function putRememberedQuote(db: D1Database, quote: RememberedQuote): Promise<void> {
  const { key, quantities, deliverByOn, issuedAt, validUntil } = quote;
  await db
    .prepare(
      `INSERT INTO remembered_quotes (key, quantities, deliver_by_on, issued_at, valid_until)
       VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (key, quantities, deliver_by_on) DO UPDATE SET
         issued_at = CASE WHEN valid_until < excluded.issued_at THEN excluded.issued_at ELSE issued_at END,
         valid_until = excluded.valid_until
       WHERE excluded.valid_until >= valid_until + ?6`,
    )
    .bind(key, JSON.stringify(quantities), deliverByOn, issuedAt, validUntil, STORED_AGAIN_MS)
    .run();
}

/** More than that many quotes of one cart within two days are not looked at; the last ones come first. */
const MAX_FOUND = 100;

/** The quotes that the order may have been placed on. No round trip for an order that cannot have one. */
export async function quotesForOrder(db: D1Database, order: PlacedOrder): Promise<RememberedQuote[]> {
  const keys = keysOf(order);
  if (keys.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT quotes.* FROM json_each(?1) AS wanted CROSS JOIN remembered_quotes AS quotes ON quotes.key = wanted.value
       ORDER BY quotes.valid_until DESC LIMIT ?2`,
    )
    .bind(JSON.stringify(keys), MAX_FOUND)
    .all<Row>();
  return results.map((row) => ({
    key: row.key,
    quantities: JSON.parse(row.quantities) as readonly number[],
    deliverByOn: row.deliver_by_on,
    issuedAt: row.issued_at,
    validUntil: row.valid_until,
  }));
}

/** Deletes at most `limit` quotes that ended before the time, the oldest first. Returns how many. */
export const deleteRememberedQuotes = async (
  db: D1Database,
  before: number,
  limit: number,
): Promise<number> =>
  (
    await db
      .prepare(
        `DELETE FROM remembered_quotes WHERE (key, quantities, deliver_by_on) IN (
           SELECT key, quantities, deliver_by_on FROM remembered_quotes
           WHERE valid_until < ?1 ORDER BY valid_until LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;
