/** The tables of an orders database, as moves of buckets copy them. Each module registers its own. */

/**
 * How the rows of a bucket are found. `range`: the key's first column is the order's id, or begins with it. `days`: the key
 * is a day and then such an id. `scan`: all rows are read, and those of the bucket are picked; only for a table whose
 * rows are deleted by age.
 */
export type MovedTable = Readonly<{
  name: string;
  /** Columns of the primary key. */
  key: readonly [string, ...string[]];
  /** The column with the order's id, or with an id that begins with it. */
  orderId: string;
  find: "range" | "days" | "scan";
  /** Rows are written also while the bucket takes no writes, one statement for many orders. They follow after the switch. */
  takesLateRows?: true;
  /** A condition of SQL: a row for which it holds shows that something of its order is still to be done. */
  openIf?: string;
}>;

/** The values of a row's key. */
export type RowKey = readonly (string | number)[];

/** Where the next page of a table begins. `day` only if the table is found by days. */
export type TableCursor = Readonly<{ day: string | null; after: RowKey | null }>;

export const START: TableCursor = { day: null, after: null };
