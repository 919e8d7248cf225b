/** Releases one hold of an order; its other holds remain. */
import type { OrdersContext } from "./context";
import { decideReleaseHold, type HoldRejection } from "./domain/holds";
import type { OrderId } from "../kernel/ids";
import type { HoldCode, Order } from "./domain/order";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const releaseHold = (
  context: OrdersContext,
  orderId: OrderId,
  code: HoldCode,
  options: ChangeOptions = {},
): Promise<Result<Order, HoldRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideReleaseHold(order, code, context.actor), options);
