/**
 * Table expected_allocations: what lines of orders must hold, collected order by order and read SKU by SKU. It is empty
 * unless a reconciliation runs, of which there is one at a time.
 */
import type { LineId, OrderId } from "../../kernel/ids";
import type { ExpectedLine } from "../domain/sku-lines";

/** Replaces what is stored of a line. */
export const putExpectedStatement = (
  primary: D1Database,
  lines: readonly ExpectedLine[],
): D1PreparedStatement =>
  primary
    .prepare(
      `INSERT INTO expected_allocations (sku, line_id, order_id, units)
       SELECT value ->> 'sku', value ->> 'lineId', value ->> 'orderId', value -> 'units' FROM json_each(?1) WHERE true
       ON CONFLICT (sku, line_id) DO UPDATE SET units = excluded.units`,
    )
    .bind(JSON.stringify(lines));

/** The SKUs after one, up to and including another, of which lines are stored. */
export async function expectedSkus(
  primary: D1Database,
  after: string,
  upTo: string,
): Promise<ReadonlySet<string>> {
  const { results } = await primary
    .prepare("SELECT DISTINCT sku FROM expected_allocations WHERE sku > ?1 AND sku <= ?2")
    .bind(after, upTo)
    .all<{ sku: string }>();
  return new Set(results.map(({ sku }) => sku));
}

type Row = { sku: string; lineId: LineId; orderId: OrderId; units: string };

const COLUMNS = "sku, line_id AS lineId, order_id AS orderId, units";

/** At most `limit` lines of each SKU, in the sequence of their ids. */
export async function expectedLinesOf(
  primary: D1Database,
  skus: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, readonly ExpectedLine[]>> {
  const { results } = await primary
    .prepare(
      `SELECT line.sku, line.line_id AS lineId, line.order_id AS orderId, line.units FROM json_each(?1) AS wanted
       CROSS JOIN expected_allocations AS line ON line.sku = wanted.value AND line.line_id IN (
         SELECT line_id FROM expected_allocations WHERE sku = wanted.value ORDER BY line_id LIMIT ?2)
       ORDER BY line.sku, line.line_id`,
    )
    .bind(JSON.stringify(skus), limit)
    .all<Row>();
  return Map.groupBy(results.map(lineOfRow), ({ sku }) => sku);
}

/** A page of a SKU's lines in the sequence of their ids. */
export async function expectedLinesAfter(
  primary: D1Database,
  { sku, after, limit }: Readonly<{ sku: string; after: string; limit: number }>,
): Promise<ExpectedLine[]> {
  const { results } = await primary
    .prepare(
      `SELECT ${COLUMNS} FROM expected_allocations WHERE sku = ?1 AND line_id > ?2 ORDER BY line_id LIMIT ?3`,
    )
    .bind(sku, after, limit)
    .all<Row>();
  return results.map(lineOfRow);
}

const lineOfRow = ({ units, ...line }: Row): ExpectedLine => ({
  ...line,
  units: JSON.parse(units) as ExpectedLine["units"],
});

/** Deletes lines, whatever they are of. Returns how many, at most `limit`. */
export async function deleteExpected(primary: D1Database, limit: number): Promise<number> {
  const { meta } = await primary
    .prepare(
      `DELETE FROM expected_allocations
       WHERE (sku, line_id) IN (SELECT sku, line_id FROM expected_allocations LIMIT ?1)`,
    )
    .bind(limit)
    .run();
  return meta.changes;
}
