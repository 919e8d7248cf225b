/**
 * Releases a planned fulfillment to its location, once it is due and no hold stops its order. If the location has no
 * capacity left today, or is closed, the fulfillment is postponed and its order is replanned.
 */
import type { OrdersContext } from "./context";
import { dayAt, postponementAt } from "./domain/fulfillments/location-days";
import type { FulfillmentRejection } from "./domain/fulfillments/rejections";
import { decideRelease } from "./domain/fulfillments/release";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { FulfillmentId, OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import { releasedOn } from "./storage/location-load";
import { changeOrder, type ChangeRejection } from "./change-order";

export const releaseFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  fulfillmentId: FulfillmentId,
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrder(context, orderId, async (order): Promise<Result<OrderEvent[], FulfillmentRejection>> => {
    const decision = decideRelease(order, fulfillmentId, context.now());
    const fulfillment = order.fulfillments.find(({ id }) => id === fulfillmentId);
    if (!decision.ok || decision.value.length === 0 || !fulfillment?.locationId) return decision;
    const postponed = await postponement(context, fulfillment.locationId, order.pickupLocationId !== null);
    return postponed ? accept([{ type: "fulfillment.postponed", fulfillmentId, ...postponed }]) : decision;
  });

/** Concurrent releases can exceed the capacity, by at most the number of releases that run at the same time. */
async function postponement(
  { reference, databases, now }: OrdersContext,
  locationId: string,
  isPickup: boolean,
) {
  const location = (await reference()).locations.get(locationId);
  const limit = location?.capacityPerDay ?? null;
  if (!location || limit === null) return postponementAt(location, 0, now(), isPickup);
  const day = dayAt(location, now());
  return postponementAt(
    location,
    await releasedOn(databases.allOrders, locationId, { ...day, limit }),
    now(),
    isPickup,
  );
}
