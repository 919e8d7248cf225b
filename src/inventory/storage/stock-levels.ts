/**
 * The latest snapshot of each SKU's stock: a copy for reading many SKUs at once, seconds behind the objects. A snapshot
 * replaces only the versions that it names, so that late and repeated snapshots change nothing.
 */
import type { SnapshotToStore } from "../context";
import type { StockLevel, StockSnapshot } from "../domain/stock-reading";

const REPLACES = `coalesce((SELECT version FROM sku_stock WHERE sku = snapshot.value ->> '$.snapshot.sku'), 0)
  BETWEEN snapshot.value ->> '$.replaces[0]' AND snapshot.value ->> '$.replaces[1]'`;

/** Statements for one batch, in this order. @param snapshots at most one of each SKU. */
export function snapshotStatements(
  db: D1Database,
  snapshots: readonly SnapshotToStore[],
): D1PreparedStatement[] {
  const json = JSON.stringify(snapshots);
  return [
    `INSERT INTO stock_levels (sku, location_id, on_hand, allocated, safety_stock)
     SELECT snapshot.value ->> '$.snapshot.sku', level.value ->> 'locationId', level.value ->> 'onHand',
       level.value ->> 'allocated', level.value ->> 'safetyStock'
     FROM json_each(?1) AS snapshot, json_each(snapshot.value, '$.snapshot.levels') AS level
     WHERE ${REPLACES}
     ON CONFLICT (sku, location_id) DO UPDATE SET on_hand = excluded.on_hand, allocated = excluded.allocated,
       safety_stock = excluded.safety_stock
     WHERE (stock_levels.on_hand, stock_levels.allocated, stock_levels.safety_stock)
       IS NOT (excluded.on_hand, excluded.allocated, excluded.safety_stock)`,
    `INSERT INTO sku_stock (sku, version, backordered, published_at)
     SELECT snapshot.value ->> '$.snapshot.sku', snapshot.value ->> '$.snapshot.version', snapshot.value ->> '$.snapshot.backordered',
       snapshot.value ->> '$.snapshot.at'
     FROM json_each(?1) AS snapshot
     WHERE ${REPLACES}
     ON CONFLICT (sku) DO UPDATE SET version = excluded.version, backordered = excluded.backordered,
       published_at = excluded.published_at`,
  ].map((sql) => db.prepare(sql).bind(json));
}

export type StoredStockRow = Omit<StockSnapshot, "levels"> & {
  [Key in keyof StockLevel]: StockLevel[Key] | null;
};

const COLUMNS = `stock.sku, stock.version, stock.published_at AS at, stock.backordered,
  level.location_id AS locationId, level.on_hand AS onHand, level.allocated, level.safety_stock AS safetyStock,
  level.available`;

/** The snapshots of the SKUs, read by index in one statement. A SKU without a snapshot is left out. */
export async function storedStock(
  db: D1Database,
  skus: readonly string[],
): Promise<ReadonlyMap<string, StockSnapshot>> {
  const { results } = await storedStockStatement(db, skus).all<StoredStockRow>();
  return storedStockOf(results);
}

/** The statement of `storedStock`, for a batch with other reads. */
export const storedStockStatement = (db: D1Database, skus: readonly string[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT ${COLUMNS}
       FROM json_each(?1) AS wanted
       CROSS JOIN sku_stock AS stock ON stock.sku = wanted.value
       LEFT JOIN stock_levels AS level ON level.sku = stock.sku`,
    )
    .bind(JSON.stringify([...new Set(skus)]));

export const storedStockOf = (rows: readonly StoredStockRow[]): ReadonlyMap<string, StockSnapshot> =>
  new Map(snapshotsOf(rows).map((snapshot) => [snapshot.sku, snapshot]));

/** The versions of the snapshots of the SKUs after one, up to and including another. */
export async function storedVersions(
  db: D1Database,
  after: string,
  upTo: string,
): Promise<ReadonlyMap<string, number>> {
  const { results } = await db
    .prepare("SELECT sku, version FROM sku_stock WHERE sku > ?1 AND sku <= ?2")
    .bind(after, upTo)
    .all<Pick<StockSnapshot, "sku" | "version">>();
  return new Map(results.map(({ sku, version }) => [sku, version]));
}

/** The next SKU after one whose snapshot was published at the time or later; null if there is none. */
export const nextStockChangedSince = (db: D1Database, after: string, since: number): Promise<string | null> =>
  db
    .prepare("SELECT sku FROM sku_stock WHERE sku > ?1 AND published_at >= ?2 ORDER BY sku LIMIT 1")
    .bind(after, since)
    .first<string>("sku");

/** Those of the SKUs that have stock at `max` locations or more, and none at this one. */
export async function skusFullFor(
  db: D1Database,
  skus: readonly string[],
  { locationId, max }: Readonly<{ locationId: string; max: number }>,
): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      `SELECT level.sku FROM json_each(?1) AS wanted CROSS JOIN stock_levels AS level ON level.sku = wanted.value
       GROUP BY level.sku HAVING count(*) >= ?3 AND sum(level.location_id = ?2) = 0`,
    )
    .bind(JSON.stringify(skus), locationId, max)
    .all<{ sku: string }>();
  return new Set(results.map(({ sku }) => sku));
}

/** A page of snapshots in the order of their SKUs, after the cursor. */
export async function storedStockAfter(
  db: D1Database,
  after: string,
  limit: number,
): Promise<StockSnapshot[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS}
       FROM (SELECT * FROM sku_stock WHERE sku > ?1 ORDER BY sku LIMIT ?2) AS stock
       LEFT JOIN stock_levels AS level ON level.sku = stock.sku
       ORDER BY stock.sku`,
    )
    .bind(after, limit)
    .all<StoredStockRow>();
  return snapshotsOf(results);
}

const snapshotsOf = (rows: readonly StoredStockRow[]): StockSnapshot[] =>
  [...Map.groupBy(rows, ({ sku }) => sku).values()].map(snapshotOf);

function snapshotOf(rows: readonly StoredStockRow[]): StockSnapshot {
  const [{ sku, version, at, backordered }] = rows as [StoredStockRow];
  const levels = rows.flatMap(({ locationId, onHand, allocated, safetyStock, available }) =>
    locationId === null ? [] : [{ locationId, onHand, allocated, safetyStock, available } as StockLevel],
  );
  return { sku, version, at, levels, backordered };
}
