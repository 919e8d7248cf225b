/** Queue messages that create orders and release fulfillments. */
import { z } from "zod";
import type { FulfillmentId, OrderId } from "../kernel/ids";
import { messageContract } from "../platform/queues/queue-message";
import type { NewOrder } from "./domain/new-order";

/** An order that could not be created at once, because its database was unavailable. */
export type OrderCreateMessage = Readonly<{ type: "order.create.v1"; order: NewOrder; receivedAt: number }>;

export const orderCreate = messageContract<OrderCreateMessage>({
  type: "order.create.v1",
  queue: "intake",
  schema: z.object({
    order: z.looseObject({ channelId: z.string(), externalId: z.string() }),
    receivedAt: z.number(),
  }),
});

/** A fulfillment that is due to be released to its location. */
export type FulfillmentReleaseMessage = Readonly<{
  type: "fulfillment.release.v1";
  orderId: OrderId;
  fulfillmentId: FulfillmentId;
}>;

export const fulfillmentRelease = messageContract<FulfillmentReleaseMessage>({
  type: "fulfillment.release.v1",
  queue: "fulfillment",
  schema: z.object({ orderId: z.string().startsWith("ord_"), fulfillmentId: z.string().startsWith("ful_") }),
  orderIdOf: ({ orderId }) => orderId,
});
