/**
 * Publishes snapshots of the SKU's stock for the database's copy. The alarm sends one soon after a change, so that many
 * changes are one snapshot (debounce). A snapshot's version names the last change in it; after a crash, unpublished
 * changes are detected by their version.
 */
import type { StockSnapshot } from "../domain/stock-reading";
import type { Outlet } from "./event-outbox";
import { loadStock } from "./load-stock";
import { readStock } from "./read-stock";
import { recordPublished, versionsOf } from "./stock-version";

/** Wait after a change, for further changes. */
const DEBOUNCE_MS = 2_000;
/** Least time between two snapshots: each costs the database rows. */
const MIN_INTERVAL_MS = 5_000;

/** When the alarm must publish a change made now. @param publishedAt when the last snapshot was published. */
export const nextSnapshotAt = (now: number, publishedAt: number): number =>
  Math.max(now + DEBOUNCE_MS, Math.min(publishedAt, now) + MIN_INTERVAL_MS);

/**
 * Publishes the stock if it has changed since the last snapshot. Returns whether it did.
 * @throws if the queue fails: the change stays unpublished.
 */
export async function publishSnapshot(sql: SqlStorage, queue: Outlet, now: number): Promise<boolean> {
  const { changed, published } = versionsOf(sql);
  const stock = changed > published ? loadStock(sql, []) : null;
  if (stock === null) return false;
  const { facts, levels, backordered } = readStock(sql, stock);
  const snapshot: StockSnapshot = { sku: facts.sku, version: changed, at: now, levels, backordered };
  await queue.sendBatch([{ body: { type: "stock.snapshot.v1", snapshot }, contentType: "json" }]);
  // A change made while the queue was called has a later version: the next snapshot publishes it.
  recordPublished(sql, changed);
  return true;
}
