/**
 * The hourly job that keeps promises true: it marks overdue inbound, updates the promises of backordered lines whose
 * inbound changed, and rechecks promises whose day has passed. It runs once an hour however often the cron fires; a
 * run continues with what the run before left.
 */
import type { OrdersContext } from "./context";
import { markAllOverdueInbound } from "../inventory/mark-overdue-inbound";
import { skusWithChangedInbound } from "../inventory/inbound";
import { beginJobRun, finishJobRun, releaseJobRun } from "../platform/jobs/job-runs";
import { runIsolatedSteps } from "../platform/jobs/run-isolated-steps";
import { recheckLatePromises } from "./recheck-late-promises";
import { updateBackorderPromises } from "./update-backorder-promises";

const HOUR = 3_600_000;
/** Bounded, so that a run ends well within a cron's time. */
const MAX_SKUS = 100;

/** How many inbound rows became overdue, how many SKUs had changed inbound, and how many orders were rechecked. */
export type RefreshedPromises = Readonly<{ overdue: number; skus: number; orders: number }>;

/**
 * Returns null if another run of the hour is in progress or done.
 * @throws after all steps have run, if one of them failed; the next firing repeats the hour.
 */
export async function refreshPromises(context: OrdersContext): Promise<RefreshedPromises | null> {
  const db = context.databases.primary;
  const hour = new Date(Math.floor(context.now() / HOUR) * HOUR).toISOString();
  if (!(await beginJobRun(db, "promises", hour, context.now()))) return null;
  try {
    const refreshed = await runIsolatedSteps(async (attempt) => {
      const overdue = await attempt("overdue inbound", () => markAllOverdueInbound(context));
      const skus = await attempt("changed inbound", () => skusWithChangedInbound(db, MAX_SKUS));
      for (const sku of skus ?? [])
        await attempt(`backorder promises of ${sku.sku}`, () => updateBackorderPromises(context, sku));
      const orders = await attempt("late promises", () => recheckLatePromises(context));
      return { overdue: overdue ?? 0, skus: skus?.length ?? 0, orders: orders ?? 0 };
    });
    await finishJobRun(db, "promises", hour, context.now());
    return refreshed;
  } catch (error) {
    await releaseJobRun(db, "promises", hour);
    throw error;
  }
}
