/** Table audited_stock: what the last audit found of each SKU. */
import type { AuditedStock } from "../domain/stock-sums";

type Row = Omit<AuditedStock, "hasOpenEvents"> & { hasOpenEvents: number };

/** Of the SKUs after one, up to and including another. */
export async function auditedStockOf(
  primary: D1Database,
  after: string,
  upTo: string,
): Promise<ReadonlyMap<string, AuditedStock>> {
  const { results } = await primary
    .prepare(
      `SELECT sku, version, units, value_minor AS valueMinor, has_open_events AS hasOpenEvents
       FROM audited_stock WHERE sku > ?1 AND sku <= ?2`,
    )
    .bind(after, upTo)
    .all<Row>();
  return new Map(results.map((row) => [row.sku, { ...row, hasOpenEvents: row.hasOpenEvents === 1 }]));
}

export const putAuditedStatement = (
  primary: D1Database,
  audited: readonly AuditedStock[],
): D1PreparedStatement =>
  primary
    .prepare(
      `INSERT INTO audited_stock (sku, version, units, value_minor, has_open_events)
       SELECT value ->> 'sku', value ->> 'version', value ->> 'units', value ->> 'valueMinor', value ->> 'hasOpenEvents'
       FROM json_each(?1) WHERE true
       ON CONFLICT (sku) DO UPDATE SET version = excluded.version, units = excluded.units,
         value_minor = excluded.value_minor, has_open_events = excluded.has_open_events`,
    )
    .bind(JSON.stringify(audited));
