/** The archive as a source after a restore: orders and commits that their database has lost, or has in R2. */
import type { OrderId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import { withDatabaseDeadline } from "../platform/d1/errors";
import type { OrdersContext } from "./context";
import { commitKey } from "./domain/commit-key";
import { commitsIn } from "./domain/archive-document";
import { archivedAmong, putBackArchived, type ArchivedTable } from "./storage/archived-orders";
import { ArchiveUnreadable, getDocument, newestDocument } from "./storage/archive-store";
import { storedCommits, type CommitOfOrder } from "./storage/known-commits";

/**
 * Stores the order as its document has it, if the database has an earlier version or none. It is archived again: its row and
 * its journal entries are stored, all else stays in the document. Idempotent.
 * @returns whether the document can be read.
 */
export async function bringBackArchived(
  context: OrdersContext,
  tables: readonly ArchivedTable[],
  orderId: OrderId,
): Promise<boolean> {
  const db = context.databases.orders(orderId);
  const document = await newestDocument(context.archive, orderId).catch(nullIfUnreadable(orderId));
  if (document === null) return false;
  await withDatabaseDeadline(context.config.databaseDeadlineMs, () =>
    putBackArchived(db, tables, document, context.now()),
  );
  return true;
}

export type KnownCommits = Readonly<{
  /** The keys of those of the commits that are stored, in the database or in the archive. */
  known: ReadonlySet<string>;
  /** Archived orders whose documents cannot be read: all their commits count as known. */
  unreadable: readonly OrderId[];
}>;

/** One query for each database, and one document for each archived order of which a commit is not in the database. */
export async function knownCommits(
  context: OrdersContext,
  commits: readonly CommitOfOrder[],
): Promise<KnownCommits> {
  const known = new Set<string>();
  const unreadable: OrderId[] = [];
  const isMissing = ({ orderId, version, at }: CommitOfOrder) => !known.has(commitKey(orderId, version, at));
  for (const [db, ofDatabase] of Map.groupBy(commits, ({ orderId }) => context.databases.orders(orderId))) {
    for (const key of await storedCommits(db, ofDatabase)) known.add(key);
    const missing = ofDatabase.filter(isMissing);
    const ids = [...new Set(missing.map(({ orderId }) => orderId))];
    for (const { id, version } of ids.length === 0 ? [] : await archivedAmong(db, ids)) {
      const document = await getDocument(context.archive, id, version).catch(nullIfUnreadable(id));
      if (document === null) unreadable.push(id);
      const ofOrder =
        document === null ? missing.filter(({ orderId }) => orderId === id) : commitsIn(document.rows);
      for (const commit of ofOrder) known.add(commitKey(id, commit.version, commit.at));
    }
  }
  return { known, unreadable };
}

/** @throws what is no fault of the document, such as that the archive does not answer. */
const nullIfUnreadable = (orderId: OrderId) => (error: unknown) => {
  if (!(error instanceof ArchiveUnreadable)) throw error;
  console.error(logLine("error", "an archived order cannot be read", { orderId, error }));
  return null;
};
