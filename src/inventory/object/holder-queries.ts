/** Finds the holders that a decision must load: those to cut, to fill, and those that are due. */
import type { OrderId } from "../../kernel/ids";
import type { Holder } from "../domain/allocation-request";

/**
 * The latest placed holders at a location whose allocations there add up to at least `units`.
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
    `SELECT holder, live FROM allocations WHERE location_id = ? AND live > 0
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

export type Due = { holder: Holder; orderId: OrderId | null; expiresAt: number | null };

export const dueHoldings = (sql: SqlStorage, now: number, limit: number): Due[] =>
  sql
    .exec<Due>(
      `SELECT holder, order_id AS orderId, expires_at AS expiresAt FROM holdings
        WHERE due_at <= ? ORDER BY due_at LIMIT ?`,
      now,
      limit,
    )
    .toArray();
