/** Rejects a fulfillment for its location: the location cannot or will not send it. */
import type { OrdersContext } from "./context";
import { decideReject, type RejectRequest } from "./domain/fulfillments/reject";
import type { FulfillmentRejection } from "./domain/fulfillments/rejections";
import type { Order } from "./domain/order";
import type { OrderId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeRejection } from "./change-order";

export const rejectFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  refusal: Omit<RejectRequest, "by">,
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideReject(order, { ...refusal, by: context.actor }));
