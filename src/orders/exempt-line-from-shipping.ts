/** Staff decide that nothing ships for a line: a service, or a file. It needs no stock and no address. */
import type { OrdersContext } from "./context";
import { decideNoShipping, type NoShippingRejection } from "./domain/no-shipping";
import type { Order } from "./domain/order";
import type { LineId, OrderId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const exemptLineFromShipping = (
  context: OrdersContext,
  orderId: OrderId,
  lineId: LineId,
  options: ChangeOptions = {},
): Promise<Result<Order, NoShippingRejection | ChangeRejection>> =>
  changeOrder(
    context,
    orderId,
    (order) => decideNoShipping(order, lineId, { now: context.now(), by: context.actor }),
    options,
  );
