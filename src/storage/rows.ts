/**
 * Many rows in one statement. D1 binds at most 100 parameters a statement, so the rows travel as one
 * JSON parameter, whatever their number.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

type Rows<Table extends SQLiteTable> = readonly Table["$inferInsert"][];

/** `INSERT` of all rows; a row that is there already aborts the batch. */
export const insertRows = <Table extends SQLiteTable>(db: D1Database, table: Table, rows: Rows<Table>) =>
  db.prepare(insertSql(table)).bind(JSON.stringify(rows));

/** `INSERT`, or where the key is there already, the row's other columns. */
export function upsertRows<Table extends SQLiteTable>(
  db: D1Database,
  table: Table,
  key: readonly string[],
  rows: Rows<Table>,
): D1PreparedStatement {
  const sql = kept(upserts, table, () => upsertSql(table, key));
  return db.prepare(sql).bind(JSON.stringify(rows));
}

/** The same for every row, and a tenth of an order's work to put together again. */
const inserts = new WeakMap<SQLiteTable, string>();
const upserts = new WeakMap<SQLiteTable, string>();

function kept(texts: WeakMap<SQLiteTable, string>, table: SQLiteTable, make: () => string): string {
  const known = texts.get(table);
  if (known !== undefined) return known;
  const made = make();
  texts.set(table, made);
  return made;
}

const insertSql = (table: SQLiteTable): string =>
  kept(inserts, table, () => {
    const columns = columnsOf(table);
    const names = columns.map(({ column }) => column).join(", ");
    const values = columns.map(({ property }) => `value ->> '${property}'`).join(", ");
    return `INSERT INTO ${getTableName(table)} (${names}) SELECT ${values} FROM json_each(?1)`;
  });

function upsertSql(table: SQLiteTable, key: readonly string[]): string {
  const changed = columnsOf(table)
    .filter(({ column }) => !key.includes(column))
    .map(({ column }) => `${column} = excluded.${column}`);
  return `${insertSql(table)} WHERE true ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${changed.join(", ")}`;
}

const columnsOf = (table: SQLiteTable) =>
  Object.entries(getTableColumns(table)).map(([property, column]) => ({ property, column: column.name }));
