/**
 * The hourly job that keeps promises true: it marks overdue inbound, updates the promises of backordered lines whose
 * inbound changed, and rechecks promises whose day has passed. What fails for one SKU or order is left to the next hour.
 */
import type { OrdersContext } from "./context";
import { logLine } from "../kernel/log-line";
import { markAllOverdueInbound } from "../inventory/mark-overdue-inbound";
import { nextSkuWithChangedInbound } from "../inventory/inbound";
import type { Job, Progress } from "../platform/jobs/job";
import { recheckLatePromises, type LatePromisesCursor } from "./recheck-late-promises";
import { startOfSku, updatePromisesOfSku, type SkuPromisesCursor } from "./update-backorder-promises";

type Cursor =
  | Readonly<{ phase: "overdue inbound" }>
  /** `sku`: the last SKU that is done. `within`: the SKU in progress. */
  | Readonly<{ phase: "changed inbound"; sku: string; within: SkuPromisesCursor | null }>
  | (Readonly<{ phase: "late promises" }> & LatePromisesCursor);

/** The next part's cursor, null after the last part; and what this part counted. */
type Part = Readonly<{ next: Cursor | null; counted: Progress }>;

/** Its progress: inbound rows that became overdue, SKUs with changed inbound, and orders that were rechecked. */
export const refreshPromisesJob: Job<OrdersContext, unknown, Cursor> = {
  name: "promises",
  schedule: "hourlyPromises",
  step: async (context, { cursor, progress, hasBudget }) => {
    let next: Cursor | null = cursor ?? { phase: "overdue inbound" };
    let counts: Progress = { overdue: 0, skus: 0, orders: 0, failed: 0, ...progress };
    let last = next;
    do {
      last = next;
      const part: Part = await performPart(context, next);
      counts = added(counts, part.counted);
      next = part.next;
    } while (next !== null && hasBudget());
    return { cursor: next ?? last, isDone: next === null, progress: counts };
  },
};

async function performPart(context: OrdersContext, cursor: Cursor): Promise<Part> {
  switch (cursor.phase) {
    case "overdue inbound": {
      const next: Cursor = { phase: "changed inbound", sku: "", within: null };
      try {
        return { next, counted: { overdue: await markAllOverdueInbound(context) } };
      } catch (error) {
        return afterFailure("overdue inbound waits for the next hour", next, error);
      }
    }
    case "changed inbound": {
      try {
        return await updateNextSku(context, cursor);
      } catch (error) {
        return afterFailure("changed inbound waits for the next hour", LATE_PROMISES, error);
      }
    }
    case "late promises": {
      const { orders, next } = await recheckLatePromises(context, cursor);
      return { next: next && { phase: cursor.phase, ...next }, counted: { orders } };
    }
  }
}

const LATE_PROMISES: Cursor = { phase: "late promises", walk: 0, after: null };

/** Inbound that cannot be read must not keep late promises from being rechecked. */
function afterFailure(message: string, next: Cursor, error: unknown): Part {
  console.error(logLine("error", message, { error }));
  return { next, counted: { failed: 1 } };
}

async function updateNextSku(
  context: OrdersContext,
  { phase, sku, within }: Extract<Cursor, { phase: "changed inbound" }>,
): Promise<Part> {
  const change = within?.change ?? (await nextSkuWithChangedInbound(context.databases.primary, sku));
  if (!change) return { next: LATE_PROMISES, counted: {} };
  try {
    const { orders, next } = await updatePromisesOfSku(context, within ?? startOfSku(change));
    const counted = { orders, skus: Number(next === null) };
    return { next: { phase, sku: next ? sku : change.sku, within: next }, counted };
  } catch (error) {
    console.error(
      logLine("error", "the promises of a SKU wait for the next hour", { sku: change.sku, error }),
    );
    return { next: { phase, sku: change.sku, within: null }, counted: { skus: 1, failed: 1 } };
  }
}

const added = (counts: Progress, more: Progress): Progress => ({
  ...counts,
  ...Object.fromEntries(Object.entries(more).map(([name, count]) => [name, (counts[name] ?? 0) + count])),
});
