/** What the SKU's object looks up beside the stock of a decision: whom to cut, fill and settle, and the totals. */
import type { OrderId } from "../../kernel/ids";
import { available, type Stock } from "../domain/sku-stock";
import type { Holder, OpenAllocation, StockAudit, StockReading } from "../domain/stock";
import { VERSIONS, versionsOf, type Versions } from "./versions";

/** The newest holders at a location whose allocations there come to at least `units`, without those known already. */
export function newestHolders(
  sql: SqlStorage,
  locationId: string,
  units: number,
  known: ReadonlySet<Holder>,
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
    if (known.has(holder)) continue;
    holders.push(holder);
    left -= live;
  }
  return holders;
}

export type Waiting = { holder: Holder; placedAt: number };

/** The next holders in the queue that so many free units could serve, longest wait first. */
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

/** When the next holding or event is due, and whether a change of stock is still to be published. */
export function whatIsDue(sql: SqlStorage): Readonly<{ dueAt: number | null; isUnpublished: boolean }> {
  const { dueAt, changed, published } = sql
    .exec<Versions & { dueAt: number | null }>(
      `SELECT (SELECT min(due) FROM (
           SELECT min(due_at) AS due FROM holdings WHERE due_at IS NOT NULL
           UNION ALL SELECT min(due_at) FROM events)) AS dueAt, changed, published
         FROM (${VERSIONS})`,
    )
    .one();
  return { dueAt, isUnpublished: changed > published };
}

/** So many of the newest movements are looked through. */
const MAX_SINCE = 1_000;

/** Units that came to the location after the time. */
export const arrivedSince = (sql: SqlStorage, locationId: string, at: number): number =>
  [
    ...sql.exec<{ locationId: string | null; quantity: number; at: number }>(
      "SELECT location_id AS locationId, quantity, at FROM movements ORDER BY rowid DESC LIMIT ?",
      MAX_SINCE,
    ),
  ]
    .filter((moved) => moved.locationId === locationId && moved.at > at && moved.quantity > 0)
    .reduce((sum, { quantity }) => sum + quantity, 0);

/** Events for the line that its order has not dealt with yet. Ids are the SKU's, the line's, and a number. */
export const countUndelivered = (sql: SqlStorage, sku: string, lineId: Holder): number =>
  sql
    .exec<{ undelivered: number }>(
      "SELECT count(*) AS undelivered FROM events WHERE id > ? AND id < ?",
      `${sku}/${lineId}/`,
      `${sku}/${lineId}0`,
    )
    .one().undelivered;

export function readStock(sql: SqlStorage, stock: Stock): StockReading {
  const { backordered } = sql
    .exec<{ backordered: number }>(
      "SELECT coalesce(sum(backordered), 0) AS backordered FROM holdings WHERE backordered > 0",
    )
    .one();
  const levels = [...stock.levels.values()].map(({ countedAsOf: _countedAsOf, ...level }) => ({
    ...level,
    available: available(level),
  }));
  return { facts: stock.facts, levels, backordered, valueMinor: stock.valueMinor };
}

/** Everything of the object that the nightly comparison needs; it reads every row, once a night. */
export function readAudit(sql: SqlStorage, stock: Stock, refs: readonly string[]): StockAudit {
  const moved = sql
    .exec<{ locationId: string | null; quantity: number; value: number }>(
      `SELECT location_id AS locationId, sum(quantity) AS quantity, sum(value_minor) AS value
         FROM movements GROUP BY location_id`,
    )
    .toArray();
  const applied = sql.exec<{ ref: string }>(
    "SELECT ref FROM applied WHERE ref IN (SELECT value FROM json_each(?))",
    JSON.stringify(refs),
  );
  const appliedRefs = [...applied].map(({ ref }) => ref);
  const unsent = sql.exec<{ openEvents: number }>("SELECT count(*) AS openEvents FROM events").one();
  return {
    reading: readStock(sql, stock),
    allocations: readOpenAllocations(sql),
    movedByLocation: Object.fromEntries(
      moved.flatMap(({ locationId, quantity }) => (locationId === null ? [] : [[locationId, quantity]])),
    ),
    movedValueMinor: moved.reduce((sum, { value }) => sum + value, 0),
    appliedRefs,
    openEvents: unsent.openEvents,
    version: versionsOf(sql).changed,
  };
}

type OpenAllocationRow = { [Key in keyof OpenAllocation]: OpenAllocation[Key] };

const readOpenAllocations = (sql: SqlStorage): OpenAllocation[] =>
  sql
    .exec<OpenAllocationRow>(
      `SELECT holder, order_id AS orderId, location_id AS locationId, live AS quantity, status,
              expires_at AS expiresAt
         FROM allocations JOIN holdings USING (holder) WHERE live > 0
       UNION ALL
       SELECT holder, order_id, NULL, backordered, status, expires_at FROM holdings WHERE backordered > 0`,
    )
    .toArray();
