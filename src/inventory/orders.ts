/** Asks the orders databases which orders exist, before their claims are let go of. */
import type { OrderId } from "../domain/ids";

export type InventoryEnv = Readonly<{ DB: D1Database; STOCK_QUEUE: Queue }>;

const DEADLINE_MS = 10_000;

/** Everything of one order lives in one database, found by the order's id. */
const ordersDatabase = (env: InventoryEnv, _orderId: OrderId): D1Database => env.DB;

/** @throws when a database does not answer, or not in time: then nothing is known of any of them. */
export async function existingOrders(
  env: InventoryEnv,
  orderIds: readonly OrderId[],
): Promise<ReadonlySet<OrderId>> {
  const byDatabase = Map.groupBy(new Set(orderIds), (orderId) => ordersDatabase(env, orderId));
  const found = [...byDatabase].map(([database, ids]) =>
    database
      .prepare("SELECT id FROM orders WHERE id IN (SELECT value FROM json_each(?1))")
      .bind(JSON.stringify(ids))
      .all<{ id: OrderId }>(),
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
