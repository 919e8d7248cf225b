/** Hands a planned fulfillment to its location, once it is due and nothing holds its order. */
import type { Context } from "../context";
import { decideRelease, type FulfillmentRejection } from "../domain/fulfillment";
import type { FulfillmentId, OrderId } from "../domain/ids";
import type { Order } from "../domain/orders";
import type { Result } from "../domain/result";
import { changeOrder, type ChangeRejection } from "./change-order";

export const releaseFulfillment = (
  context: Context,
  orderId: OrderId,
  fulfillmentId: FulfillmentId,
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideRelease(order, fulfillmentId, context.now()));
