/** The queue messages that request an order from its storefront, and that wait for an order's creation. */
import { z } from "zod";
import { orderIdOf } from "../kernel/ids";
import { messageContract } from "../platform/queues/queue-message";
import type { StorefrontEvent } from "./storefront-event";

/** A callback reported that the order changed, but not how. */
export type OrderFetchMessage = Readonly<{
  type: "order.fetch.v1";
  channelId: string;
  externalOrderId: string;
  /** The callback's event, topic and time. */
  eventId: string;
  topic: string;
  receivedAt: number;
}>;

export const orderFetch = messageContract<OrderFetchMessage>({
  type: "order.fetch.v1",
  queue: "intake",
  schema: z.object({
    channelId: z.string(),
    externalOrderId: z.string(),
    eventId: z.string(),
    topic: z.string(),
    receivedAt: z.number(),
  }),
  orderIdOf: ({ channelId, externalOrderId }) => orderIdOf(channelId, externalOrderId),
});

/** A storefront reports it once, without the rest of the order. */
export type PartialEvent = Extract<StorefrontEvent, { type: "refund" | "fulfilled" }>;

/** A refund or a fulfillment of an order that is not known yet. */
export type EarlyEventMessage = Readonly<{
  type: "storefront.early-event.v1";
  channelId: string;
  eventId: string;
  topic: string;
  receivedAt: number;
  event: PartialEvent;
}>;

export const earlyEvent = messageContract<EarlyEventMessage>({
  type: "storefront.early-event.v1",
  queue: "intake",
  schema: z.object({
    channelId: z.string(),
    eventId: z.string(),
    topic: z.string(),
    receivedAt: z.number(),
    event: z.looseObject({ type: z.string(), externalOrderId: z.string() }),
  }),
  orderIdOf: ({ channelId, event }) => orderIdOf(channelId, event.externalOrderId),
});
