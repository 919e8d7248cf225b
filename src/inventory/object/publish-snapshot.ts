/**
 * Publishes snapshots of the SKU's stock for the database's copy. The alarm sends one soon after a change, so that many
 * changes are one snapshot (debounce). A snapshot's version names the last change in it. A snapshot that is too large for a message is read from the object by the
 * message's consumer.
 */
import type { StockSnapshot } from "../domain/stock-reading";
import type { Outlet } from "./event-outbox";
import { loadStock } from "./load-stock";
import { MAX_MESSAGE_BYTES, messageBytes } from "../../platform/queues/queue-message";
import type { Stock } from "../domain/sku-stock";
import { readStock } from "./read-stock";
import { versionOf } from "./stock-version";

/** Wait after a change, for further changes. */
const DEBOUNCE_MS = 2_000;
/** Least time between two snapshots: each costs the database rows. */
const MIN_INTERVAL_MS = 5_000;

/** When the alarm must publish a change made now. @param publishedAt when the last snapshot was published. */
export const nextSnapshotAt = (now: number, publishedAt: number): number =>
  Math.max(now + DEBOUNCE_MS, Math.min(publishedAt, now) + MIN_INTERVAL_MS);

/**
 * The last snapshot that was published, as the object remembers it. It is not stored: after a start the next alarm
 * publishes a snapshot even if nothing has changed since the last one, and the database ignores what it has.
 */
export type Published = Readonly<{ version: number; at: number; isCertain: boolean }>;

/** After a start. The alarm of an unpublished change is still set: so the object sets none for it. */
export const unknownPublished = (sql: SqlStorage): Published => ({
  version: versionOf(sql),
  at: 0,
  isCertain: false,
});

/**
 * Publishes the stock if it may have changed since the last snapshot.
 * @throws if the queue fails: the change stays unpublished.
 */
export async function publishSnapshot(
  sql: SqlStorage,
  queue: Outlet,
  { published, now }: Readonly<{ published: Published; now: number }>,
): Promise<Published> {
  const version = versionOf(sql);
  const stock = version > published.version || !published.isCertain ? loadStock(sql, []) : null;
  if (stock === null || version === 0) return published;
  const snapshot = snapshotOf(sql, stock, now);
  const whole = { type: "stock.snapshot.v1", snapshot };
  const isSmall = messageBytes(whole) <= MAX_MESSAGE_BYTES;
  const body = isSmall ? whole : { type: "stock.changed.v1", sku: snapshot.sku, version };
  await queue.sendBatch([{ body, contentType: "json" }]);
  // A change made while the queue was called has a later version: the next snapshot publishes it.
  return { version, at: now, isCertain: true };
}

/** The stock as the database stores it. */
export function snapshotOf(sql: SqlStorage, stock: Stock, now: number): StockSnapshot {
  const { facts, levels, backordered } = readStock(sql, stock);
  return { sku: facts.sku, version: versionOf(sql), at: now, levels, backordered };
}
