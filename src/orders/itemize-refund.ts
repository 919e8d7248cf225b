/** Staff decide which units a refund is for, if its storefront does not report them. None: goodwill. */
import type { OrdersContext } from "./context";
import type { NewRefundLine } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { decideItemizedRefund } from "./domain/payments/refunds";
import { decideInTurn } from "./domain/evolve/evolve";
import { decideDifferenceHolds } from "./domain/storefront/difference";
import { refundedInPreparation } from "./domain/storefront/refunded-differences";
import { unitsOfRefund } from "./domain/payments/refund-units";
import type { OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { refundRules } from "./refund-rules";

export type ItemizeRefundRejection = Readonly<
  | { code: "refund_unknown"; refund: string }
  | { code: "refund_itemized"; refund: string }
  | { code: "refund_units_unknown"; detail: string }
>;

export type ItemizedRefund = Readonly<{ externalId: string; lines: readonly NewRefundLine[] }>;

export const itemizeRefund = (
  context: OrdersContext,
  orderId: OrderId,
  { externalId, lines }: ItemizedRefund,
  options: ChangeOptions = {},
): Promise<Result<Order, ItemizeRefundRejection | ChangeRejection>> =>
  changeOrder(
    context,
    orderId,
    async (order): Promise<Result<OrderEvent[], ItemizeRefundRejection>> => {
      const known = order.refunds.find((refund) => refund.externalId === externalId);
      if (!known) return reject({ code: "refund_unknown", refund: externalId });
      if (known.itemized) return reject({ code: "refund_itemized", refund: externalId });
      const rules = await refundRules(context);
      const refund = { ...known, lines, itemized: true, reason: null };
      const { unmatched } = unitsOfRefund(order, refund, rules.restockLocationId);
      if (unmatched.length > 0) return reject({ code: "refund_units_unknown", detail: unmatched.join("; ") });
      return accept(
        decideInTurn(order, [
          () => decideItemizedRefund(order, refund, rules),
          (after) => decideDifferenceHolds(after, refundedInPreparation(after), rules),
        ]),
      );
    },
    options,
  );
