/**
 * Compares what storefronts show with what their channels may sell, SKU by SKU, and pushes what differs, in parts. Runs every
 * night, before the nightly close reports what still differs.
 */
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import type { ChannelStock } from "./domain/channel-stock";
import { pushChannel } from "./push-channel-stock";
import { recordShownPage, recordShownRows } from "./record-shown-stock";
import { refreshChannelStock } from "./refresh-channel-stock";
import { forgetChannelStock, mismatchesAfter, type MismatchCursor } from "./storage/channel-stock";

const MAX_LISTED = 1_000;
const MISMATCHES_A_PART = 100;

/** A row that differed, as it was shown. */
export type Mismatched = Readonly<Pick<ChannelStock, "channelId" | "sku" | "shownQuantity" | "quantity">>;

export type ChannelStockRepair = Readonly<{
  /** When the comparison began, in epoch milliseconds. */
  startedAt: number;
  /** SKUs that storefronts list and that were compared. */
  compared: number;
  /** Rows that differed before the push; at most a thousand. */
  before: readonly Mismatched[];
  /** Channels whose storefront could not be read. */
  failed: readonly Readonly<{ channelId: string; problem: string }>[];
}>;

/** What is done next. The channels are those that were connected when the part began. */
export type RepairPlace = Readonly<
  | { part: "refresh"; after: string }
  | { part: "read"; channelIds: readonly string[]; after: string }
  | { part: "push"; channelIds: readonly string[] }
  | { part: "read_again"; after: MismatchCursor }
>;

export const beginRepair = (now: number): ChannelStockRepair => ({
  startedAt: now,
  compared: 0,
  before: [],
  failed: [],
});

type Next = Readonly<{ repair: ChannelStockRepair; at: RepairPlace | null }>;

/**
 * Does one part: at most one page of SKUs, or one push to a channel.
 * @param at null at the beginning. It returns null when the repair is done: see `findingsOfRepair`.
 */
export async function repairChannelStock(
  context: ChannelsContext,
  repair: ChannelStockRepair,
  at: RepairPlace | null,
): Promise<Next> {
  switch (at?.part) {
    case undefined:
      await forgetOthers(context);
      return { repair, at: { part: "refresh", after: "" } };
    case "refresh":
      return { repair, at: await refresh(context, at.after) };
    case "read":
      return read(context, repair, at);
    case "push": {
      const [channelId, ...channelIds] = at.channelIds;
      if (channelId === undefined) return { repair, at: { part: "read_again", after: OLDEST } };
      await pushChannel(context, channelId);
      return { repair, at: { part: "push", channelIds } };
    }
    case "read_again":
      return { repair, at: await readAgain(context, at.after) };
  }
}

const OLDEST: MismatchCursor = { since: -1, channelId: "", sku: "" };

async function forgetOthers(context: ChannelsContext): Promise<void> {
  const { channels, connected } = await context.reference();
  const notConnected = [...channels.keys()].filter((id) => !connected.has(id));
  await forgetChannelStock(context.databases.primary, notConnected);
}

async function refresh(context: ChannelsContext, after: string): Promise<RepairPlace> {
  const { next } = await refreshChannelStock(context, { sku: after });
  if (next !== null) return { part: "refresh", after: next.sku };
  const { connected } = await context.reference();
  return { part: "read", channelIds: [...connected].toSorted(), after: "" };
}

async function read(
  context: ChannelsContext,
  repair: ChannelStockRepair,
  { channelIds, after }: Extract<RepairPlace, { part: "read" }>,
): Promise<Next> {
  const [channelId, ...others] = channelIds;
  if (channelId === undefined) {
    const { connected } = await context.reference();
    const before = (await remainingMismatches(context)).map(mismatched);
    return { repair: { ...repair, before }, at: { part: "push", channelIds: [...connected].toSorted() } };
  }
  const shown = await recordShownPage(context, channelId, after);
  const compared = repair.compared + shown.listed;
  const failed = [
    ...repair.failed,
    ...(shown.problem === null ? [] : [{ channelId, problem: shown.problem }]),
  ];
  const next = shown.next === null ? { channelIds: others, after: "" } : { channelIds, after: shown.next };
  return { repair: { ...repair, compared, failed }, at: { part: "read", ...next } };
}

/** Reads a page of mismatches again after they were pushed. One that cannot be read remains a mismatch. */
async function readAgain(context: ChannelsContext, after: MismatchCursor): Promise<RepairPlace | null> {
  const rows = await mismatchesAfter(context.databases.primary, after, MISMATCHES_A_PART);
  const { connected } = await context.reference();
  const readings = [...Map.groupBy(rows, ({ channelId }) => channelId)].map(
    async ([channelId, ofChannel]) => {
      const stock = connected.has(channelId) ? (await channelApi(context, channelId))?.stock : null;
      if (!stock) return;
      for (let from = 0; from < ofChannel.length; from += stock.maxFound) {
        await recordShownRows(context, stock, ofChannel.slice(from, from + stock.maxFound));
      }
    },
  );
  await Promise.allSettled(readings);
  const last = rows.length === MISMATCHES_A_PART ? rows.at(-1) : undefined;
  if (last === undefined || last.mismatchSince === null) return null;
  const { mismatchSince: since, channelId, sku } = last;
  return { part: "read_again", after: { since, channelId, sku } };
}

/** What was compared, what of it differed and does not any more, and what differs still. */
export type ChannelStockFindings = Pick<ChannelStockRepair, "startedAt" | "compared" | "failed"> &
  Readonly<{ repaired: readonly Mismatched[]; mismatches: readonly ChannelStock[] }>;

export async function findingsOfRepair(
  context: ChannelsContext,
  { before, ...repair }: ChannelStockRepair,
): Promise<ChannelStockFindings> {
  const mismatches = await remainingMismatches(context);
  const remaining = new Set(mismatches.map(keyOf));
  return { ...repair, mismatches, repaired: before.filter((row) => !remaining.has(keyOf(row))) };
}

const keyOf = ({ channelId, sku }: Mismatched): string => `${channelId} ${sku}`;

/** The longest lasting mismatches of all channels. */
const remainingMismatches = ({ databases }: ChannelsContext): Promise<ChannelStock[]> =>
  mismatchesAfter(databases.primary, OLDEST, MAX_LISTED);

const mismatched = ({ channelId, sku, shownQuantity, quantity }: ChannelStock): Mismatched => ({
  channelId,
  sku,
  shownQuantity,
  quantity,
});
