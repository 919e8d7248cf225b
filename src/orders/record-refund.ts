/** Records a refund that a storefront reported by itself, without the rest of the order. */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import { erasedRefund } from "./domain/personal-data/erased-details";
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
    async (order) => {
      const reported = order.erasedAt === null ? refund : { ...refund, refund: erasedRefund(refund.refund) };
      return accept(decideReportedRefund(order, reported, await refundRules(context)));
    },
    options,
  );
