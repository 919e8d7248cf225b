/** SQLite's plan for a statement, one line a step. */
export async function planOf(db: D1Database, sql: string): Promise<string[]> {
  const numbered = [...sql.matchAll(/\?(\d+)/g)].map((match) => Number(match[1]));
  const count = Math.max(0, ...numbered) || [...sql.matchAll(/\?/g)].length;
  const explain = db.prepare(`EXPLAIN QUERY PLAN ${sql}`);
  const { results } = await explain.bind(...Array<null>(count).fill(null)).all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}
