/** Cheap queries for whether any work is due. The sweep runs them every minute. */

/** Selects `found`, 1 or 0. Reads at most one row if an index serves `fromWhere`. For `anyRowExists`. */
export const anyRowStatement = (
  db: D1Database,
  fromWhere: string,
  ...values: readonly (string | number)[]
): D1PreparedStatement => db.prepare(`SELECT EXISTS (SELECT 1 ${fromWhere}) AS found`).bind(...values);

/** Runs the statements in one batch, and returns for each whether a row exists. */
export async function anyRowExists(
  db: D1Database,
  statements: readonly D1PreparedStatement[],
): Promise<boolean[]> {
  const answers = await db.batch<{ found: number }>([...statements]);
  return answers.map(({ results }) => results[0]?.found === 1);
}
