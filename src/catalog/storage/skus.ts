/**
 * The table of SKUs. After a row is written it is sent to the SKU's object; `upserted_at` is when the object had it.
 */
import type { Load, Sku, SkuPolicy } from "../domain/sku";
import { anyRowStatement } from "../../platform/d1/any-row-exists";

export type SkuRow = {
  sku: string;
  title: string;
  weight_grams: number;
  length_mm: number | null;
  width_mm: number | null;
  height_mm: number | null;
  unit_cost_minor: number;
  bins: string;
  tax_category: string | null;
  hazardous: number;
  oversize: number;
  policy: SkuPolicy;
  active: number;
  updated_at: number;
};

/** A SKU with the time of its last write, which distinguishes writes. */
export type WrittenSku = Readonly<{ sku: Sku; updatedAt: number }>;

/** Creates or replaces the SKU. `updatedAt` grows with every write, even within a millisecond. */
export async function putSku(
  db: D1Database,
  sku: Sku,
  now: number,
): Promise<Readonly<{ created: boolean; updatedAt: number }>> {
  const row = await db
    .prepare(
      `INSERT INTO skus (sku, title, weight_grams, length_mm, width_mm, height_mm, unit_cost_minor, bins,
         tax_category, policy, active, hazardous, oversize, upserted_at, created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, NULL, ?14, ?14)
       ON CONFLICT (sku) DO UPDATE SET title = excluded.title, weight_grams = excluded.weight_grams,
         length_mm = excluded.length_mm, width_mm = excluded.width_mm, height_mm = excluded.height_mm,
         unit_cost_minor = excluded.unit_cost_minor, bins = excluded.bins,
         tax_category = excluded.tax_category, policy = excluded.policy, active = excluded.active,
         hazardous = excluded.hazardous, oversize = excluded.oversize, upserted_at = NULL,
         updated_at = max(excluded.updated_at, skus.updated_at + 1)
       RETURNING created_at = updated_at AS created, updated_at`,
    )
    .bind(
      sku.sku,
      sku.title,
      sku.weightGrams,
      sku.lengthMm,
      sku.widthMm,
      sku.heightMm,
      sku.unitCostMinor,
      JSON.stringify(sku.bins),
      sku.taxCategory,
      sku.policy,
      sku.active ? 1 : 0,
      sku.hazardous ? 1 : 0,
      sku.oversize ? 1 : 0,
      now,
    )
    .first<{ created: number; updated_at: number }>();
  return { created: row?.created === 1, updatedAt: row?.updated_at ?? now };
}

export async function skuById(db: D1Database, sku: string): Promise<Sku | null> {
  const row = await db.prepare("SELECT * FROM skus WHERE sku = ?1").bind(sku).first<SkuRow>();
  return row ? skuOf(row) : null;
}

/** The statement that reads the SKUs, for callers that batch it with others. */
export const skusStatement = (db: D1Database, skus: readonly string[]): D1PreparedStatement =>
  db
    .prepare("SELECT skus.* FROM json_each(?1) AS requested CROSS JOIN skus ON skus.sku = requested.value")
    .bind(JSON.stringify([...new Set(skus)]));

/** Those of the SKUs that exist. */
export async function knownSkus(db: D1Database, skus: readonly string[]): Promise<ReadonlySet<string>> {
  const sql = "SELECT skus.sku FROM json_each(?1) AS requested CROSS JOIN skus ON skus.sku = requested.value";
  const { results } = await db.prepare(sql).bind(JSON.stringify(skus)).all<{ sku: string }>();
  return new Set(results.map(({ sku }) => sku));
}

/** SKUs in order, after the given one. */
export async function skusAfter(db: D1Database, after: string, limit: number): Promise<Sku[]> {
  const sql = "SELECT * FROM skus WHERE sku > ?1 ORDER BY sku LIMIT ?2";
  const { results } = await db.prepare(sql).bind(after, limit).all<SkuRow>();
  return results.map(skuOf);
}

/** The load of a unit, by SKU. A volume that was not measured counts as none. */
export async function loadsOf(db: D1Database, skus: readonly string[]): Promise<ReadonlyMap<string, Load>> {
  const sql = `SELECT skus.sku, skus.weight_grams AS grams,
      coalesce(skus.length_mm * skus.width_mm * skus.height_mm, 0) AS mm3
    FROM json_each(?1) AS requested CROSS JOIN skus ON skus.sku = requested.value`;
  const { results } = await db.prepare(sql).bind(JSON.stringify(skus)).all<Load & { sku: string }>();
  return new Map(results.map(({ sku, grams, mm3 }) => [sku, { grams, mm3 }]));
}

const NOT_UPSERTED = "FROM skus WHERE upserted_at IS NULL";

export const anySkuToUpsertStatement = (db: D1Database): D1PreparedStatement =>
  anyRowStatement(db, NOT_UPSERTED);

/** SKUs whose object does not have their current row, the longest waiting first. */
export async function skusToUpsert(db: D1Database, limit: number): Promise<WrittenSku[]> {
  const sql = `SELECT * ${NOT_UPSERTED} ORDER BY updated_at LIMIT ?1`;
  const { results } = await db.prepare(sql).bind(limit).all<SkuRow>();
  return results.map((row) => ({ sku: skuOf(row), updatedAt: row.updated_at }));
}

/** Marks rows as upserted to their objects, unless they were written again since. */
export async function markUpserted(
  db: D1Database,
  upserted: readonly Readonly<{ sku: string; updatedAt: number }>[],
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE skus SET upserted_at = ?2 FROM json_each(?1) AS upserted
       WHERE skus.sku = upserted.value ->> 'sku' AND skus.updated_at = upserted.value ->> 'updatedAt'`,
    )
    .bind(JSON.stringify(upserted), now)
    .run();
}

export const skuOf = (row: SkuRow): Sku => ({
  sku: row.sku,
  title: row.title,
  weightGrams: row.weight_grams,
  lengthMm: row.length_mm,
  widthMm: row.width_mm,
  heightMm: row.height_mm,
  unitCostMinor: row.unit_cost_minor,
  bins: JSON.parse(row.bins),
  taxCategory: row.tax_category,
  hazardous: row.hazardous === 1,
  oversize: row.oversize === 1,
  policy: row.policy,
  active: row.active === 1,
});
