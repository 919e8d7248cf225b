/**
 * Rejects a fulfillment for its location: the location cannot or will not send it. If the location was asked to stop,
 * what the storefront has changed is applied to the units that come back.
 */
import type { OrdersContext } from "./context";
import { evolve } from "./domain/evolve/evolve";
import { decideReject, type RejectRequest } from "./domain/fulfillments/reject";
import type { FulfillmentRejection } from "./domain/fulfillments/rejections";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import type { ChangeRejection } from "./change-order";
import { changeOrderWithStock } from "./given-back-allocations";
import { storefrontEvents } from "./storefront-events";

export const rejectFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  refusal: Omit<RejectRequest, "by">,
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrderWithStock(
    context,
    orderId,
    async (order, allocate): Promise<Result<OrderEvent[], FulfillmentRejection>> => {
      const rejected = decideReject(order, { ...refusal, by: context.actor });
      if (!rejected.ok || rejected.value.length === 0 || order.differing === null) return rejected;
      const channel = (await context.reference()).channels.get(order.channelId)!;
      const after = rejected.value.reduce(evolve, order);
      const applied = await storefrontEvents({ context, allocate }, after, {
        incoming: order.differing,
        channel,
      });
      return accept([...rejected.value, ...applied]);
    },
  );
