/**
 * Channels: storefronts in and out. Callbacks are verified and read by the storefront's adapter, and applied to orders.
 * What each channel may sell is pushed to its storefront, and compared with what it shows. A callback that cannot be
 * read is stored for staff. Every night the orders that changed at a connected storefront are fetched and compared.
 * Tables: inbox, channel_stock, order_read_backs. Queue messages: order.fetch and storefront.early-event.
 */
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { RetryLater } from "../platform/queues/retry-later";
import type { ChannelsContext } from "./context";
import { registerChannelStock } from "./http/channel-stock";
import { registerChannels } from "./http/channels";
import { registerWebhooks } from "./http/webhooks";
import { createOrderImporter } from "./import-order";
import { pushChannelStock } from "./push-channel-stock";
import { earlyEvent, orderFetch } from "./queue-messages";
import { applyEarlyEvent } from "./early-event";
import { continueReadBacks, readBackJob } from "./read-back-orders";
import { refreshJob } from "./refresh-channel-stock";
import { anyChannelStockDueStatement } from "./storage/channel-stock";
import { callbacksOfOrder, callbackTexts } from "./storage/erased-callbacks";
import { deleteOldCallbacks, deleteResolvedBodies } from "./storage/inbox";
import { anyReadBackDueStatement } from "./storage/read-backs";
import type { StorefrontAdapter } from "./storefront-adapter";
import { storefronts } from "./storefronts";

const DAY_MS = 86_400_000;

/** `adapters`: the storefronts that a channel can stand for. The context's registry must have the same. */
export const channelsModule = (
  adapters: readonly StorefrontAdapter[] = storefronts,
): Module<ChannelsContext> => ({
  routes: (app) => {
    registerChannels(app, adapters);
    registerWebhooks(app);
    registerChannelStock(app);
  },
  consumers: [
    consumer(orderFetch, {
      handler: (context: ChannelsContext) => {
        const importOrder = createOrderImporter(context);
        return async (message) => {
          const imported = await importOrder(message);
          if (!imported.ok) throw new RetryLater(imported.rejection);
        };
      },
    }),
    consumer(earlyEvent, {
      handler: (context: ChannelsContext) => (message) => applyEarlyEvent(context, message),
    }),
  ],
  sweep: {
    tasks: [
      {
        name: "channelStock",
        of: "primary",
        dueIf: (db, now) => [anyChannelStockDueStatement(db, now)],
        run: pushChannelStock,
      },
      {
        name: "readBacks",
        of: "primary",
        dueIf: (db, now) => [anyReadBackDueStatement(db, now)],
        run: continueReadBacks,
      },
    ],
  },
  jobs: [readBackJob, refreshJob],
  retention: [
    {
      name: "callbackBodies",
      tables: [],
      keptMs: 30 * DAY_MS,
      deleteBefore: ({ databases }, before, limit) => deleteResolvedBodies(databases.primary, before, limit),
    },
    {
      // No storefront sends a callback again after so long.
      name: "callbacks",
      tables: ["primary.inbox"],
      keptMs: 400 * DAY_MS,
      deleteBefore: ({ databases }, before, limit) => deleteOldCallbacks(databases.primary, before, limit),
    },
  ],
  dataOfOrders: [callbacksOfOrder],
  searchedTexts: [callbackTexts],
  movedTables: [{ name: "inbox", key: ["order_id", "event_id"], orderId: "order_id", find: "range" }],
  deadlines: [
    {
      what: "callback rejected",
      of: "primary",
      within: "day",
      query: `SELECT channel_id || '/' || event_id AS id, received_at AS since,
          topic || ': ' || coalesce(problem, '') AS detail FROM inbox
        WHERE outcome = 'rejected' AND resolved_at IS NULL AND received_at BETWEEN ?1 AND ?2
        ORDER BY received_at LIMIT ?3`,
    },
    {
      what: "orders not read back",
      of: "primary",
      within: "late",
      query: `SELECT channel_id AS id, started_at AS since, coalesce(problem, 'the list is not read to its end') AS detail
        FROM order_read_backs WHERE started_at BETWEEN ?1 AND ?2 ORDER BY started_at LIMIT ?3`,
    },
  ],
});
