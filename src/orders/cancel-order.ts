/** Cancels an order, or units of it; its allocations are given back through the outbox. */
import type { OrdersContext } from "./context";
import { decideCancel, type Cancel, type CancelRejection } from "./domain/cancellation";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const cancelOrder = (
  context: OrdersContext,
  orderId: OrderId,
  cancel: Omit<Cancel, "by">,
  options: ChangeOptions = {},
): Promise<Result<Order, CancelRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideCancel(order, { ...cancel, by: context.actor }), options);
