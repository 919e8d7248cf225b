/**
 * Table closed_buckets of an orders database: the buckets of which it takes no writes, or has only rows that count
 * nowhere. Triggers of the schema refuse the writes. With no row, the database has each bucket that is routed to it.
 */
import type { IdRange } from "../../kernel/buckets";

/**
 * `takesWrites`: whether rows of the bucket may be written. `isHere`: whether the map names this database, so that its rows
 * are the bucket's. The target of a move takes writes, the copies, and is not the bucket's place yet.
 */
export type BucketState = Readonly<{ takesWrites: boolean; isHere: boolean }>;

/** Idempotent. */
export async function setBucketState(
  db: D1Database,
  { from, before }: IdRange,
  { takesWrites, isHere }: BucketState,
): Promise<void> {
  const statement =
    takesWrites && isHere
      ? db.prepare("DELETE FROM closed_buckets WHERE from_id = ?1").bind(from)
      : db
          .prepare(
            `INSERT INTO closed_buckets (from_id, before_id, takes_writes, is_here) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (from_id) DO UPDATE SET takes_writes = excluded.takes_writes, is_here = excluded.is_here`,
          )
          .bind(from, before, Number(takesWrites), Number(isHere));
  await statement.run();
}

/**
 * A condition of SQL: the order's bucket is in this database. For statements that count or add up the orders of a
 * database, in which a move may have put copies.
 */
export const isHereSql = (orderId: string): string =>
  `NOT EXISTS (SELECT 1 FROM closed_buckets AS closed
     WHERE closed.is_here = 0 AND ${orderId} >= closed.from_id AND ${orderId} < closed.before_id)`;

/** The states of the buckets that have one, by the first id of the bucket. */
export async function closedBucketsOf(db: D1Database): Promise<ReadonlyMap<string, BucketState>> {
  const { results } = await db
    .prepare("SELECT from_id, takes_writes, is_here FROM closed_buckets")
    .all<{ from_id: string; takes_writes: 0 | 1; is_here: 0 | 1 }>();
  return new Map(
    results.map((row) => [row.from_id, { takesWrites: row.takes_writes === 1, isHere: row.is_here === 1 }]),
  );
}
