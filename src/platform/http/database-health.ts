/** Whether D1 answers at all. */

/** @throws what D1 throws when it does not. */
export async function databaseAnswers(db: D1Database): Promise<void> {
  await db.prepare("SELECT 1").run();
}
