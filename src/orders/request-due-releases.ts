/** Sends a queue message for each fulfillment that is due to be released. The sweep runs it. */
import type { OrdersContext } from "./context";
import type { SentMessage } from "../platform/queues/queue-message";
import { fulfillmentRelease } from "./queue-messages";
import { dueFulfillments } from "./storage/fulfillments";

const MAX_FULFILLMENTS_A_SWEEP = 500;

/** Returns how many messages the queue accepted. */
export async function requestDueReleases(context: OrdersContext, db: D1Database): Promise<number> {
  const due = await dueFulfillments(db, context.now(), MAX_FULFILLMENTS_A_SWEEP);
  const messages = due.map(({ orderId, id: fulfillmentId }): SentMessage => ({
    message: fulfillmentRelease.message({ orderId, fulfillmentId }),
    outboxId: null,
  }));
  return (await context.sendAll(messages)).length;
}
