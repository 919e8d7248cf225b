/** Copies a database, and sets it back to the copy later, as Time Travel does: all of its rows, at once. */
import { env } from "cloudflare:workers";

type Kind = "primary" | "orders" | "directory";
type Row = Readonly<Record<string, unknown>>;
export type DatabaseCopy = ReadonlyMap<string, readonly Row[]>;

/** Triggers refuse rows by what these have: they are written last. */
const LAST = ["closed_buckets", "restores", "deleted_orders"];
const ROWS_A_STATEMENT = 50;

const kindOf = (name: string): Kind =>
  name === "DB" ? "primary" : name === "DIRECTORY" ? "directory" : "orders";

function tablesOf(name: string): string[] {
  const schema = env.TEST_MIGRATIONS[kindOf(name)].flatMap(({ queries }) => queries);
  const tables = schema.flatMap((sql) =>
    [...sql.matchAll(/^\s*CREATE TABLE (\w+)/gm)].map(([, table]) => table!),
  );
  return tables.toSorted((a, b) => LAST.indexOf(a) - LAST.indexOf(b));
}

/** @param name of the binding. */
export async function copyDatabase(name: string, database: D1Database): Promise<DatabaseCopy> {
  const tables = tablesOf(name);
  const read = await database.batch<Row>(tables.map((table) => database.prepare(selected(table))));
  return new Map(tables.map((table, i) => [table, read[i]!.results]));
}

/** The keys of the directory pass what a number can hold. */
const selected = (table: string): string =>
  table === "listed_orders"
    ? "SELECT *, CAST(key AS TEXT) AS key_text FROM listed_orders"
    : `SELECT * FROM ${table}`;

export async function restoreDatabase(name: string, database: D1Database, copy: DatabaseCopy): Promise<void> {
  const tables = tablesOf(name);
  await database.batch([
    database.prepare("PRAGMA defer_foreign_keys = ON"),
    ...tables.toReversed().map((table) => database.prepare(`DELETE FROM ${table}`)),
    ...tables.flatMap((table) => insertions(database, table, copy.get(table) ?? [])),
  ]);
}

function insertions(database: D1Database, table: string, rows: readonly Row[]): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = [];
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const page = rows.slice(from, from + ROWS_A_STATEMENT);
    // The generated column, and the text of a key.
    const columns = Object.keys(page[0]!).filter((column) => column !== "available" && column !== "key_text");
    const value = (column: string) =>
      table === "listed_orders" && column === "key"
        ? "CAST(value ->> 'key_text' AS INTEGER)"
        : `value ->> '${column}'`;
    statements.push(
      database
        .prepare(
          `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.map(value).join(", ")} FROM json_each(?1)`,
        )
        .bind(JSON.stringify(page)),
    );
  }
  return statements;
}
