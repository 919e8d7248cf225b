/** Applies a refund or a fulfillment that waited for its order. */
import type { OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import type { OrdersContext } from "./context";
import type { Order } from "./domain/order";
import { decideEarlyEvent, type EarlyEvent } from "./domain/storefront/early-event";
import { refundRules } from "./refund-rules";

export const recordEarlyEvent = (
  context: OrdersContext,
  orderId: OrderId,
  event: EarlyEvent,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    async (order) => accept(decideEarlyEvent(order, event, await refundRules(context))),
    options,
  );
