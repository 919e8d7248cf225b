/** Asks the orders databases which lines need units, before their allocations are let go of. */
import type { Databases } from "../platform/d1/databases";
import type { OrderId } from "../kernel/ids";
import type { Holder } from "../inventory/domain/allocation-request";

const DEADLINE_MS = 10_000;

type Line = Readonly<{ orderId: OrderId; lineId: Holder }>;

/**
 * The lines that units of the SKU are, or were, there for: allocated, backordered or shipped. Of another SKU,
 * they are no use of this one's: staff had named both, and the other came first.
 * @throws when a database does not answer, or not in time: then nothing is known of any of them.
 */
export async function linesWithUnits(
  { orders }: Pick<Databases, "orders">,
  sku: string,
  lines: readonly Line[],
): Promise<ReadonlySet<Holder>> {
  const byDatabase = Map.groupBy(lines, ({ orderId }) => orders(orderId));
  const found = [...byDatabase].map(([database, asked]) =>
    database
      .prepare(
        `SELECT id FROM order_lines
         WHERE (order_id, id) IN (SELECT value ->> 'orderId', value ->> 'lineId' FROM json_each(?1))
           AND sku = ?2 AND allocated + backordered + shipped > 0`,
      )
      .bind(JSON.stringify(asked), sku)
      .all<{ id: Holder }>(),
  );
  const answers = await inTime(Promise.all(found));
  return new Set(answers.flatMap(({ results }) => results.map(({ id }) => id)));
}

async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
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
