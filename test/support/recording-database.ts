/** Records every statement that D1 runs: its text, and the rows read, as D1 bills them. */
export type Ran = Readonly<{ sql: string; rowsRead: number }>;
export type RecordingDatabase = Readonly<{ database: D1Database; ran: Ran[] }>;

export function recordingDatabase(database: D1Database): RecordingDatabase {
  const ran: Ran[] = [];
  const prepared = new WeakMap<D1PreparedStatement, { sql: string; statement: D1PreparedStatement }>();
  const keep = <Row>(sql: string, result: D1Result<Row>): D1Result<Row> => {
    ran.push({ sql, rowsRead: result.meta.rows_read });
    return result;
  };
  const recorded = (sql: string, statement: D1PreparedStatement): D1PreparedStatement => {
    const all = async () => keep(sql, await statement.all());
    const watched = {
      bind: (...values: unknown[]) => recorded(sql, statement.bind(...values)),
      all,
      run: all,
      first: async (column?: string) => {
        const [row] = (await all()).results;
        return row === undefined ? null : column === undefined ? row : row[column];
      },
      raw: () => Promise.reject(new Error(`raw() does not report the rows read: ${sql}`)),
    } as unknown as D1PreparedStatement;
    prepared.set(watched, { sql, statement });
    return watched;
  };
  const watched = {
    prepare: (sql: string) => recorded(sql, database.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => {
      const originals = statements.map((each) => prepared.get(each)!);
      const results = await database.batch(originals.map(({ statement }) => statement));
      return results.map((result, i) => keep(originals[i]!.sql, result));
    },
  } as unknown as D1Database;
  return { database: watched, ran };
}
