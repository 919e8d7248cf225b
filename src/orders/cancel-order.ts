/** Cancels an order, or units of it. Their allocations are released through the outbox. */
import type { OrdersContext } from "./context";
import { decideCancel, type Cancellation, type CancelRejection } from "./domain/cancellation";
import type { Order } from "./domain/order";
import type { OrderId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const cancelOrder = (
  context: OrdersContext,
  orderId: OrderId,
  cancellation: Omit<Cancellation, "by">,
  options: ChangeOptions = {},
): Promise<Result<Order, CancelRejection | ChangeRejection>> =>
  changeOrder(
    context,
    orderId,
    (order) => decideCancel(order, { ...cancellation, by: context.actor }),
    options,
  );
