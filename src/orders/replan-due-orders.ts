/** Replans the orders that are marked, a batch in each sweep. A failed one is tried again later, without limit. */
import type { OrdersContext } from "./context";
import { logLine } from "../kernel/log-line";
import { dueReplans, deleteReplan, postponeReplan, type DueReplan } from "./storage/replans";
import { replanOrder } from "./replan-order";

const BATCH = 50;
const FIRST_PAUSE_MS = 30_000;
const MAX_PAUSE_MS = 60 * 60_000;

/** Orders of one database. Returns how many were due. */
export async function replanDueOrders(context: OrdersContext, db: D1Database): Promise<number> {
  const due = await dueReplans(db, context.now(), BATCH);
  for (const each of due) await replanOne(context, db, each);
  return due.length;
}

async function replanOne(context: OrdersContext, db: D1Database, due: DueReplan): Promise<void> {
  try {
    if ((await replanOrder(context, due)) === "done") return await deleteReplan(db, due);
  } catch (error) {
    console.error(
      logLine("error", "an order was not replanned and is tried again", { orderId: due.orderId, error }),
    );
  }
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** due.attempts, MAX_PAUSE_MS);
  await postponeReplan(db, due, context.now() + pause);
}
