/** Records units that a storefront reported as fulfilled, without the rest of the order. */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { decideNewHold } from "./domain/holds/place-hold";
import type { NewFulfillment } from "./domain/new-order";
import type { Order } from "./domain/order";

export const recordFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  fulfillment: NewFulfillment,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    (order) => {
      const detail = `Fulfilled at the storefront: ${fulfillment.externalId}.`;
      const placed = { now: context.now(), by: context.actor };
      return accept(decideNewHold(order, { code: "differs_from_storefront", detail }, placed));
    },
    options,
  );
