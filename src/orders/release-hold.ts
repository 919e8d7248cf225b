/** Releases one hold of an order; its other holds remain. */
import type { OrdersContext } from "./context";
import type { HoldCode } from "./domain/holds/hold";
import { decideReleaseHold, type ReleaseHoldRejection } from "./domain/holds/release-hold";
import type { Order } from "./domain/order";
import type { OrderId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

/** `reason`: why staff accept what the hold names. */
export type HoldRelease = Readonly<{ code: HoldCode; reason?: string | undefined }>;

export const releaseHold = (
  context: OrdersContext,
  orderId: OrderId,
  { code, reason }: HoldRelease,
  options: ChangeOptions = {},
): Promise<Result<Order, ReleaseHoldRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideReleaseHold(order, code, context.actor, reason), options);
