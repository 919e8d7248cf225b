/** Finds the holders that a decision must load: those to cut, to fill, and those that are due. */
import type { OrderId } from "../../kernel/ids";
import type { Holder } from "../domain/allocation-request";

/**
 * The latest placed holders at a location whose allocations there add up to at least `units`. Reads every holding: cuts
 * are rare, and an index for them would cost each order two rows.
 * @param loaded holders that are left out.
 */
export function latestHolders(
  sql: SqlStorage,
  locationId: string,
  units: number,
  loaded: ReadonlySet<Holder>,
): Holder[] {
  const holders: Holder[] = [];
  let left = units;
  const rows = sql.exec<{ holder: Holder; live: number }>(
    `SELECT holder, there.value ->> 1 AS live FROM holdings, json_each(allocations) AS there
      WHERE holdings.live > 0 AND there.value ->> 0 = ? AND there.value ->> 1 > 0
      ORDER BY placed_at DESC, holder DESC`,
    locationId,
  );
  for (const { holder, live } of rows) {
    if (left <= 0) break;
    if (loaded.has(holder)) continue;
    holders.push(holder);
    left -= live;
  }
  return holders;
}

export type Waiting = { holder: Holder; placedAt: number };

/** The next holders in the queue whose backorder `free` units can fill, at least in part. */
export const waitingHolders = (
  sql: SqlStorage,
  { free, after, limit }: Readonly<{ free: number; after: Waiting | null; limit: number }>,
): Waiting[] =>
  sql
    .exec<Waiting>(
      `SELECT holder, placed_at AS placedAt FROM holdings
        WHERE backordered > 0 AND (placed_at, holder) > (?, ?) AND (fill = 'partial' OR backordered <= ?)
        ORDER BY placed_at, holder LIMIT ?`,
      after?.placedAt ?? Number.MIN_SAFE_INTEGER,
      after?.holder ?? "",
      free,
      limit,
    )
    .toArray();

export type Due = { holder: Holder; dueAt: number; orderId: OrderId | null; expiresAt: number | null };

/** The next holdings that are due by the time, after the given one. */
export const dueHoldings = (
  sql: SqlStorage,
  { by, after, limit }: Readonly<{ by: number; after: Due | null; limit: number }>,
): Due[] =>
  sql
    .exec<Due>(
      `SELECT holder, pending.due_at AS dueAt, order_id AS orderId, expires_at AS expiresAt
         FROM pending JOIN holdings USING (holder)
        WHERE pending.due_at <= ? AND (pending.due_at, holder) > (?, ?)
        ORDER BY pending.due_at, holder LIMIT ?`,
      by,
      after?.dueAt ?? Number.MIN_SAFE_INTEGER,
      after?.holder ?? "",
      limit,
    )
    .toArray();
