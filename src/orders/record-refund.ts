/** Records a refund that a storefront reported by itself, without the rest of the order. */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import { decideReportedRefund, type ReportedRefund } from "./domain/storefront/reported-refund";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { refundRules } from "./refund-rules";

export const recordRefund = (
  context: OrdersContext,
  orderId: OrderId,
  refund: ReportedRefund,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    async (order) => accept(decideReportedRefund(order, refund, await refundRules(context))),
    options,
  );
