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
  const changed = columnsOf(table)
    .filter(({ column }) => !key.includes(column))
    .map(({ column }) => `${column} = excluded.${column}`);
  const sql = `${insertSql(table)} WHERE true ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${changed.join(", ")}`;
  return db.prepare(sql).bind(JSON.stringify(rows));
}

function insertSql(table: SQLiteTable): string {
  const columns = columnsOf(table);
  const names = columns.map(({ column }) => column).join(", ");
  const values = columns.map(({ property }) => `value ->> '${property}'`).join(", ");
  return `INSERT INTO ${getTableName(table)} (${names}) SELECT ${values} FROM json_each(?1)`;
}

const columnsOf = (table: SQLiteTable) =>
  Object.entries(getTableColumns(table)).map(([property, column]) => ({ property, column: column.name }));
