/**
 * The phases that read orders back from connected storefronts: those that are known to be lost, and all that changed since the
 * minute. They are fetched and compared by the queue, as every night.
 */
import { enqueueOrderFetches } from "../channels/enqueue-order-fetch";
import { orderFetch } from "../channels/queue-messages";
import { readBackEverythingSince, unreadLists } from "../channels/read-back-orders";
import { hasWaitingMessage } from "../platform/outbox/outbox-rows";
import type { RecoveryContext } from "./context";
import { finding, type Finding } from "./domain/findings";
import { counted, type Restored } from "./domain/recovery";
import type { Phase } from "./phase";
import { restoredOrders } from "./restored-databases";
import { openFindings, storeFindings, type FindingCursor } from "./storage/findings";

const ORDERS_A_PART = 100;
const PAUSE_MS = 60_000;
/** Longer than a list of a day takes at the slowest storefront. */
const MAX_WAIT_MS = 24 * 3_600_000;

const START: FindingCursor = { kind: "", id: "" };

export const readBack: Phase<FindingCursor> = async (context, recovery, at) => {
  const { restored } = recovery;
  if (restored.orders.length === 0) return { recovery, at: null };
  const page = { after: at ?? START, kind: "order_lost", limit: ORDERS_A_PART } as const;
  const lost = await openFindings(context.databases.primary, page);
  const { connected } = await context.reference();
  const receivedAt = context.now();
  const messages = lost.flatMap(({ facts }) => {
    const { channelId, externalId } = facts as Readonly<{ channelId: string; externalId: string }>;
    if (!connected.has(channelId)) return [];
    const eventId = `recovery:${restored.until}:${externalId}`;
    const topic = "recovery";
    return [orderFetch.message({ channelId, externalOrderId: externalId, eventId, topic, receivedAt })];
  });
  await enqueueOrderFetches(context, messages);
  const next = counted(recovery, { ordersFetched: messages.length });
  const last = lost.at(-1);
  if (lost.length === ORDERS_A_PART && last) return { recovery: next, at: { kind: last.kind, id: last.id } };
  await storeFindings(context.databases.primary, await notConnected(context, restored), context.now());
  const channels = await readBackEverythingSince(context, restored.since);
  return { recovery: counted(next, { channelsReadBack: channels }), at: null };
};

/** Orders of a channel that is not connected are only read back if somebody has them sent again. */
async function notConnected(context: RecoveryContext, { since }: Restored): Promise<Finding[]> {
  const { channels, connected } = await context.reference();
  const others = [...channels.values()].filter(({ id, active }) => active && !connected.has(id));
  return others.map(({ id }) =>
    finding("not_read_back", id, {
      orderId: null,
      detail: `The channel ${id} is not connected. Have its orders sent again that were placed or changed since ${new Date(since).toISOString()}.`,
      facts: { since },
    }),
  );
}

type Waiting = Readonly<{ since: number }>;

/** Waits until the lists are read and the orders are fetched. What takes longer than a day is named. */
export const awaitReadBack: Phase<Waiting> = async (context, recovery, at) => {
  const { restored } = recovery;
  const since = at?.since ?? context.now();
  const lists = restored.orders.length === 0 ? [] : await unreadLists(context);
  const isFetching = (
    await Promise.all(restoredOrders(context, restored).map((db) => hasWaitingMessage(db, orderFetch.type)))
  ).some(Boolean);
  if (lists.length === 0 && !isFetching) return { recovery, at: null };
  if (context.now() - since < MAX_WAIT_MS) return { recovery, at: { since }, pauseMs: PAUSE_MS };
  await storeFindings(context.databases.primary, notRead(lists, isFetching), context.now());
  return { recovery, at: null };
};

const notRead = (lists: Awaited<ReturnType<typeof unreadLists>>, isFetching: boolean) => [
  ...lists.map(({ channelId, problem }) =>
    finding("not_read_back", channelId, {
      orderId: null,
      detail: `The orders of ${channelId} that changed since then are not all read back: ${problem ?? "the list is not read to its end"}.`,
      facts: { problem },
    }),
  ),
  ...(isFetching
    ? [
        finding("not_read_back", "order.fetch", {
          orderId: null,
          detail:
            "Orders are still being fetched from their storefronts: see the dead letters, then recover again.",
          facts: {},
        }),
      ]
    : []),
];
