/** Rechecks promises whose day has passed: of fulfillments that have not left, and of lines that still wait. */
import type { OrdersContext } from "./context";
import { EARLIEST_TIME_ZONE, localDate } from "../kernel/calendar";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import type { MoveReason } from "../promises/domain/promise";
import { dueForRecheck, RECHECKED, type RecheckCursor } from "./storage/promises";
import { recheckPromises } from "./recheck-promises";

/** One after the other, because each takes several queries. */
const ROWS_A_PAGE = 2;

/** `walk` counts the kinds of rows of each database, one after the other. */
export type LatePromisesCursor = Readonly<{ walk: number; after: RecheckCursor | null }>;

/**
 * Rechecks the orders of the next rows that are due. A row that stays due, because its day has not passed in its own time
 * zone yet, is passed once.
 * @returns how many orders were rechecked, and where to continue; null after the last row.
 */
export async function recheckLatePromises(
  context: OrdersContext,
  { walk, after }: LatePromisesCursor,
): Promise<Readonly<{ orders: number; next: LatePromisesCursor | null }>> {
  const { allOrders } = context.databases;
  const db = allOrders[Math.floor(walk / RECHECKED.length)];
  if (!db) return { orders: 0, next: null };
  const now = context.now();
  const today = localDate(now, EARLIEST_TIME_ZONE);
  const rechecked = RECHECKED[walk % RECHECKED.length]!;
  const due = await dueForRecheck(db, rechecked, { now, today, after, limit: ROWS_A_PAGE });
  const orders = new Set<OrderId>(due.map(({ orderId }) => orderId));
  await recheckPromises(context, [...orders], lateReason);
  const next = due.length === ROWS_A_PAGE ? { walk, after: due.at(-1)! } : { walk: walk + 1, after: null };
  return { orders: orders.size, next };
}

const lateReason = (order: Order): MoveReason => (order.holds.length > 0 ? "on_hold" : "not_shipped_in_time");
