/**
 * Reads and writes the rows of a bucket in an orders database, by pages of at most a megabyte. Rows have all columns of
 * the table, whatever its schema.
 */
import type { IdRange } from "../../kernel/buckets";
import type { MovedTable, RowKey, TableCursor } from "./moved-table";

type Cell = string | number | null;
export type Row = readonly Cell[];

/** The rows of a bucket in one table. `columns`: all of the table, in its order. */
export type BucketTable = Readonly<{ table: MovedTable; columns: readonly string[]; ids: IdRange }>;

/** The keys from `start`, which is not among them, to `end`, which is; null where there is no bound. */
export type KeyInterval = Readonly<{ day: string | null; start: RowKey | null; end: RowKey | null }>;

/** `interval`: the keys that were read. `next`: where the next page begins; null if nothing of the table follows. */
export type Page = Readonly<{ rows: readonly Row[]; interval: KeyInterval; next: TableCursor | null }>;

const MAX_ROWS = 500;
const MAX_CHARACTERS = 1_000_000;
const MAX_SCANNED = 5_000;

/** All columns of the table, in its order. @throws if the database does not have the table. */
export async function columnsOf(db: D1Database, table: string): Promise<readonly string[]> {
  const [columns] = await db.prepare(`SELECT * FROM ${table} LIMIT 0`).raw({ columnNames: true });
  return columns ?? [];
}

/** The page of rows after the cursor. At most two queries. */
export async function pageAfter(db: D1Database, of: BucketTable, cursor: TableCursor): Promise<Page> {
  const day = of.table.find === "days" ? (cursor.day ?? (await dayAfter(db, of.table, ""))) : null;
  if (of.table.find === "days" && day === null) return { rows: [], interval: EVERYTHING, next: null };
  const start = cursor.after;
  const rows = of.table.find === "scan" ? [] : await boundedRows(db, of, { day, start, end: null });
  const last = of.table.find === "scan" ? await lastScanned(db, of, start) : keyOfLast(of, rows);
  const interval = { day, start, end: last };
  if (last !== null) {
    const found = of.table.find === "scan" ? await rowsIn(db, of, interval) : rows;
    return { rows: found, interval, next: { day, after: last } };
  }
  const nextDay = day === null ? null : await dayAfter(db, of.table, day);
  return { rows, interval, next: nextDay === null ? null : { day: nextDay, after: null } };
}

const EVERYTHING: KeyInterval = { day: null, start: null, end: null };

/** All rows of the bucket in the interval. */
export async function rowsIn(db: D1Database, of: BucketTable, interval: KeyInterval): Promise<Row[]> {
  const { sql, values } = selected(of, interval);
  return rowsOf(
    of,
    await db
      .prepare(sql)
      .bind(...values)
      .all<Record<string, Cell>>(),
  );
}

/** The first rows of the bucket in the interval: as many as the limits allow, and at least one if there is one. */
async function boundedRows(db: D1Database, of: BucketTable, interval: KeyInterval): Promise<Row[]> {
  const { sql, values } = selected(of, interval);
  const [list, order] = [of.columns.join(", "), of.table.key.join(", ")];
  const statement = db.prepare(
    `SELECT ${list} FROM (
       SELECT *, row_number() OVER page AS row_of_page,
         sum(length(json_array(${list}))) OVER page AS characters_of_page
       FROM (${sql} LIMIT ${MAX_ROWS}) WINDOW page AS (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)
     ) WHERE row_of_page = 1 OR characters_of_page <= ${MAX_CHARACTERS} ORDER BY ${order}`,
  );
  return rowsOf(of, await statement.bind(...values).all<Record<string, Cell>>());
}

/** The statement that selects the rows of the bucket in the interval, in the order of their keys. */
function selected(
  { table: { name, key, orderId }, columns, ids }: BucketTable,
  { day, start, end }: KeyInterval,
): Readonly<{ sql: string; values: Cell[] }> {
  const values: Cell[] = [];
  const bind = (value: Cell) => `?${values.push(value)}`;
  const order = key.join(", ");
  const conditions = [
    `${orderId} >= ${bind(ids.from)}`,
    `${orderId} < ${bind(ids.before)}`,
    ...(day === null ? [] : [`${key[0]} = ${bind(day)}`]),
    ...(start === null ? [] : [`(${order}) > (${start.map(bind).join(", ")})`]),
    ...(end === null ? [] : [`(${order}) <= (${end.map(bind).join(", ")})`]),
  ];
  const where = conditions.join(" AND ");
  return { sql: `SELECT ${columns.join(", ")} FROM ${name} WHERE ${where} ORDER BY ${order}`, values };
}

const rowsOf = ({ columns }: BucketTable, { results }: D1Result<Record<string, Cell>>): Row[] =>
  results.map((row) => columns.map((column) => row[column] ?? null));

/** The first day after the given one on which there is a row of any bucket; null if there is none. */
const dayAfter = (db: D1Database, { name, key: [day] }: MovedTable, after: string) =>
  db.prepare(`SELECT min(${day}) AS day FROM ${name} WHERE ${day} > ?1`).bind(after).first<string>("day");

/** The key of the last of the next rows of any bucket; null if there are none. */
async function lastScanned(
  db: D1Database,
  { table: { name, key } }: BucketTable,
  start: RowKey | null,
): Promise<RowKey | null> {
  const order = key.join(", ");
  const after = start === null ? "" : `WHERE (${order}) > (${start.map((_, i) => `?${i + 1}`).join(", ")})`;
  const { results } = await db
    .prepare(`SELECT ${order} FROM ${name} ${after} ORDER BY ${order} LIMIT ${MAX_SCANNED}`)
    .bind(...(start ?? []))
    .all<Record<string, string | number>>();
  const last = results.at(-1);
  return last ? key.map((column) => last[column]!) : null;
}

const keyOfLast = (of: BucketTable, rows: readonly Row[]): RowKey | null => {
  const last = rows.at(-1);
  return last ? keyOf(of, last) : null;
};

/** The values of the row's primary key, none of which is null. */
export const keyOf = ({ table: { key }, columns }: BucketTable, row: Row): RowKey =>
  key.map((column) => row[columns.indexOf(column)] ?? "");

/** Inserts the rows. One whose key exists stays as it is. */
export function insertStatement(
  db: D1Database,
  { table: { name }, columns }: BucketTable,
  rows: readonly Row[],
): D1PreparedStatement {
  const values = columns.map((_, i) => `value ->> ${i}`).join(", ");
  return db
    .prepare(
      `INSERT INTO ${name} (${columns.join(", ")}) SELECT ${values} FROM json_each(?1) WHERE true
       ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(rows));
}

/** Deletes the rows with these keys. */
export function deleteStatement(
  db: D1Database,
  { table: { name, key } }: BucketTable,
  keys: readonly RowKey[],
): D1PreparedStatement {
  const values = key.map((_, i) => `value ->> ${i}`).join(", ");
  return db
    .prepare(`DELETE FROM ${name} WHERE (${key.join(", ")}) IN (SELECT ${values} FROM json_each(?1))`)
    .bind(JSON.stringify(keys));
}
