/**
 * Writes what every connected channel may sell, after a channel, a location or a SKU changed. Changes request the
 * refresh, and a job does it once for all of them.
 */
import type { CatalogChange } from "../catalog/context";
import { storedStockAfter } from "../inventory/stock-levels";
import type { Job } from "../platform/jobs/job";
import { requestRun } from "../platform/jobs/start-run";
import type { ChannelsContext } from "./context";
import { sellableOf } from "./sellable-stock";
import { sellableStatement } from "./storage/channel-stock";

const SKUS_A_PAGE = 200;
/** Longer than an isolate caches channels and locations. */
const CACHES_EXPIRE_MS = 10_000;

/** The run begins once every isolate's cache has the change that requested it. */
export const requestChannelStockRefresh = (context: ChannelsContext): Promise<void> =>
  requestRun(context, refreshJob, CACHES_EXPIRE_MS);

/** A changed location, or a SKU that not every location may send, changes what channels may sell. */
export async function refreshAfterCatalogChange(
  context: ChannelsContext,
  change: CatalogChange,
): Promise<void> {
  const isRestricted = change.type === "sku" && (change.sku.hazardous || change.sku.oversize);
  if (change.type === "location" || isRestricted) await requestChannelStockRefresh(context);
}

/** The last SKU that was refreshed. */
export type RefreshCursor = Readonly<{ sku: string }>;

export const refreshJob: Job<ChannelsContext, unknown, RefreshCursor> = {
  name: "channel-stock-refresh",
  step: async (context, { cursor, progress, hasBudget }) => {
    let [next, skus] = [cursor, progress["skus"] ?? 0];
    do {
      const page = await refreshChannelStock(context, next);
      skus += page.skus;
      next = page.next;
    } while (next !== null && hasBudget());
    return { cursor: next ?? { sku: "" }, isDone: next === null, progress: { skus } };
  },
};

/**
 * Writes what every connected channel may sell by the channels, locations and stock of now, for a page of SKUs.
 * @returns how many SKUs it read, and where to continue; null after the last one.
 */
export async function refreshChannelStock(
  context: ChannelsContext,
  cursor: RefreshCursor | null,
): Promise<Readonly<{ skus: number; next: RefreshCursor | null }>> {
  const { primary } = context.databases;
  const reference = await context.reference();
  if (reference.connected.size === 0) return { skus: 0, next: null };
  const page = await storedStockAfter(primary, cursor?.sku ?? "", SKUS_A_PAGE);
  const sellable = page.flatMap((snapshot) =>
    sellableOf(reference, snapshot, [snapshot.version, snapshot.version]),
  );
  if (sellable.length > 0) await sellableStatement(primary, sellable, context.now()).run();
  const last = page.length === SKUS_A_PAGE ? page.at(-1) : undefined;
  return { skus: page.length, next: last ? { sku: last.sku } : null };
}
