/**
 * Stock as the SKUs' objects last said it: a copy for reading many SKUs at once, seconds behind. A word is
 * taken only in place of one that it may replace, so that late and repeated words change nothing.
 */
import type { StockLevel, StockSaid } from "../domain/stock";

/** What was said, and the versions, from and to, that it may replace; a SKU of which nothing was said has version 0. */
export type StockWord = Readonly<{ said: StockSaid; replaces: readonly [from: number, to: number] }>;

const REPLACES = `coalesce((SELECT version FROM sku_stock WHERE sku = word.value ->> '$.said.sku'), 0)
  BETWEEN word.value ->> '$.replaces[0]' AND word.value ->> '$.replaces[1]'`;

/** At most one word of each SKU. To be run in one batch, in this order. */
export function stockWordStatements(db: D1Database, words: readonly StockWord[]): D1PreparedStatement[] {
  const json = JSON.stringify(words);
  return [
    `INSERT INTO stock_levels (sku, location_id, on_hand, claimed, safety_stock)
     SELECT word.value ->> '$.said.sku', level.value ->> 'locationId', level.value ->> 'onHand',
       level.value ->> 'claimed', level.value ->> 'safetyStock'
     FROM json_each(?1) AS word, json_each(word.value, '$.said.levels') AS level
     WHERE ${REPLACES}
     ON CONFLICT (sku, location_id) DO UPDATE SET on_hand = excluded.on_hand, claimed = excluded.claimed,
       safety_stock = excluded.safety_stock
     WHERE (stock_levels.on_hand, stock_levels.claimed, stock_levels.safety_stock)
       IS NOT (excluded.on_hand, excluded.claimed, excluded.safety_stock)`,
    `INSERT INTO sku_stock (sku, version, backordered, said_at)
     SELECT word.value ->> '$.said.sku', word.value ->> '$.said.version', word.value ->> '$.said.backordered',
       word.value ->> '$.said.at'
     FROM json_each(?1) AS word
     WHERE ${REPLACES}
     ON CONFLICT (sku) DO UPDATE SET version = excluded.version, backordered = excluded.backordered,
       said_at = excluded.said_at`,
  ].map((sql) => db.prepare(sql).bind(json));
}

export type StoredStockRow = Omit<StockSaid, "levels"> & {
  [Key in keyof StockLevel]: StockLevel[Key] | null;
};

const COLUMNS = `stock.sku, stock.version, stock.said_at AS at, stock.backordered,
  level.location_id AS locationId, level.on_hand AS onHand, level.claimed, level.safety_stock AS safetyStock,
  level.available`;

/** Stock of so many SKUs in one statement, by index; a SKU of which nothing was said yet is not in it. */
export async function storedStock(
  db: D1Database,
  skus: readonly string[],
): Promise<ReadonlyMap<string, StockSaid>> {
  const { results } = await storedStockStatement(db, skus).all<StoredStockRow>();
  return storedStockOf(results);
}

/** The statement of it, for those who read more in the same round. */
export const storedStockStatement = (db: D1Database, skus: readonly string[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT ${COLUMNS}
       FROM json_each(?1) AS asked
       CROSS JOIN sku_stock AS stock ON stock.sku = asked.value
       LEFT JOIN stock_levels AS level ON level.sku = stock.sku`,
    )
    .bind(JSON.stringify([...new Set(skus)]));

export const storedStockOf = (rows: readonly StoredStockRow[]): ReadonlyMap<string, StockSaid> =>
  new Map(stocksOf(rows).map((said) => [said.sku, said]));

/** Stock of SKUs in their order, after the given one. */
export async function storedStockAfter(db: D1Database, after: string, limit: number): Promise<StockSaid[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS}
       FROM (SELECT * FROM sku_stock WHERE sku > ?1 ORDER BY sku LIMIT ?2) AS stock
       LEFT JOIN stock_levels AS level ON level.sku = stock.sku
       ORDER BY stock.sku`,
    )
    .bind(after, limit)
    .all<StoredStockRow>();
  return stocksOf(results);
}

const stocksOf = (rows: readonly StoredStockRow[]): StockSaid[] =>
  [...Map.groupBy(rows, ({ sku }) => sku).values()].map(stockOf);

function stockOf(rows: readonly StoredStockRow[]): StockSaid {
  const [{ sku, version, at, backordered }] = rows as [StoredStockRow];
  const levels = rows.flatMap(({ locationId, onHand, claimed, safetyStock, available }) =>
    locationId === null ? [] : [{ locationId, onHand, claimed, safetyStock, available } as StockLevel],
  );
  return { sku, version, at, levels, backordered };
}
