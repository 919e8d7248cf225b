/**
 * Rows of a table in one statement. A single row is bound column by column, which SQLite takes several times
 * as fast as it takes JSON apart. D1 binds at most 100 parameters a statement, so that several rows travel as
 * one JSON parameter, whatever their number.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

type Row<Table extends SQLiteTable> = Table["$inferInsert"];
type Rows<Table extends SQLiteTable> = readonly Row<Table>[];

/** `INSERT` of all rows; a row that is there already aborts the batch. */
export function insertRows<Table extends SQLiteTable>(
  db: D1Database,
  table: Table,
  rows: Rows<Table>,
): D1PreparedStatement {
  return written(
    db,
    table,
    rows,
    kept(inserts, table, () => insertSql(table)),
  );
}

/** `INSERT`, or where the key is there already, the row's other columns. */
export function upsertRows<Table extends SQLiteTable>(
  db: D1Database,
  table: Table,
  key: readonly string[],
  rows: Rows<Table>,
): D1PreparedStatement {
  return written(
    db,
    table,
    rows,
    kept(upserts, table, () => upsertSql(table, key)),
  );
}

type Sql = Readonly<{ one: string; many: string }>;

function written<Table extends SQLiteTable>(
  db: D1Database,
  table: Table,
  rows: Rows<Table>,
  { one, many }: Sql,
): D1PreparedStatement {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) return db.prepare(many).bind(JSON.stringify(rows));
  const values: Readonly<Record<string, unknown>> = row;
  return db.prepare(one).bind(...columnsOf(table).map(({ property }) => storable(values[property])));
}

/** What JSON would have made of it on its way: booleans as 0 and 1, lists and objects as their text. */
function storable(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  return typeof value === "boolean" ? Number(value) : JSON.stringify(value);
}

/** The same for every row, and a tenth of an order's work to put together again. */
const inserts = new WeakMap<SQLiteTable, Sql>();
const upserts = new WeakMap<SQLiteTable, Sql>();
const columns = new WeakMap<SQLiteTable, readonly Column[]>();

function kept<Value>(values: WeakMap<SQLiteTable, Value>, table: SQLiteTable, make: () => Value): Value {
  const known = values.get(table);
  if (known !== undefined) return known;
  const made = make();
  values.set(table, made);
  return made;
}

function insertSql(table: SQLiteTable): Sql {
  const names = columnsOf(table).map(({ column }) => column);
  const into = `INSERT INTO ${getTableName(table)} (${names.join(", ")})`;
  const parameters = names.map((_, i) => `?${i + 1}`);
  const values = columnsOf(table).map(({ property }) => `value ->> '${property}'`);
  return {
    one: `${into} VALUES (${parameters.join(", ")})`,
    // With a condition, so that what follows is not taken for a join's.
    many: `${into} SELECT ${values.join(", ")} FROM json_each(?1) WHERE true`,
  };
}

function upsertSql(table: SQLiteTable, key: readonly string[]): Sql {
  const changed = columnsOf(table)
    .filter(({ column }) => !key.includes(column))
    .map(({ column }) => `${column} = excluded.${column}`);
  const otherwise = `ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${changed.join(", ")}`;
  const { one, many } = insertSql(table);
  return { one: `${one} ${otherwise}`, many: `${many} ${otherwise}` };
}

type Column = Readonly<{ property: string; column: string }>;

const columnsOf = (table: SQLiteTable): readonly Column[] =>
  kept(columns, table, () =>
    Object.entries(getTableColumns(table)).map(([property, column]) => ({ property, column: column.name })),
  );
