/**
 * Table restores of an orders database: that it went back in time, and from when to when its rows are lost. While a restore
 * takes no commits, a trigger of the schema refuses those of everybody but the recovery: orders wait in the intake queue.
 */

import type { Restore } from "../../kernel/restore";

/** The author of the commits that a recovery makes: the trigger names it. */
export const RECOVERY_ACTOR = "recovery";

export type { Restore } from "../../kernel/restore";

/** The database takes no commits until `openAfterRestore`. Idempotent. */
export async function closeAfterRestore(db: D1Database, { since, until }: Restore): Promise<void> {
  await db
    .prepare(
      `INSERT INTO restores (until, since, takes_commits) VALUES (?1, ?2, 0)
       ON CONFLICT (until) DO UPDATE SET takes_commits = 0`,
    )
    .bind(until, since)
    .run();
}

export async function openAfterRestore(db: D1Database): Promise<void> {
  await db.prepare("UPDATE restores SET takes_commits = 1").run();
}

/** Selects the `since` and `until` of the last restore. */
export const lastRestoreStatement = (db: D1Database): D1PreparedStatement =>
  db.prepare("SELECT since, until FROM restores ORDER BY until DESC LIMIT 1");

/** Null if the database was never restored. */
export const lastRestore = (db: D1Database): Promise<Restore | null> =>
  lastRestoreStatement(db).first<Restore>();

/** Nobody acts on what happened before. Returns how many rows were deleted. */
export async function deleteRestores(db: D1Database, before: number, limit: number): Promise<number> {
  const { meta } = await db
    .prepare(
      `DELETE FROM restores WHERE until IN
         (SELECT until FROM restores WHERE until < ?1 AND takes_commits = 1 ORDER BY until LIMIT ?2)`,
    )
    .bind(before, limit)
    .run();
  return meta.changes;
}
