/** Table outbox: since when a message of a type waits. */
import { HEAD_START_MS } from "./outbox-rows";

/** Rows that are read of each list. With more, the answer is the age of the first that is not read. */
const MAX_ROWS = 50;

type Row = Readonly<{ at: number; isOfType: 0 | 1; list: number }>;

/**
 * The first list has the rows that were sent at most once, oldest first: they are due a fixed time after they were
 * written, unless they were sent again. The second list has the rows that were sent again.
 */
const OLDEST = `SELECT * FROM (SELECT due_at - ${HEAD_START_MS} AS at, message ->> 'type' = ?1 AS isOfType, 1 AS list
    FROM outbox ORDER BY due_at, id LIMIT ${MAX_ROWS})
  UNION ALL SELECT * FROM (SELECT created_at AS at, message ->> 'type' = ?1 AS isOfType, 2 AS list
    FROM outbox INDEXED BY outbox_again WHERE attempts > 0 ORDER BY created_at LIMIT ${MAX_ROWS})`;

/** No message of the type that waits was written before this time. Null if none waits. */
export async function waitingSince(db: D1Database, type: string): Promise<number | null> {
  const { results } = await db.prepare(OLDEST).bind(type).all<Row>();
  const lists = [1, 2].map((list) => results.filter((row) => row.list === list));
  const times = lists.flatMap((rows) => [
    ...rows.filter(({ isOfType }) => isOfType === 1).map(({ at }) => at),
    ...(rows.length === MAX_ROWS ? [rows.at(-1)!.at] : []),
  ]);
  return times.length === 0 ? null : Math.min(...times);
}
