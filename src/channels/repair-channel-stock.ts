/**
 * Compares what storefronts show with what their channels may sell, SKU by SKU, and pushes what differs. Runs every
 * night, before the nightly close reports what still differs.
 */
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import type { ChannelStock } from "./domain/channel-stock";
import { pushChannel } from "./push-channel-stock";
import { recordShownRows, recordShownStock } from "./record-shown-stock";
import { refreshChannelStock, type RefreshCursor } from "./refresh-channel-stock";
import { forgetChannelStock, mismatchesAfter } from "./storage/channel-stock";

const MAX_LISTED = 1_000;
/** Bounded, because the nightly close waits for it. The next night continues with the SKUs that are left. */
const MAX_READING_MS = 4 * 60_000;

export type ChannelStockRepair = Readonly<{
  startedAt: number;
  /** SKUs that storefronts list and that were compared. */
  compared: number;
  /** Rows that differed and do not any more, as they were before. */
  repaired: readonly ChannelStock[];
  /** Rows that differ after the repair, or could not be pushed. */
  mismatches: readonly ChannelStock[];
  /** Channels whose storefront could not be read. */
  failed: readonly Readonly<{ channelId: string; problem: string }>[];
  /** Channels that were not read to the end in time. */
  unfinished: readonly Readonly<{ channelId: string; lastSku: string }>[];
}>;

/** Writes what storefronts show, and pushes to those that show another quantity than their channel may sell. */
export async function repairChannelStock(context: ChannelsContext): Promise<ChannelStockRepair> {
  const { channels, connected } = await context.reference();
  const startedAt = context.now();
  const notConnected = [...channels.keys()].filter((id) => !connected.has(id));
  await forgetChannelStock(context.databases.primary, notConnected);
  for (let next: RefreshCursor | null = { sku: "" }; next !== null;) {
    next = (await refreshChannelStock(context, next)).next;
  }
  const readings = await Promise.all(
    [...connected].map(async (channelId) => ({
      channelId,
      ...(await recordShownStock(context, channelId, startedAt + MAX_READING_MS)),
    })),
  );
  const before = await findMismatches(context);
  await Promise.all([...connected].map((id) => pushChannel(context, id)));
  await recordShownMismatches(context, connected);
  const mismatches = await findMismatches(context);
  const remaining = new Set(mismatches.map(keyOf));
  return {
    startedAt,
    compared: readings.reduce((sum, { listed }) => sum + listed, 0),
    repaired: before.filter((row) => !remaining.has(keyOf(row))),
    mismatches,
    failed: readings.flatMap(({ channelId, problem }) => (problem === null ? [] : [{ channelId, problem }])),
    unfinished: readings.flatMap(({ channelId, stoppedAfter }) =>
      stoppedAfter === null ? [] : [{ channelId, lastSku: stoppedAfter }],
    ),
  };
}

/** Reads the mismatches again after they were pushed. One that cannot be read remains a mismatch. */
async function recordShownMismatches(
  context: ChannelsContext,
  connected: ReadonlySet<string>,
): Promise<void> {
  const byChannel = Map.groupBy(await findMismatches(context), ({ channelId }) => channelId);
  const readings = [...byChannel].map(async ([channelId, rows]) => {
    const stock = connected.has(channelId) ? (await channelApi(context, channelId))?.stock : null;
    if (!stock) return;
    for (let from = 0; from < rows.length; from += stock.maxFound) {
      await recordShownRows(context, stock, rows.slice(from, from + stock.maxFound));
    }
  });
  await Promise.allSettled(readings);
}

const findMismatches = ({ databases }: ChannelsContext): Promise<ChannelStock[]> =>
  mismatchesAfter(databases.primary, { since: -1, channelId: "", sku: "" }, MAX_LISTED);

const keyOf = ({ channelId, sku }: ChannelStock): string => `${channelId} ${sku}`;
