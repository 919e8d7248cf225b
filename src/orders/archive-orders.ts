/**
 * The nightly job that moves old closed orders to R2. The document of an order is stored before its rows are deleted, and they
 * are deleted only if the order is as it was read. Whatever reads the order later brings it back: see restore-order.ts.
 */
import { settleAll } from "../kernel/settle-all";
import { logLine } from "../kernel/log-line";
import { databaseFailure } from "../platform/d1/errors";
import type { Job } from "../platform/jobs/job";
import type { OrdersContext } from "./context";
import { archiveDocument, rowsIn } from "./domain/archive-document";
import { putDocument, putManifest, type ManifestEntry } from "./storage/archive-store";
import {
  archivableOrders,
  deleteArchived,
  rowsToArchive,
  type RowsOfOrder,
  type Archivable,
  type ArchivedTable,
} from "./storage/archived-orders";

/** Ids that are looked at, and orders that are archived, in one part. */
const SCANNED = 2_000;
const ORDERS_A_PART = 50;
/** An order that was brought back stays for a week. */
const RESTORED_STAYS_MS = 7 * 24 * 60 * 60_000;

export const ARCHIVE_JOB = { name: "archive-orders" };

type Cursor = Readonly<{ after: string }>;

/** @param tables every table of an orders database. Its progress: pages, archived orders and their bytes. */
export function archiveOrdersJob(tables: readonly ArchivedTable[]): Job<OrdersContext, unknown, Cursor> {
  return {
    ...ARCHIVE_JOB,
    schedule: "nightly",
    step: async (context, { cursor, progress, hasBudget }) => {
      let after = cursor?.after ?? "";
      const done = { pages: 0, archived: 0, bytes: 0, ...progress };
      for (;;) {
        const page = await archivePage(context, tables, after);
        done.pages += 1;
        done.archived += page.archived;
        done.bytes += page.bytes;
        if (page.next === null) return { cursor: { after }, isDone: true, progress: done };
        after = page.next;
        if (!hasBudget()) return { cursor: { after }, isDone: false, progress: done };
      }
    },
  };
}

type Page = Readonly<{ archived: number; bytes: number; next: string | null }>;

async function archivePage(
  context: OrdersContext,
  tables: readonly ArchivedTable[],
  after: string,
): Promise<Page> {
  const { databases, config } = context;
  const now = context.now();
  const range = databases.ranges.find(({ ids }) => ids.before > after);
  if (range === undefined) return { archived: 0, bytes: 0, next: null };
  const age = { closedBefore: now - config.archiveAfterMs, restoredBefore: now - RESTORED_STAYS_MS };
  const { db, ids } = range;
  const page = { after, before: ids.before, scanned: SCANNED, limit: ORDERS_A_PART };
  const { orders, next } = await archivableOrders(db, tables, { ...age, ...page });
  const end = next ?? ids.before;
  if (orders.length === 0) return { archived: 0, bytes: 0, next: end };
  const rows = await rowsToArchive(
    db,
    tables,
    orders.map(({ id }) => id),
  );
  const entries = await storeAll(context, orders, rows);
  const storedIds = new Set(entries.map(({ orderId }) => orderId));
  const wanted = orders.filter(({ id }) => storedIds.has(id));
  const archived = new Set(await deleteUnlessMoving(db, tables, { orders: wanted, ...age, now }));
  const stored = entries.filter(({ orderId }) => archived.has(orderId));
  await storeManifests(context, stored);
  return { archived: stored.length, bytes: stored.reduce((sum, { bytes }) => sum + bytes, 0), next: end };
}

/** Those of which the archive has no later version. @throws if one cannot be stored: then none is deleted. */
async function storeAll(
  { archive }: OrdersContext,
  orders: readonly Archivable[],
  rows: ReadonlyMap<string, RowsOfOrder>,
): Promise<ManifestEntry[]> {
  const entries = await settleAll(
    orders.map(async ({ id, version, closedAt, currency, totalMinor }): Promise<ManifestEntry[]> => {
      const document = archiveDocument(id, version, rows.get(id)!);
      const bytes = await putDocument(archive, document);
      if (bytes === null) {
        console.error(logLine("error", "the archive has a later version: recover", { orderId: id, version }));
        return [];
      }
      const { sha256 } = document;
      const closed = new Date(closedAt).toISOString();
      const count = rowsIn(document.rows);
      return [{ orderId: id, closedAt: closed, currency, totalMinor, rows: count, bytes, sha256 }];
    }),
  );
  return entries.flat();
}

/** While the bucket takes no writes, its orders stay: the next night archives them. */
async function deleteUnlessMoving(
  db: D1Database,
  tables: readonly ArchivedTable[],
  given: Parameters<typeof deleteArchived>[2],
): ReturnType<typeof deleteArchived> {
  try {
    return await deleteArchived(db, tables, given);
  } catch (error) {
    if (databaseFailure(error) !== "overloaded") throw error;
    console.error(logLine("error", "orders cannot be archived now", { error }));
    return [];
  }
}

async function storeManifests({ archive }: OrdersContext, entries: readonly ManifestEntry[]): Promise<void> {
  const byMonth = Map.groupBy(entries, ({ closedAt }) => closedAt.slice(0, 7));
  await settleAll(
    [...byMonth].map(([month, ofMonth]) => putManifest(archive, month, ofMonth[0]!.orderId, ofMonth)),
  );
}
