/** Records units that a storefront reported as fulfilled, without the rest of the order. */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import type { NewFulfillment } from "./domain/new-order";
import type { Order } from "./domain/order";
import { erasedParcel } from "./domain/personal-data/erased-details";
import { decideReportedFulfillment } from "./domain/storefront/reported-fulfillment";
import { refundRules } from "./refund-rules";

export const recordFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  fulfillment: NewFulfillment,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    async (order) => {
      const reported = order.erasedAt === null ? fulfillment : erasedParcel(fulfillment);
      return accept(decideReportedFulfillment(order, reported, await refundRules(context)));
    },
    options,
  );
