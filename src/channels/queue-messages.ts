/** The queue message that requests an order from its storefront. */
import { z } from "zod";
import { orderIdOf } from "../kernel/ids";
import { messageContract } from "../platform/queues/queue-message";

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
