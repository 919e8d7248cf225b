/**
 * Every hour, before customers ask: what did not come on its day is promised from no more, those who wait are told
 * of what has changed, and what is still there after its day gets another. Once an hour however often it fires; a
 * run takes up what the one before left.
 */
import type { OrdersContext } from "./context";
import { localDate } from "../kernel/calendar";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import type { MoveReason } from "../promises/domain/promise";
import { dueInbound, markOverdue, skusWithChangedInbound } from "../inventory/inbound";
import { beginJobRun, finishJobRun, releaseJobRun } from "../platform/jobs/job-runs";
import { ordersToLookAt } from "./storage/waiting-lines";
import { runIsolatedSteps } from "../platform/jobs/run-isolated-steps";
import { recheckPromises } from "./recheck-promises";
import { updateBackorderPromises } from "./update-backorder-promises";

const HOUR = 3_600_000;
/** Bounded, so that a run ends well within a cron's time. */
const BATCH = 200;
const MAX_ROUNDS = 10;
const MAX_SKUS = 100;
/** No clocks are ahead of these: a day that has not passed here has passed nowhere. */
const FIRST_ZONE = "Pacific/Kiritimati";

export type Kept = Readonly<{ overdue: number; skus: number; orders: number }>;

/** Null where another firing of the hour has it. */
export async function recheckOverduePromises(context: OrdersContext): Promise<Kept | null> {
  const db = context.databases.primary;
  const hour = new Date(Math.floor(context.now() / HOUR) * HOUR).toISOString();
  if (!(await beginJobRun(db, "promises", hour, context.now()))) return null;
  try {
    const kept = await runIsolatedSteps(async (attempt) => {
      const overdue = await attempt("overdue inbound", () => markAllOverdue(context));
      const skus = await attempt("untold SKUs", () => skusWithChangedInbound(db, MAX_SKUS));
      for (const sku of skus ?? [])
        await attempt(`who waits for ${sku.sku}`, () => updateBackorderPromises(context, sku));
      const orders = await attempt("passed days", () => lookAgain(context));
      return { overdue: overdue ?? 0, skus: skus?.length ?? 0, orders: orders ?? 0 };
    });
    await finishJobRun(db, "promises", hour, context.now());
    return kept;
  } catch (error) {
    await releaseJobRun(db, "promises", hour);
    throw error;
  }
}

async function markAllOverdue(context: OrdersContext): Promise<number> {
  const { locations } = await context.reference();
  const db = context.databases.primary;
  const now = context.now();
  const due = await dueInbound(db, localDate(now, FIRST_ZONE), BATCH * MAX_ROUNDS);
  const overdue = due.filter(
    ({ locationId, expectedOn }) => expectedOn < localDate(now, locations.get(locationId)?.timeZone ?? "UTC"),
  );
  if (overdue.length > 0) {
    await markOverdue(
      db,
      overdue.map(({ id }) => id),
      now,
    );
  }
  return overdue.length;
}

/** Until a round finds nothing new: what was looked at is not due again, unless its day has not passed there yet. */
async function lookAgain(context: OrdersContext): Promise<number> {
  const seen = new Set<OrderId>();
  for (const db of context.databases.allOrders) {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const today = localDate(context.now(), FIRST_ZONE);
      // Those that stay due, of which none has moved, must not stand before the others.
      const limit = BATCH + seen.size;
      const found = await ordersToLookAt(db, { now: context.now(), today, limit });
      const due = found.filter((orderId) => !seen.has(orderId));
      if (due.length === 0) break;
      await recheckPromises(context, due, whyLate);
      for (const orderId of due) seen.add(orderId);
    }
  }
  return seen.size;
}

const whyLate = (order: Order): MoveReason => (order.holds.length > 0 ? "on_hold" : "not_sent_in_time");
