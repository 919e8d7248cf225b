/**
 * Hands a planned fulfillment to its location, once it is due and nothing holds its order. Where the location can
 * send no more today it is put off until it can, and sourced again meanwhile.
 */
import type { OrdersContext } from "./context";
import { decideRelease, type FulfillmentRejection } from "./domain/fulfillments/fulfillment";
import { dayAt, putOffAt } from "./domain/fulfillments/location-days";
import type { FulfillmentId, OrderId } from "../kernel/ids";
import type { OrderEvent } from "./domain/order-events";
import type { Order } from "./domain/order";
import { accept, type Result } from "../kernel/result";
import { releasedOn } from "./storage/location-load";
import { dueFulfillments } from "./storage/fulfillments";
import { fulfillmentRelease } from "./queue-messages";
import type { SentMessage } from "../platform/queues/queue-message";
import { changeOrder, type ChangeRejection } from "./change-order";

export const releaseFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  fulfillmentId: FulfillmentId,
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrder(context, orderId, async (order): Promise<Result<OrderEvent[], FulfillmentRejection>> => {
    const decision = decideRelease(order, fulfillmentId, context.now());
    const part = order.fulfillments.find(({ id }) => id === fulfillmentId);
    if (!decision.ok || decision.value.length === 0 || !part?.locationId) return decision;
    const putOff = await whyNotNow(context, part.locationId);
    return putOff ? accept([{ type: "fulfillment.postponed", fulfillmentId, ...putOff }]) : decision;
  });

/** Several released at once may be one too many: no more than are released at the same moment. */
async function whyNotNow({ reference, databases, now }: OrdersContext, locationId: string) {
  const location = (await reference()).locations.get(locationId);
  const limit = location?.capacityPerDay ?? null;
  if (!location || limit === null) return putOffAt(location, 0, now());
  const day = dayAt(location, now());
  return putOffAt(location, await releasedOn(databases.allOrders, locationId, { ...day, limit }), now());
}

/** Fulfillments that one sweep hands to the queue. */
const BATCH = 500;

/** Asks for the release of fulfillments that are due. Returns how many messages the queue accepted. */
export async function requestDueReleases(context: OrdersContext, db: D1Database): Promise<number> {
  const due = await dueFulfillments(db, context.now(), BATCH);
  const messages = due.map(({ orderId, id: fulfillmentId }): SentMessage => ({
    message: fulfillmentRelease.message({ orderId, fulfillmentId }),
    outboxId: null,
  }));
  return (await context.sendAll(messages)).length;
}
