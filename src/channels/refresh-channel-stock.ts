/**
 * Writes what every connected channel may sell, after a channel, a location or a SKU changed. Changes request the
 * refresh; the sweep does it once for all of them.
 */
import type { CatalogChange } from "../catalog/context";
import { storedStockAfter } from "../inventory/stock-levels";
import {
  finishRequestedJob,
  isJobRequestedStatement,
  jobRequestedAt,
  requestJob,
} from "../platform/jobs/job-runs";
import type { ChannelsContext } from "./context";
import { sellableOf } from "./sellable-stock";
import { sellableStatement } from "./storage/channel-stock";

const JOB = "channel-stock";
const SKUS_A_PAGE = 200;
/** Longer than an isolate caches channels and locations. */
const CACHES_EXPIRE_MS = 10_000;

export const requestChannelStockRefresh = ({ databases, now }: ChannelsContext): Promise<void> =>
  requestJob(databases.primary, JOB, now());

/** A changed location, or a SKU that not every location may send, changes what channels may sell. */
export async function refreshAfterCatalogChange(
  context: ChannelsContext,
  change: CatalogChange,
): Promise<void> {
  const isRestricted = change.type === "sku" && (change.sku.hazardous || change.sku.oversize);
  if (change.type === "location" || isRestricted) await requestChannelStockRefresh(context);
}

export const isRefreshRequestedStatement = (db: D1Database): D1PreparedStatement =>
  isJobRequestedStatement(db, JOB);

/** Returns whether it refreshed: not before every isolate's cache has the change that requested it. */
export async function refreshIfRequested(context: ChannelsContext): Promise<boolean> {
  const { primary } = context.databases;
  const requestedAt = await jobRequestedAt(primary, JOB);
  if (requestedAt === null || requestedAt + CACHES_EXPIRE_MS > context.now()) return false;
  await refreshChannelStock(context);
  await finishRequestedJob(primary, JOB, requestedAt, context.now());
  return true;
}

/** Writes what every connected channel may sell by the channels, locations and stock of now. */
export async function refreshChannelStock(context: ChannelsContext): Promise<void> {
  const { primary } = context.databases;
  const reference = await context.reference();
  if (reference.connected.size === 0) return;
  for (let after: string | undefined = ""; after !== undefined;) {
    const page = await storedStockAfter(primary, after, SKUS_A_PAGE);
    const sellable = page.flatMap((snapshot) =>
      sellableOf(reference, snapshot, [snapshot.version, snapshot.version]),
    );
    if (sellable.length > 0) await sellableStatement(primary, sellable, context.now()).run();
    after = page.length === SKUS_A_PAGE ? page.at(-1)?.sku : undefined;
  }
}
