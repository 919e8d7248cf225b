/**
 * The SKU's stock for whoever reads it from the database: snapshot whole by the alarm soon after a change, so that
 * many changes are one snapshot. A change is counted with what it changes: after any crash it is known what was not
 * snapshot yet, and a snapshot's version tells exactly what is in it.
 */
import type { StockSnapshot } from "../domain/stock";
import type { Outlet } from "./event-outbox";
import { readStock } from "./queries";
import { loadStock } from "./tables";
import { recordPublished, versionsOf } from "./versions";

/** How long changes are gathered before they are snapshot. */
const GATHERED_MS = 2_000;
/** Where one change follows the other, snapshots are so far apart: each costs the database its rows. */
const APART_MS = 5_000;

/** When the alarm must say what has changed. @param publishedAt when it last did. */
export const nextSnapshotAt = (now: number, publishedAt: number): number =>
  Math.max(now + GATHERED_MS, Math.min(publishedAt, now) + APART_MS);

/**
 * Answers whether there was anything to say.
 * @throws when the queue does not take it: it is still to be snapshot.
 */
export async function publishSnapshot(sql: SqlStorage, queue: Outlet, now: number): Promise<boolean> {
  const { changed, published } = versionsOf(sql);
  const stock = changed > published ? loadStock(sql, []) : null;
  if (stock === null) return false;
  const { facts, levels, backordered } = readStock(sql, stock);
  const snapshot: StockSnapshot = { sku: facts.sku, version: changed, at: now, levels, backordered };
  await queue.sendBatch([{ body: { type: "stock.snapshot.v1", snapshot: snapshot }, contentType: "json" }]);
  // What changed meanwhile has a later number, and is snapshot in its turn.
  recordPublished(sql, changed);
  return true;
}
