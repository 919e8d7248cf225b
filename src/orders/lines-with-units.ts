/** Reads which order lines need the units of a SKU, before its object releases their allocations. */
import type { Databases } from "../platform/d1/databases";
import type { OrderId } from "../kernel/ids";
import type { Holder } from "../inventory/domain/allocation-request";

const DEADLINE_MS = 10_000;

type Line = Readonly<{ orderId: OrderId; lineId: Holder }>;

/**
 * The lines that have, or had, units of the SKU: allocated, backordered or shipped. A line that has another SKU now is
 * not among them: two SKUs were assigned to it concurrently, and the other one was stored.
 * @throws if a database does not answer in time: then nothing is known about any of the lines.
 */
export async function linesWithUnits(
  { orders }: Pick<Databases, "orders">,
  sku: string,
  lines: readonly Line[],
): Promise<ReadonlySet<Holder>> {
  const byDatabase = Map.groupBy(lines, ({ orderId }) => orders(orderId));
  const found = [...byDatabase].map(([database, ofDatabase]) =>
    database
      .prepare(
        `SELECT id FROM order_lines
         WHERE (order_id, id) IN (SELECT value ->> 'orderId', value ->> 'lineId' FROM json_each(?1))
           AND sku = ?2 AND allocated + backordered + shipped > 0`,
      )
      .bind(JSON.stringify(ofDatabase), sku)
      .all<{ id: Holder }>(),
  );
  const results = await withinDeadline(Promise.all(found));
  return new Set(results.flatMap(({ results }) => results.map(({ id }) => id)));
}

async function withinDeadline<Value>(answer: Promise<Value>): Promise<Value> {
  const answered = new AbortController();
  const late = scheduler.wait(DEADLINE_MS, { signal: answered.signal }).then(() => {
    throw new Error("the orders database did not answer in time");
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    late.catch(() => {});
    answered.abort();
  }
}
