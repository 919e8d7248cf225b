/** Holds an order for a reason that staff gives. */
import type { OrdersContext } from "./context";
import { decideHold, type HoldRejection } from "./domain/holds/place-hold";
import type { Order } from "./domain/order";
import type { OrderId } from "../kernel/ids";
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
    (order) => decideHold(order, { code: "staff", detail }, { now: context.now(), by: context.actor }),
    options,
  );
