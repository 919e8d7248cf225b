/** Rechecks promises whose day has passed: of fulfillments that have not left, and of lines that still wait. */
import type { OrdersContext } from "./context";
import { EARLIEST_TIME_ZONE, localDate } from "../kernel/calendar";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import type { MoveReason } from "../promises/domain/promise";
import { ordersToRecheck } from "./storage/promises";
import { recheckPromises } from "./recheck-promises";

/** Bounded, so that a run ends well within a cron's time. */
const BATCH = 200;
const MAX_ROUNDS = 10;

/**
 * Reads batches until one has no new order. An order that was rechecked is not due again, unless its day has not
 * passed in its own time zone yet. Returns how many orders were rechecked.
 */
export async function recheckLatePromises(context: OrdersContext): Promise<number> {
  const seen = new Set<OrderId>();
  for (const db of context.databases.allOrders) {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const today = localDate(context.now(), EARLIEST_TIME_ZONE);
      // Orders that were rechecked and are still due must not take the places of others in the batch.
      const limit = BATCH + seen.size;
      const found = await ordersToRecheck(db, { now: context.now(), today, limit });
      const due = found.filter((orderId) => !seen.has(orderId));
      if (due.length === 0) break;
      await recheckPromises(context, due, lateReason);
      for (const orderId of due) seen.add(orderId);
    }
  }
  return seen.size;
}

const lateReason = (order: Order): MoveReason => (order.holds.length > 0 ? "on_hold" : "not_shipped_in_time");
