/**
 * Inventory: one object, SkuInventory, decides the stock of each SKU. The database has a copy for reading many SKUs.
 * It rejects what would oversell, or take more units off a location than it has. How orders and stock stay equal:
 * domain/stock-messages.ts.
 * Object: SkuInventory (tables in object/schema.ts). Tables: sku_stock, stock_levels, stock_prices,
 * inbound, inbound_receipts.
 * Queue messages: stock.effect, stock.event, stock.snapshot, stock.changed, stock.prices, stock.feed.
 */
import { anySkuToUpsertStatement } from "../catalog/skus";
import type { Module } from "../platform/module";
import { consumer } from "../platform/queues/consumers";
import { applyStockFeed } from "./apply-stock-feed";
import type { InventoryContext } from "./context";
import { registerInbound } from "./http/inbound";
import { registerStock } from "./http/stock";
import { registerStockFeeds } from "./http/stock-feeds";
import { stockChanged, stockFeed, stockPrices, stockSnapshot } from "./queue-messages";
import { setStockPrices } from "./set-stock-prices";
import { storeLargeSnapshot, storeSnapshots } from "./store-snapshots";
import { upsertSkus } from "./upsert-skus";

export const inventory: Module<InventoryContext> = {
  routes: (app) => {
    registerStock(app);
    registerStockFeeds(app);
    registerInbound(app);
  },
  consumers: [
    consumer(stockSnapshot, {
      handler: (context: InventoryContext) => (message) => storeSnapshots(context, [message.snapshot]),
      handleTogether: (context, messages) =>
        storeSnapshots(
          context,
          messages.map(({ snapshot }) => snapshot),
        ),
    }),
    consumer(stockChanged, {
      handler: (context: InventoryContext) => (message) => storeLargeSnapshot(context, message.sku),
    }),
    consumer(stockPrices, {
      handler: (context: InventoryContext) => (message) => setStockPrices(context, message),
    }),
    consumer(stockFeed, {
      handler: (context: InventoryContext) => (message) => applyStockFeed(context, message.feed),
    }),
  ],
  sweep: {
    tasks: [{ name: "skus", of: "primary", dueIf: (db) => [anySkuToUpsertStatement(db)], run: upsertSkus }],
  },
};
