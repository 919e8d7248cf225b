/** How far the changed orders of each channel are read back: one row for a channel. */
import { anyRowStatement } from "../../platform/d1/any-row-exists";
import { LEASE_MS, type ReadBack } from "../domain/read-back";

const COLUMNS = `channel_id AS channelId, since, started_at AS startedAt, cursor, due_at AS dueAt, attempts, problem`;

const DUE = "FROM order_read_backs WHERE due_at <= ?1";

export const anyReadBackDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(db, DUE, now);

/** The rows of all channels. */
export async function readBacks(db: D1Database): Promise<ReadBack[]> {
  return (await db.prepare(`SELECT ${COLUMNS} FROM order_read_backs`).all<ReadBack>()).results;
}

/** Takes the rows that are due. Another run does not get them before the lease is over. */
export async function leaseDueReadBacks(db: D1Database, now: number): Promise<ReadBack[]> {
  const { results } = await db
    .prepare(`UPDATE order_read_backs SET due_at = ?2 WHERE due_at <= ?1 RETURNING ${COLUMNS}`)
    .bind(now, now + LEASE_MS)
    .all<ReadBack>();
  return results;
}

/** A row to write, unless another list was begun than the one of `startedAt`, which was read. */
type WrittenReadBack = Readonly<{ row: ReadBack; startedAt: number | null }>;

export const writeReadBack = (db: D1Database, row: ReadBack, startedAt: number | null): Promise<void> =>
  writeReadBacks(db, [{ row, startedAt }]);

export async function writeReadBacks(db: D1Database, written: readonly WrittenReadBack[]): Promise<void> {
  await db
    .prepare(
      `INSERT INTO order_read_backs (channel_id, since, started_at, cursor, due_at, attempts, problem)
       SELECT value ->> '$.row.channelId', value ->> '$.row.since', value ->> '$.row.startedAt',
         value ->> '$.row.cursor', value ->> '$.row.dueAt', value ->> '$.row.attempts', value ->> '$.row.problem'
       FROM json_each(?1) WHERE true
       ON CONFLICT (channel_id) DO UPDATE SET since = excluded.since, started_at = excluded.started_at,
         cursor = excluded.cursor, due_at = excluded.due_at, attempts = excluded.attempts,
         problem = excluded.problem
       WHERE order_read_backs.started_at IS (SELECT value ->> 'startedAt' FROM json_each(?1)
         WHERE value ->> '$.row.channelId' = excluded.channel_id)`,
    )
    .bind(JSON.stringify(written))
    .run();
}
