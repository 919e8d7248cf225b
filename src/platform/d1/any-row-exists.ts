/** Whether anything is to be done at all, asked so cheaply that it may be asked each minute. */

/** Whether there is a row, `found` 1 or 0: one is read, by index. To be asked in a batch with other questions. */
export const anyRowStatement = (
  db: D1Database,
  fromWhere: string,
  ...values: readonly (string | number)[]
): D1PreparedStatement => db.prepare(`SELECT EXISTS (SELECT 1 ${fromWhere}) AS found`).bind(...values);

/** What a batch of such questions was answered. */
export async function anyRowExists(
  db: D1Database,
  statements: readonly D1PreparedStatement[],
): Promise<boolean[]> {
  const answers = await db.batch<{ found: number }>([...statements]);
  return answers.map(({ results }) => results[0]?.found === 1);
}
