/**
 * What connected channels may sell, what was pushed to their storefronts, and what those showed. A row is written only
 * while it is as it was read; a push leases its rows first.
 */
import { LEASE_MS, type ChannelStock } from "../domain/channel-stock";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

const COLUMNS = `channel_id AS channelId, sku, quantity, external_id AS externalId, pushed_quantity AS pushedQuantity,
  pushed_at AS pushedAt, due_at AS dueAt, attempts, problem, shown_quantity AS shownQuantity, shown_at AS shownAt,
  mismatch_since AS mismatchSince`;

/** What a channel may sell by a snapshot of the SKU. Valid only while the database has a version in the range. */
export type Sellable = Readonly<{
  channelId: string;
  sku: string;
  /** For each of `KINDS_OF_GOODS`: the SKU's row decides which one counts. */
  quantities: readonly number[];
  holds: readonly [from: number, to: number];
}>;

/**
 * Writes what channels may sell, and that it must be pushed if it differs from what was pushed. In a batch with the
 * snapshots it must come before them.
 */
export const sellableStatement = (
  db: D1Database,
  sellable: readonly Sellable[],
  now: number,
): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO channel_stock (channel_id, sku, quantity, due_at)
       SELECT row.value ->> 'channelId', row.value ->> 'sku',
         row.value ->> ('$.quantities[' || coalesce(skus.hazardous + 2 * skus.oversize, 0) || ']'), ?2
       FROM json_each(?1) AS row LEFT JOIN skus ON skus.sku = row.value ->> 'sku'
       WHERE coalesce((SELECT version FROM sku_stock WHERE sku_stock.sku = row.value ->> 'sku'), 0)
         BETWEEN row.value ->> '$.holds[0]' AND row.value ->> '$.holds[1]'
       ON CONFLICT (channel_id, sku) DO UPDATE SET quantity = excluded.quantity,
         due_at = CASE WHEN external_id = '' OR pushed_quantity = excluded.quantity THEN NULL
                       ELSE coalesce(channel_stock.due_at, excluded.due_at) END
       WHERE channel_stock.quantity <> excluded.quantity`,
    )
    .bind(JSON.stringify(sellable), now);

/** Whether there is anything to push to a connected channel. */
export const anyChannelStockDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(
    db,
    `FROM channels CROSS JOIN channel_stock ON channel_id = channels.id AND due_at <= ?1
     WHERE connection IS NOT NULL AND active = 1`,
    now,
  );

/** What must be pushed to the channel by now, longest waiting first. */
export async function dueChannelStock(
  db: D1Database,
  channelId: string,
  now: number,
  limit: number,
): Promise<ChannelStock[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM channel_stock WHERE channel_id = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3`,
    )
    .bind(channelId, now, limit)
    .all<ChannelStock>();
  return results;
}

/**
 * Leases rows for a push: no other push takes them until the lease ends, and what was pushed is unknown until the
 * storefront has answered. Returns the rows that it leased, as they are now, each with what was pushed before.
 */
export async function leaseChannelStock(
  db: D1Database,
  rows: readonly ChannelStock[],
  now: number,
): Promise<Readonly<{ row: ChannelStock; before: number | null }>[]> {
  const { results } = await db
    .prepare(
      `UPDATE channel_stock SET due_at = ?2, attempts = attempts + 1, pushed_quantity = NULL
       FROM json_each(?1) AS taken
       WHERE channel_id = taken.value ->> 'channelId' AND channel_stock.sku = taken.value ->> 'sku'
         AND due_at = taken.value ->> 'dueAt' AND attempts = taken.value ->> 'attempts'
       RETURNING ${COLUMNS}`,
    )
    .bind(JSON.stringify(rows), now + LEASE_MS)
    .all<ChannelStock>();
  const before = new Map(rows.map(({ sku, pushedQuantity }) => [sku, pushedQuantity]));
  return results.map((row) => ({ row, before: before.get(row.sku) ?? null }));
}

/** A row as it was read, and as it is to be written. */
export type Changed = Readonly<{ from: ChannelStock; to: ChannelStock }>;

/**
 * Writes rows that are still as they were read. A row whose quantity has changed since is due at once, unless the
 * push failed or the storefront does not list the SKU.
 */
export async function writeChannelStock(
  db: D1Database,
  changed: readonly Changed[],
  now: number,
): Promise<void> {
  if (changed.length === 0) return;
  await db
    .prepare(
      `UPDATE channel_stock SET external_id = row.value ->> '$.to.externalId',
         pushed_quantity = row.value ->> '$.to.pushedQuantity', pushed_at = row.value ->> '$.to.pushedAt',
         due_at = iif(quantity = row.value ->> '$.from.quantity' OR row.value ->> '$.to.problem' IS NOT NULL
             OR row.value ->> '$.to.externalId' = '', row.value ->> '$.to.dueAt', ?2),
         attempts = row.value ->> '$.to.attempts', problem = row.value ->> '$.to.problem',
         shown_quantity = row.value ->> '$.to.shownQuantity', shown_at = row.value ->> '$.to.shownAt',
         mismatch_since = row.value ->> '$.to.mismatchSince'
       FROM json_each(?1) AS row
       WHERE channel_id = row.value ->> '$.from.channelId' AND channel_stock.sku = row.value ->> '$.from.sku'
         AND due_at IS row.value ->> '$.from.dueAt' AND attempts = row.value ->> '$.from.attempts'`,
    )
    .bind(JSON.stringify(changed), now)
    .run();
}

/** A channel's rows by SKU, after the given one. */
export async function channelStockAfter(
  db: D1Database,
  channelId: string,
  after: string,
  limit: number,
): Promise<ChannelStock[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM channel_stock WHERE channel_id = ?1 AND sku > ?2 ORDER BY sku LIMIT ?3`)
    .bind(channelId, after, limit)
    .all<ChannelStock>();
  return results;
}

export type MismatchCursor = Readonly<{ since: number; channelId: string; sku: string }>;

/** Rows that show another quantity than the channel may sell, or could not be pushed: oldest first, after the cursor. */
export async function mismatchesAfter(
  db: D1Database,
  { since, channelId, sku }: MismatchCursor,
  limit: number,
): Promise<ChannelStock[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM channel_stock
       WHERE mismatch_since IS NOT NULL AND (mismatch_since, channel_id, sku) > (?1, ?2, ?3)
       ORDER BY mismatch_since, channel_id, sku LIMIT ?4`,
    )
    .bind(since, channelId, sku, limit)
    .all<ChannelStock>();
  return results;
}

/** Deletes what is stored of channels that are no longer connected, or are connected to another storefront. */
export const forgetChannelStock = async (db: D1Database, channelIds: readonly string[]): Promise<void> => {
  await db
    .prepare("DELETE FROM channel_stock WHERE channel_id IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(channelIds))
    .run();
};
