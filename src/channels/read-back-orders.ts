/**
 * Reads back the orders that changed at each connected storefront, so that a callback that was lost, or that we read
 * wrongly, is found: each order is fetched and compared by the path of a callback that only names its order. The nightly
 * job begins the list of each channel; the sweep reads its pages, some each minute, not faster than the storefront allows.
 */
import { logLine } from "../kernel/log-line";
import { reject, type Result } from "../kernel/result";
import type { Job } from "../platform/jobs/job";
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import {
  afterFailure,
  afterPage,
  begunReadBack,
  readBackSince,
  stoppedReadBack,
  type ReadBack,
} from "./domain/read-back";
import { enqueueOrderFetches } from "./enqueue-order-fetch";
import { orderFetch } from "./queue-messages";
import { leaseDueReadBacks, readBacks, writeReadBack, writeReadBacks } from "./storage/read-backs";
import type { ChangedOrders, StorefrontApi, StorefrontRejection } from "./storefront-api";

const TOPIC = "read-back";
/** A page may have more. The slowest storefront lets us fetch about so many orders a minute. */
const MAX_ORDERS_A_STEP = 100;
const MAX_PAGES_A_STEP = 10;

export const readBackJob: Job<ChannelsContext> = {
  name: "order-read-back",
  schedule: "nightly",
  step: async (context) => ({
    cursor: null,
    isDone: true,
    progress: { channels: await beginReadBacks(context) },
  }),
};

/** Begins a list for each active channel that is connected. Returns how many there are. */
const beginReadBacks = (context: ChannelsContext): Promise<number> =>
  beginLists(context, (before, id) => begunReadBack(before, id, context.now()));

async function beginLists(
  context: ChannelsContext,
  begin: (before: ReadBack | null, channelId: string) => ReadBack,
): Promise<number> {
  const { channels, connected } = await context.reference();
  const { primary } = context.databases;
  const known = new Map((await readBacks(primary)).map((row) => [row.channelId, row]));
  const active = [...connected].filter((id) => channels.get(id)?.active);
  const begun = active.map((id) => {
    const before = known.get(id) ?? null;
    return { row: begin(before, id), startedAt: before?.startedAt ?? null };
  });
  await writeReadBacks(primary, begun);
  return active.length;
}

/** Begins the list of each active channel that is connected, of everything since the time. Returns how many there are. */
export async function readBackEverythingSince(context: ChannelsContext, since: number): Promise<number> {
  return beginLists(context, (before, id) => readBackSince(before, id, { since, now: context.now() }));
}

export type UnreadList = Readonly<{ channelId: string; problem: string | null }>;

/** Channels whose list is being read, with why the last page failed. */
export const unreadLists = async ({ databases }: ChannelsContext): Promise<UnreadList[]> =>
  (await readBacks(databases.primary)).filter(({ startedAt }) => startedAt !== null);

/** Reads the next pages of each list that is due. Returns how many orders the pages have. */
export async function continueReadBacks(context: ChannelsContext): Promise<number> {
  const due = await leaseDueReadBacks(context.databases.primary, context.now());
  const found = await Promise.all(due.map((row) => readPages(context, row)));
  return found.reduce((sum, count) => sum + count, 0);
}

/** Never throws: what failed stays due. */
async function readPages(context: ChannelsContext, row: ReadBack): Promise<number> {
  const { primary } = context.databases;
  try {
    const api = await activeApi(context, row.channelId);
    if (!api?.listChanged || !api.fetchOrder) {
      await writeReadBack(primary, stoppedReadBack(row), row.startedAt);
      return 0;
    }
    let [cursor, found] = [row.cursor, 0];
    for (let pages = 0; pages < MAX_PAGES_A_STEP && found < MAX_ORDERS_A_STEP; pages += 1) {
      const page = await listed(api.listChanged(row.since, cursor));
      if (!page.ok) {
        const failed = afterFailure({ ...row, cursor }, page.rejection, context.now());
        await writeReadBack(primary, failed, row.startedAt);
        return found;
      }
      await enqueue(context, row, page.value.externalIds);
      cursor = page.value.cursor;
      found += page.value.externalIds.length;
      if (cursor === null) break;
    }
    // After the orders are enqueued: a step that dies before is repeated.
    await writeReadBack(primary, afterPage(row, cursor, context.now()), row.startedAt);
    return found;
  } catch (error) {
    const { channelId } = row;
    console.error(
      logLine("error", "the changed orders of a channel could not be read", { channelId, error }),
    );
    return 0;
  }
}

async function activeApi(context: ChannelsContext, channelId: string): Promise<StorefrontApi | null> {
  const channel = (await context.reference()).channels.get(channelId);
  return channel?.active ? channelApi(context, channelId) : null;
}

/** A list that throws is a storefront that is away. */
const listed = (
  page: Promise<Result<ChangedOrders, StorefrontRejection>>,
): Promise<Result<ChangedOrders, StorefrontRejection>> =>
  page.catch((error: unknown) =>
    reject({ code: "away", detail: error instanceof Error ? error.message : String(error), afterMs: 0 }),
  );

function enqueue(
  context: ChannelsContext,
  { channelId, startedAt }: ReadBack,
  externalIds: readonly string[],
): Promise<void> {
  const receivedAt = context.now();
  return enqueueOrderFetches(
    context,
    [...new Set(externalIds)].map((externalOrderId) => {
      const eventId = `${TOPIC}:${startedAt}:${externalOrderId}`;
      return orderFetch.message({ channelId, externalOrderId, eventId, topic: TOPIC, receivedAt });
    }),
  );
}
