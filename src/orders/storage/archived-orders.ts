/**
 * Columns archived_at and restored_at of the table orders, and the rows of an archived order in all tables of its database.
 * While an order is archived, its row stays, and a trigger refuses commits.
 */
import type { OrderId } from "../../kernel/ids";
import { orderOfEntry } from "../../ledger/domain/journal-entry";
import {
  deleteEntriesStatement,
  entryRows,
  putEntriesStatement,
  type EntryKey,
  type StoredEntry,
} from "../../ledger/journal";
import { listsOf } from "../../platform/d1/rows";
import type { MovedTable } from "../../platform/buckets/moved-table";
import type { ArchiveDocument, ArchivedRow, ArchivedRows } from "../domain/archive-document";

/** An order that may be archived. */
export type Archivable = Readonly<{
  id: OrderId;
  version: number;
  closedAt: number;
  currency: string;
  totalMinor: number;
}>;

/** A table and its column with the order's id, or with an id that begins with it. */
export type ArchivedTable = Pick<MovedTable, "name" | "orderId" | "openIf">;

/** Nothing of the order `o` is open: no money, and nothing of which a table's `openIf` says so. */
const isAtRest = (tables: readonly ArchivedTable[]): string =>
  [
    `o.status IN ('closed', 'cancelled') AND o.archived_at IS NULL
     AND o.deposits_minor = 0 AND o.receivable_minor = 0 AND o.refund_payable_minor = 0 AND o.differing IS NULL
     AND max(coalesce(o.closed_at, 0), o.placed_at, o.storefront_updated_at) < ?1 AND coalesce(o.restored_at, 0) < ?2`,
    ...tables.flatMap(({ name, orderId, openIf }) =>
      openIf === undefined
        ? []
        : [`NOT EXISTS (SELECT 1 FROM ${name} WHERE ${isOfOrder(orderId)} AND ${openIf})`],
    ),
  ].join(" AND ");

const isOfOrder = (column: string): string =>
  column === "id" ? `id > o.id || '/' AND id < o.id || '0'` : `${column} = o.id`;

type Age = Readonly<{ closedBefore: number; restoredBefore: number }>;
type Page = Readonly<{ after: string; before: string; scanned: number; limit: number }>;

/**
 * Orders that may be archived, among the next `scanned` ids of the range, at most `limit` of them.
 * @returns `next`: the id after which the next page begins; null after the last one.
 */
export async function archivableOrders(
  db: D1Database,
  tables: readonly ArchivedTable[],
  { closedBefore, restoredBefore, after, before, scanned, limit }: Age & Page,
): Promise<Readonly<{ orders: readonly Archivable[]; next: string | null }>> {
  const [found, last] = await db.batch<Archivable & { id: OrderId }>([
    db
      .prepare(
        `SELECT o.id, o.version, coalesce(o.closed_at, o.placed_at) AS closedAt, o.currency, o.total_minor AS totalMinor
         FROM (SELECT id FROM orders WHERE id > ?3 AND id < ?4 ORDER BY id LIMIT ?5) AS page
         CROSS JOIN orders AS o ON o.id = page.id WHERE ${isAtRest(tables)} ORDER BY o.id LIMIT ?6`,
      )
      .bind(closedBefore, restoredBefore, after, before, scanned, limit),
    db
      .prepare("SELECT id FROM orders WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT 1 OFFSET ?3 - 1")
      .bind(after, before, scanned),
  ]);
  const orders = found?.results ?? [];
  const end = last?.results[0]?.id ?? null;
  return { orders, next: orders.length === limit ? orders.at(-1)!.id : end };
}

/** These stay in the database: the books are added up there, and the others have an age of their own. */
const STAYING: ReadonlySet<string> = new Set([
  "orders",
  "journal_entries",
  "outbox",
  "replans",
  "deleted_orders",
  "idempotency_keys",
]);

/** Tables whose rows of an archived order are in its document alone. */
export const archivedTables = (tables: readonly ArchivedTable[]): ArchivedTable[] =>
  tables.filter(({ name }) => !STAYING.has(name));

export type RowsOfOrder = Readonly<{ rows: ArchivedRows; staying: ArchivedRows }>;

/** The rows of the orders, each as it is stored, by order and table. */
export async function rowsToArchive(
  db: D1Database,
  tables: readonly ArchivedTable[],
  orderIds: readonly OrderId[],
): Promise<ReadonlyMap<OrderId, RowsOfOrder>> {
  const archived = archivedTables(tables);
  const read = [...archived, { name: "orders", orderId: "id" }];
  const results = await db.batch<ArchivedRow>(
    read.map(({ name, orderId }) =>
      db
        .prepare(`SELECT * FROM ${name} WHERE ${orderId} IN (SELECT value FROM json_each(?1)) ORDER BY 1, 2`)
        .bind(JSON.stringify(orderIds)),
    ),
  );
  const byTable = read.map(({ name, orderId }, i) => ({
    name,
    rowsOf: Map.groupBy(results[i]!.results, (row) => row[orderId]),
  }));
  const of = (id: OrderId, table: string) => byTable.find(({ name }) => name === table)?.rowsOf.get(id) ?? [];
  const entries = await entryRows(
    db,
    orderIds.flatMap((id) => entryKeysOf(of(id, "order_events"))),
  );
  const entriesOf = Map.groupBy(entries, ({ id }) => orderOfEntry(id));
  return new Map(
    orderIds.map((id) => {
      const kept = archived.flatMap(({ name }) => {
        const rows = of(id, name);
        return rows.length === 0 ? [] : [[name, rows] as const];
      });
      const staying = { orders: of(id, "orders"), journal_entries: entriesOf.get(id) ?? [] };
      return [id, { rows: Object.fromEntries(kept), staying }];
    }),
  );
}

/** The entry of a commit has the day that its row names. */
const entryKeysOf = (events: readonly ArchivedRow[]): EntryKey[] =>
  events.flatMap(({ order_id, version, entry_on }) =>
    typeof entry_on === "string" ? [{ postedOn: entry_on, id: `${order_id}/${version}` }] : [],
  );

/**
 * Marks the orders as archived and deletes their rows, in one batch. One that has changed since it was read stays.
 * @returns the ids of those that are archived now.
 */
export async function deleteArchived(
  db: D1Database,
  tables: readonly ArchivedTable[],
  {
    orders,
    closedBefore,
    restoredBefore,
    now,
  }: Age & Readonly<{ orders: readonly Archivable[]; now: number }>,
): Promise<OrderId[]> {
  const wanted = JSON.stringify(orders.map(({ id, version }) => ({ id, version })));
  const [marked] = await db.batch<{ id: OrderId }>([
    db
      .prepare(
        `UPDATE orders AS o SET archived_at = ?3 FROM json_each(?4) AS wanted
         WHERE o.id = wanted.value ->> 'id' AND o.version = wanted.value ->> 'version' AND ${isAtRest(tables)} RETURNING id`,
      )
      .bind(closedBefore, restoredBefore, now, wanted),
    ...archivedTables(tables).map(({ name, orderId }) =>
      db
        .prepare(
          `DELETE FROM ${name} WHERE ${orderId} IN (SELECT o.id FROM json_each(?2) AS wanted
             CROSS JOIN orders AS o ON o.id = wanted.value ->> 'id' WHERE o.archived_at = ?1)`,
        )
        .bind(now, wanted),
    ),
  ]);
  return (marked?.results ?? []).map(({ id }) => id);
}

/** The order's version, and when it was archived; null if it is not archived, or not known. */
export const archivedState = (
  db: D1Database,
  orderId: OrderId,
): Promise<Readonly<{ version: number; archivedSince: number }> | null> =>
  db
    .prepare(
      "SELECT version, archived_at AS archivedSince FROM orders WHERE id = ?1 AND archived_at IS NOT NULL",
    )
    .bind(orderId)
    .first<{ version: number; archivedSince: number }>();

/** Those of the orders that are archived, with their versions. */
export async function archivedAmong(
  db: D1Database,
  orderIds: readonly OrderId[],
): Promise<Readonly<{ id: OrderId; version: number }>[]> {
  const { results } = await db
    .prepare(
      "SELECT id, version FROM orders WHERE id IN (SELECT value FROM json_each(?1)) AND archived_at IS NOT NULL",
    )
    .bind(JSON.stringify(orderIds))
    .all<{ id: OrderId; version: number }>();
  return results;
}
/** Whether a row of the order shows that something of it is still to be done. */
export async function hasOpenRows(
  db: D1Database,
  tables: readonly ArchivedTable[],
  orderId: OrderId,
): Promise<boolean> {
  const open = tables.flatMap(({ name, orderId: column, openIf }) =>
    openIf === undefined ? [] : [`EXISTS (SELECT 1 FROM ${name} WHERE ${isOfOrder(column)} AND ${openIf})`],
  );
  const found = await db
    .prepare(`SELECT ${open.join(" OR ")} AS isOpen FROM (SELECT ?1 AS id) AS o`)
    .bind(orderId)
    .first<number>("isOpen");
  return found === 1;
}

/** When the order was archived; null if it is not archived, or not known. */
export const archivedAt = (db: D1Database, orderId: OrderId): Promise<number | null> =>
  db.prepare("SELECT archived_at FROM orders WHERE id = ?1").bind(orderId).first<number>("archived_at");

/**
 * Puts the rows back, and ends the mark, in one batch. Idempotent: rows that are there already stay, and so does an order that
 * was put back before, and perhaps changed since.
 */
export async function putBack(
  db: D1Database,
  orderId: OrderId,
  { rows, archivedSince, now }: Readonly<{ rows: ArchivedRows; archivedSince: number; now: number }>,
): Promise<void> {
  await db.batch([
    db
      .prepare("UPDATE orders SET archived_at = NULL, restored_at = ?3 WHERE id = ?1 AND archived_at = ?2")
      .bind(orderId, archivedSince, now),
    ...Object.entries(rows).flatMap(([table, ofTable]) => insertStatements(db, table, ofTable)),
  ]);
}

/** D1 takes parameters of 2 MB, and a character is at most three bytes. */
const MAX_CHARACTERS = 500_000;

/** The rows of a table have the same columns. An order of 500 lines takes a few statements. */
function insertStatements(
  db: D1Database,
  table: string,
  rows: readonly ArchivedRow[],
): D1PreparedStatement[] {
  const columns = Object.keys(rows[0] ?? {});
  const values = columns.map((column) => `value ->> '$.${column}'`).join(", ");
  return listsOf(rows, MAX_CHARACTERS).map((list) =>
    db
      .prepare(
        `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values} FROM json_each(?1) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .bind(list),
  );
}

/**
 * Stores the order as archived in the version of its document, in place of an earlier version or of none, with its journal
 * entries. Nothing happens if the database has the version, or a later one. Nobody else may change the order meanwhile.
 */
export async function putBackArchived(
  db: D1Database,
  tables: readonly ArchivedTable[],
  { orderId, version, staying }: Pick<ArchiveDocument, "orderId" | "version" | "staying">,
  now: number,
): Promise<void> {
  const [row] = staying["orders"] ?? [];
  if (row === undefined) throw new Error(`the document of ${orderId} has no row of the order`);
  const [stored, events] = await db.batch<ArchivedRow>([
    db.prepare("SELECT version FROM orders WHERE id = ?1").bind(orderId),
    db.prepare("SELECT order_id, version, entry_on FROM order_events WHERE order_id = ?1").bind(orderId),
  ]);
  if (Number(stored?.results[0]?.["version"] ?? 0) >= version) return;
  const order: ArchivedRow = { ...row, archived_at: now, restored_at: null };
  const columns = Object.keys(order);
  const updated = columns
    .filter((column) => column !== "id")
    .map((column) => `${column} = excluded.${column}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as `rowsToArchive` read them.
  const entries = (staying["journal_entries"] ?? []) as unknown as readonly StoredEntry[];
  await db.batch([
    // Perhaps of commits that were made after the restore, which the document does not have.
    deleteEntriesStatement(db, entryKeysOf(events?.results ?? [])),
    ...[...archivedTables(tables), { name: "replans", orderId: "order_id" }].map((table) =>
      db.prepare(`DELETE FROM ${table.name} WHERE ${table.orderId} = ?1`).bind(orderId),
    ),
    putEntriesStatement(db, entries),
    db
      .prepare(
        `INSERT INTO orders (${columns.join(", ")}) VALUES (${columns.map((_, i) => `?${i + 1}`).join(", ")})
         ON CONFLICT (id) DO UPDATE SET ${updated.join(", ")} WHERE orders.version < excluded.version`,
      )
      .bind(...columns.map((column) => order[column] ?? null)),
  ]);
}
