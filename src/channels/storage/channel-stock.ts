/**
 * What connected channels may sell, what their storefronts were told of it, and what they showed. A row is changed
 * by whoever leased it, and only while it is as it was read.
 */
import { LEASE_MS, type ChannelStock } from "../domain/channel-stock";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

const COLUMNS = `channel_id AS channelId, sku, quantity, external_id AS externalId, pushed_quantity AS pushedQuantity,
  pushed_at AS pushedAt, due_at AS dueAt, attempts, problem, shown_quantity AS shownQuantity, shown_at AS shownAt,
  mismatch_since AS mismatchSince`;

/** What a channel may sell by a word on the SKU's stock; it counts where the database holds a version from … to. */
export type Sellable = Readonly<{
  channelId: string;
  sku: string;
  quantity: number;
  holds: readonly [from: number, to: number];
}>;

/**
 * Notes what channels may sell, and that they are to be pushed, where it differs from what they were pushed. In a
 * batch with the words on stock it comes before them.
 */
export const sellableStatement = (
  db: D1Database,
  sellable: readonly Sellable[],
  now: number,
): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO channel_stock (channel_id, sku, quantity, due_at)
       SELECT row.value ->> 'channelId', row.value ->> 'sku', row.value ->> 'quantity', ?2
       FROM json_each(?1) AS row
       WHERE coalesce((SELECT version FROM sku_stock WHERE sku = row.value ->> 'sku'), 0)
         BETWEEN row.value ->> '$.holds[0]' AND row.value ->> '$.holds[1]'
       ON CONFLICT (channel_id, sku) DO UPDATE SET quantity = excluded.quantity,
         due_at = CASE WHEN external_id = '' OR pushed_quantity = excluded.quantity THEN NULL
                       ELSE coalesce(channel_stock.due_at, excluded.due_at) END
       WHERE channel_stock.quantity <> excluded.quantity`,
    )
    .bind(JSON.stringify(sellable), now);

/** Whether any channel that is connected is to be pushed something. */
export const anyChannelStockDueStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anyRowStatement(
    db,
    `FROM channels CROSS JOIN channel_stock ON channel_id = channels.id AND due_at <= ?1
     WHERE connection IS NOT NULL`,
    now,
  );

/** What the channel is to be told by now, longest waiting first. */
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
 * Takes rows to be pushed: nobody else tells them for a while, and what the storefront holds is unknown until it has
 * answered. Answers those that it got, as they are now, with what they were pushed before.
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

/** A row as it was read, and as it is to be. */
export type Changed = Readonly<{ from: ChannelStock; to: ChannelStock }>;

/**
 * Writes rows that are still as they were read. One whose quantity has changed meanwhile is to be told at once,
 * unless the storefront is away or has no such SKU.
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

/** The SKU that was looked at last: the next look goes on from there. */
export const lastLookedAt = (db: D1Database, channelId: string): Promise<string | null> =>
  db
    .prepare(
      `SELECT sku FROM channel_stock WHERE channel_id = ?1 AND shown_at IS NOT NULL
       ORDER BY shown_at DESC, sku DESC LIMIT 1`,
    )
    .bind(channelId)
    .first<string>("sku");

export type MismatchCursor = Readonly<{ since: number; channelId: string; sku: string }>;

/** What storefronts show otherwise than they should, or could not be pushed: longest first, after the given one. */
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

/** Of a channel that is connected no more nothing is known any more. */
export const forgetChannelStock = async (db: D1Database, channelIds: readonly string[]): Promise<void> => {
  await db
    .prepare("DELETE FROM channel_stock WHERE channel_id IN (SELECT value FROM json_each(?1))")
    .bind(JSON.stringify(channelIds))
    .run();
};
