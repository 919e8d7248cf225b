/** Holds an order for a reason, and releases a hold. */
import type { Context } from "../context";
import { decideHold, decideReleaseHold, type HoldRejection } from "../domain/holds";
import type { OrderId } from "../domain/ids";
import type { HoldCode, Order } from "../domain/orders";
import type { Result } from "../domain/result";
import { changeOrder, type ChangeRejection } from "./change-order";

export const holdOrder = (
  context: Context,
  orderId: OrderId,
  detail: string,
): Promise<Result<Order, HoldRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) =>
    decideHold(order, { code: "staff", detail }, context.actor, context.now()),
  );

export const releaseHold = (
  context: Context,
  orderId: OrderId,
  code: HoldCode,
): Promise<Result<Order, HoldRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideReleaseHold(order, code, context.actor));
