/**
 * What storefronts show, beside what their channels may sell: every night, SKU by SKU. What differs is told again at
 * once; what differs still, or cannot be pushed, is an exception with its age.
 */
import type { StorefrontStock } from "./ports";
import type { CatalogChange } from "../catalog/context";
import type { ChannelsContext } from "./context";
import { afterLooking, showsFewer, type ChannelStock } from "./domain/channel-stock";
import { checkOf, type Check, type Exception } from "../reconciliation/domain/checks";
import {
  channelStockAfter,
  forgetChannelStock,
  lastLookedAt,
  mismatchesAfter,
  sellableStatement,
  writeChannelStock,
} from "./storage/channel-stock";
import {
  finishRequestedJob,
  requestJob,
  isJobRequestedStatement,
  jobRequestedAt,
} from "../platform/jobs/job-runs";
import { storedStockAfter } from "../inventory/stock-levels";
import { sellableOf } from "./sellable-stock";
import { pushChannel, storefrontStock } from "./push-channel-stock";

const SKUS_A_PAGE = 200;
const MAX_LISTED = 1_000;
const DAY = 86_400_000;
/** The books must close whatever a storefront does: what was not looked at by then is, the next night. */
const LOOK_FOR_MS = 4 * 60_000;

export async function checkChannelStock(context: ChannelsContext): Promise<Check> {
  const { channels, connected } = await context.reference();
  const startedAt = context.now();
  await forgetChannelStock(
    context.databases.primary,
    [...channels.keys()].filter((id) => !connected.has(id)),
  );
  await refreshChannelStock(context);
  const looks = await Promise.all([...connected].map((id) => lookAt(context, id, startedAt + LOOK_FOR_MS)));
  const before = await mismatches(context);
  await Promise.all([...connected].map((id) => pushChannel(context, id)));
  await lookAgain(context, connected);
  const after = await mismatches(context);
  const left = new Set(after.map(placeOf));
  const fresh = (row: ChannelStock) => showsFewer(row) && (row.mismatchSince ?? 0) >= startedAt;
  return checkOf("channel_stock", "Storefronts show what their channels may sell", {
    counted: looks.reduce((sum, { counted }) => sum + counted, 0),
    exceptions: [
      ...looks.flatMap(({ exceptions }) => exceptions),
      ...after.filter((row) => !fresh(row)).map((row) => exceptionOf(row, context.now())),
    ],
    pending: [
      ...looks.flatMap(({ pending }) => pending),
      ...after.filter(fresh).map((row) => `${placeOf(row)}: ${shows(row)}, or has just sold some`),
    ],
    repaired: before.filter((row) => !left.has(placeOf(row))).map((row) => `${placeOf(row)}: ${shows(row)}`),
  });
}

const REFRESH = "channel-stock";
/** Longer than an isolate keeps channels and locations as they were. */
const KNOWN_EVERYWHERE_MS = 10_000;

/** A channel or a location was written: what channels may sell may be another number now. */
export const requestChannelStockRefresh = ({ databases, now }: ChannelsContext): Promise<void> =>
  requestJob(databases.primary, REFRESH, now());

/** After a location changed: what channels may sell is another number. */
export async function refreshAfterLocationChange(
  context: ChannelsContext,
  change: CatalogChange,
): Promise<void> {
  if (change.type === "location") await requestChannelStockRefresh(context);
}

export const isRefreshRequestedStatement = (db: D1Database): D1PreparedStatement =>
  isJobRequestedStatement(db, REFRESH);

/** Works it out anew if that was asked for, once for all that was written. Answers whether it did. */
export async function refreshIfRequested(context: ChannelsContext): Promise<boolean> {
  const { primary } = context.databases;
  const askedAt = await jobRequestedAt(primary, REFRESH);
  if (askedAt === null || askedAt + KNOWN_EVERYWHERE_MS > context.now()) return false;
  await refreshChannelStock(context);
  await finishRequestedJob(primary, REFRESH, askedAt, context.now());
  return true;
}

/** What every connected channel may sell as channels, locations and stock are now. */
async function refreshChannelStock(context: ChannelsContext): Promise<void> {
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

type Looked = { counted: number; exceptions: Exception[]; pending: string[] };

/** Notes what the storefront shows of each SKU that it has, going on after the one that was looked at last. */
async function lookAt(context: ChannelsContext, channelId: string, until: number): Promise<Looked> {
  const { primary } = context.databases;
  const looked: Looked = { counted: 0, exceptions: [], pending: [] };
  try {
    const stock = await storefrontStock(context, channelId);
    if (!stock) return looked;
    const first = (await lastLookedAt(primary, channelId)) ?? "";
    let hasTurned = first === "";
    for (let after = first; ;) {
      const page = await channelStockAfter(primary, channelId, after, stock.maxFound);
      const rows = hasTurned && first !== "" ? page.filter(({ sku }) => sku <= first) : page;
      if (rows.length > 0) looked.counted += await lookAtPage(context, stock, rows);
      const isLast = page.length < stock.maxFound || rows.length < page.length;
      if (isLast && hasTurned) return looked;
      hasTurned ||= isLast;
      after = isLast ? "" : (page.at(-1)?.sku ?? "");
      if (context.now() < until) continue;
      looked.pending.push(`${channelId}: the next night goes on after ${page.at(-1)?.sku ?? first}`);
      return looked;
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    looked.exceptions.push({ subject: channelId, expected: null, actual: null, detail });
    return looked;
  }
}

/** What was wrong and is pushed: whether it is right now. */
async function lookAgain(context: ChannelsContext, connected: ReadonlySet<string>): Promise<void> {
  const byChannel = Map.groupBy(await mismatches(context), ({ channelId }) => channelId);
  const looks = [...byChannel].map(async ([channelId, rows]) => {
    const stock = connected.has(channelId) ? await storefrontStock(context, channelId) : null;
    if (!stock) return;
    for (let from = 0; from < rows.length; from += stock.maxFound) {
      await lookAtPage(context, stock, rows.slice(from, from + stock.maxFound));
    }
  });
  // Where it cannot be seen it counts as wrong still.
  await Promise.allSettled(looks);
}

/** Answers how many the storefront has. @throws when it does not answer. */
async function lookAtPage(
  context: ChannelsContext,
  stock: StorefrontStock,
  page: readonly ChannelStock[],
): Promise<number> {
  const found = await stock.find(page.map(({ sku }) => sku));
  if (!found.ok) throw new Error(found.rejection.detail);
  const listed = Map.groupBy(found.value, ({ sku }) => sku);
  const now = context.now();
  const changed = page.flatMap((from) => {
    const places = listed.get(from.sku) ?? [];
    return places.length > 1 ? [] : [{ from, to: afterLooking(from, places[0] ?? null, now) }];
  });
  await writeChannelStock(context.databases.primary, changed, now);
  return listed.size;
}

const mismatches = ({ databases }: ChannelsContext): Promise<ChannelStock[]> =>
  mismatchesAfter(databases.primary, { since: -1, channelId: "", sku: "" }, MAX_LISTED);

const placeOf = ({ channelId, sku }: ChannelStock): string => `${channelId} ${sku}`;

const shows = ({ shownQuantity, quantity }: ChannelStock): string =>
  `showed ${shownQuantity ?? "nothing"}, may sell ${quantity}`;

function exceptionOf(row: ChannelStock, now: number): Exception {
  const since = row.mismatchSince ?? now;
  const days = Math.floor((now - since) / DAY);
  const age = `for ${days} ${days === 1 ? "day" : "days"}, since ${new Date(since).toISOString()}`;
  return {
    subject: placeOf(row),
    expected: row.quantity,
    actual: row.shownQuantity,
    detail: [`the storefront shows another quantity ${age}`, ...(row.problem ? [row.problem] : [])].join(
      ": ",
    ),
  };
}
