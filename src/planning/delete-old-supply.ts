/**
 * Every night: deletes the stock that old sourcing decisions were made from, which only replays of their day read. It walks
 * the orders that were placed before, from where the last run has ended.
 */
import { ordersPlaced } from "../directory/past-orders";
import type { OrdersContext } from "../orders/context";
import { deleteSourcingSupply, SUPPLY_KEPT_MS } from "../orders/orders";
import type { Job } from "../platform/jobs/job";
import { lastDoneAt } from "../platform/jobs/job-runs";

const ORDERS_A_PAGE = 500;

/** `start`: when the first orders of the run were placed. `after`: the key in the directory of the last one. */
type Cursor = Readonly<{ start: number; after: string | null }>;

const NAME = "sourcing-supply";

export const deleteOldSupplyJob: Job<OrdersContext, unknown, Cursor> = {
  name: NAME,
  schedule: "nightly",
  step: async (context, { cursor, progress, begunAt, hasBudget }) => {
    const { directory, primary, orders: databaseOf } = context.databases;
    const start = cursor?.start ?? firstOf(await lastDoneAt(primary, NAME));
    let [after, orders, cleared] = [cursor?.after ?? null, progress["orders"] ?? 0, progress["cleared"] ?? 0];
    for (let isDone = false; ;) {
      const range = { start, end: begunAt - SUPPLY_KEPT_MS, after, limit: ORDERS_A_PAGE };
      const page = await ordersPlaced(directory, range);
      const byDatabase = Map.groupBy(page, ({ id }) => databaseOf(id));
      for (const [db, placed] of byDatabase) {
        cleared += await deleteSourcingSupply(
          db,
          placed.map(({ id }) => id),
        );
      }
      orders += page.length;
      after = page.at(-1)?.key ?? after;
      isDone = page.length < ORDERS_A_PAGE;
      if (isDone || !hasBudget()) return { cursor: { start, after }, isDone, progress: { orders, cleared } };
    }
  },
};

/** The orders that the last run has not seen. The first run takes all. */
const firstOf = (lastBegunAt: number | null): number =>
  lastBegunAt === null ? 0 : Math.max(0, lastBegunAt - SUPPLY_KEPT_MS);
