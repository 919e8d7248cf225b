/** Queue messages between orders, the SKUs' objects and the database's copy of stock. */
import { z } from "zod";
import type { StockFeed } from "./domain/stock-feed";
import type { StockEffect, StockEvent } from "./domain/stock-messages";
import type { StockPrices } from "./domain/stock-prices";
import type { StockSnapshot } from "./domain/stock-reading";
import { messageContract } from "../platform/queues/queue-message";

/** An order's effect on a SKU's stock. */
export type StockEffectMessage = Readonly<{ type: "stock.effect.v1"; sku: string; effect: StockEffect }>;

export const stockEffect = messageContract<StockEffectMessage>({
  type: "stock.effect.v1",
  queue: "stock",
  schema: z.object({
    sku: z.string(),
    effect: z.looseObject({
      type: z.enum(["ship", "release", "reject", "move", "serve", "restock"]),
      ref: z.string(),
    }),
  }),
  orderIdOf: ({ effect }) => effect.orderId,
});

/** An event of a SKU's object. The object keeps it until the consumer is done. */
export type StockEventMessage = Readonly<{ type: "stock.event.v1"; sku: string; event: StockEvent }>;

export const stockEvent = messageContract<StockEventMessage>({
  type: "stock.event.v1",
  queue: "stock",
  schema: z.object({
    sku: z.string(),
    event: z.looseObject({
      type: z.enum(["backorder.filled", "allocation.cut", "allocation.moved", "stock.moved"]),
      id: z.string(),
    }),
  }),
  keyOf: ({ event }) => event.id,
});

/** A SKU's stock, published by its object soon after a change. */
export type StockSnapshotMessage = Readonly<{ type: "stock.snapshot.v1"; snapshot: StockSnapshot }>;

export const stockSnapshot = messageContract<StockSnapshotMessage>({
  type: "stock.snapshot.v1",
  queue: "stock",
  schema: z.object({
    snapshot: z.looseObject({ sku: z.string(), version: z.number().int().positive() }),
  }),
});

/** A SKU's stock has changed, and its snapshot is too large for a message: it is read from the SKU's object. */
export type StockChangedMessage = Readonly<{ type: "stock.changed.v1"; sku: string; version: number }>;

export const stockChanged = messageContract<StockChangedMessage>({
  type: "stock.changed.v1",
  queue: "stock",
  schema: z.object({ sku: z.string(), version: z.number().int().positive() }),
});

/** Stock prices for the SKUs' objects. */
export type StockPricesMessage = Readonly<{
  type: "stock.prices.v1";
  foundAt: number;
  minorBySku: Readonly<Record<string, StockPrices["minorByLocation"]>>;
}>;

export const stockPrices = messageContract<StockPricesMessage>({
  type: "stock.prices.v1",
  queue: "stock",
  schema: z.object({
    foundAt: z.number(),
    minorBySku: z.record(z.string(), z.record(z.string(), z.number())),
  }),
});

/** One part of a vendor's stock feed. */
export type StockFeedMessage = Readonly<{ type: "stock.feed.v1"; feed: StockFeed }>;

export const stockFeed = messageContract<StockFeedMessage>({
  type: "stock.feed.v1",
  queue: "stock",
  schema: z.object({
    feed: z.object({
      locationId: z.string(),
      asOf: z.number(),
      items: z.array(z.object({ sku: z.string(), quantity: z.number().int().nonnegative() })),
    }),
  }),
});
