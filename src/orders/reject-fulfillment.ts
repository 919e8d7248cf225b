/** Rejects a fulfillment for its location: the location cannot or will not send it. */
import type { OrdersContext } from "./context";
import { decideReject, type FulfillmentRejection, type Refusal } from "./domain/fulfillments/fulfillment";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeRejection } from "./change-order";

export const rejectFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  refusal: Omit<Refusal, "by">,
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideReject(order, { ...refusal, by: context.actor }));
