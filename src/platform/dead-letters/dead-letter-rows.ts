/** The table of dead letters: messages that no retry could handle. */
import type { QueueMessage, QueueName } from "../queues/queue-message";

export type DeadLetter = Readonly<{
  id: string;
  queue: QueueName;
  message: QueueMessage;
  problem: string | null;
  diedAt: number;
  replayedAt: number | null;
  replays: number;
}>;

type Row = Omit<DeadLetter, "message"> & { message: string };

const COLUMNS = "id, queue, message, problem, died_at AS diedAt, replayed_at AS replayedAt, replays";

/** Stores the letter. One that fails again after a replay is open again. */
export async function storeDeadLetter(
  db: D1Database,
  letter: Readonly<{
    id: string;
    queue: QueueName;
    message: unknown;
    problem: string | null;
    diedAt: number;
  }>,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO dead_letters (id, queue, message, problem, died_at) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (id) DO UPDATE SET died_at = excluded.died_at, replayed_at = NULL`,
    )
    .bind(letter.id, letter.queue, JSON.stringify(letter.message), letter.problem, letter.diedAt)
    .run();
}

export async function findDeadLetter(db: D1Database, id: string): Promise<DeadLetter | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM dead_letters WHERE id = ?1`).bind(id).first<Row>();
  return row && letterOf(row);
}

export async function markReplayed(db: D1Database, id: string, at: number): Promise<void> {
  await db
    .prepare("UPDATE dead_letters SET replayed_at = ?2, replays = replays + 1 WHERE id = ?1")
    .bind(id, at)
    .run();
}

/** Letters after the cursor, newest first; those not replayed, or all. */
export async function deadLetters(
  db: D1Database,
  {
    openOnly,
    after,
    limit,
  }: Readonly<{
    openOnly: boolean;
    after: Readonly<{ diedAt: number; id: string }> | null;
    limit: number;
  }>,
): Promise<DeadLetter[]> {
  const open = openOnly ? "replayed_at IS NULL AND" : "";
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM dead_letters WHERE ${open} (died_at, id) < (?1, ?2)
       ORDER BY died_at DESC, id DESC LIMIT ?3`,
    )
    .bind(after?.diedAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? "", limit)
    .all<Row>();
  return results.map(letterOf);
}

const letterOf = (row: Row): DeadLetter => ({ ...row, message: JSON.parse(row.message) as QueueMessage });

/** Deletes letters that were replayed before the time and have not failed again since. Returns how many. */
export const deleteReplayedLetters = async (db: D1Database, before: number, limit: number): Promise<number> =>
  (
    await db
      .prepare(
        `DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters
           WHERE replayed_at < ?1 ORDER BY replayed_at LIMIT ?2)`,
      )
      .bind(before, limit)
      .run()
  ).meta.changes;
