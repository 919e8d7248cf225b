/** Queries D1 with a trivial statement. @throws the error of D1 if it does not answer. */
export async function databaseAnswers(db: D1Database): Promise<void> {
  await db.prepare("SELECT 1").run();
}
