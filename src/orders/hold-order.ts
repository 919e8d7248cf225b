/** Holds an order for a reason, and releases a hold. */
import type { OrdersContext } from "./context";
import { decideHold, decideReleaseHold, type HoldRejection } from "./domain/holds";
import type { OrderId } from "../kernel/ids";
import type { HoldCode, Order } from "./domain/order";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const holdOrder = (
  context: OrdersContext,
  orderId: OrderId,
  detail: string,
  options: ChangeOptions = {},
): Promise<Result<Order, HoldRejection | ChangeRejection>> =>
  changeOrder(
    context,
    orderId,
    (order) => decideHold(order, { code: "staff", detail }, context.actor, context.now()),
    options,
  );

export const releaseHold = (
  context: OrdersContext,
  orderId: OrderId,
  code: HoldCode,
  options: ChangeOptions = {},
): Promise<Result<Order, HoldRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideReleaseHold(order, code, context.actor), options);
