/** What is sold. A row's SKU object is told of it after it is written; `upserted_at` says that it was. */
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

/** A SKU as it was written at a time, which tells two writings apart. */
export type WrittenSku = Readonly<{ sku: Sku; updatedAt: number }>;

/** Writes the whole SKU. The time grows with each writing of it, however fast they follow each other. */
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
         hazardous = excluded.hazardous, oversize = excluded.oversize, upserted_at = NULL, updated_at = max(excluded.updated_at, skus.updated_at + 1)
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

/** The statement that reads several of them, for those who read more in the same round. */
export const skusStatement = (db: D1Database, skus: readonly string[]): D1PreparedStatement =>
  db
    .prepare("SELECT skus.* FROM json_each(?1) AS asked CROSS JOIN skus ON skus.sku = asked.value")
    .bind(JSON.stringify([...new Set(skus)]));

/** Those of the SKUs that there are, in one statement, by index. */
export async function knownSkus(db: D1Database, skus: readonly string[]): Promise<ReadonlySet<string>> {
  const sql = "SELECT skus.sku FROM json_each(?1) AS asked CROSS JOIN skus ON skus.sku = asked.value";
  const { results } = await db.prepare(sql).bind(JSON.stringify(skus)).all<{ sku: string }>();
  return new Set(results.map(({ sku }) => sku));
}

/** SKUs in their order, after the given one. */
export async function skusAfter(db: D1Database, after: string, limit: number): Promise<Sku[]> {
  const sql = "SELECT * FROM skus WHERE sku > ?1 ORDER BY sku LIMIT ?2";
  const { results } = await db.prepare(sql).bind(after, limit).all<SkuRow>();
  return results.map(skuOf);
}

/** A unit of each of so many SKUs, as a parcel's load; volume that nobody has measured is none. */
export async function loadsOf(db: D1Database, skus: readonly string[]): Promise<ReadonlyMap<string, Load>> {
  const sql = `SELECT skus.sku, skus.weight_grams AS grams,
      coalesce(skus.length_mm * skus.width_mm * skus.height_mm, 0) AS mm3
    FROM json_each(?1) AS asked CROSS JOIN skus ON skus.sku = asked.value`;
  const { results } = await db.prepare(sql).bind(JSON.stringify(skus)).all<Load & { sku: string }>();
  return new Map(results.map(({ sku, grams, mm3 }) => [sku, { grams, mm3 }]));
}

const UNDESCRIBED = "FROM skus WHERE upserted_at IS NULL";

export const anySkuToUpsertStatement = (db: D1Database): D1PreparedStatement =>
  anyRowStatement(db, UNDESCRIBED);

/** SKUs whose object has not been told of the row as it is, longest waiting first. */
export async function skusToUpsert(db: D1Database, limit: number): Promise<WrittenSku[]> {
  const sql = `SELECT * ${UNDESCRIBED} ORDER BY updated_at LIMIT ?1`;
  const { results } = await db.prepare(sql).bind(limit).all<SkuRow>();
  return results.map((row) => ({ sku: skuOf(row), updatedAt: row.updated_at }));
}

/** Says that objects were told; a row written again since stays undescribed. */
export async function markUpserted(
  db: D1Database,
  told: readonly Readonly<{ sku: string; updatedAt: number }>[],
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE skus SET upserted_at = ?2 FROM json_each(?1) AS told
       WHERE skus.sku = told.value ->> 'sku' AND skus.updated_at = told.value ->> 'updatedAt'`,
    )
    .bind(JSON.stringify(told), now)
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
