/**
 * Rejects a fulfillment for its location: the location cannot or will not send it. What the storefront has changed or
 * refunded while the location prepared it is applied to the units that come back.
 */
import type { OrdersContext } from "./context";
import { evolve } from "./domain/evolve/evolve";
import { decideReject, type RejectRequest } from "./domain/fulfillments/reject";
import type { FulfillmentRejection } from "./domain/fulfillments/rejections";
import type { NewOrder } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { decideRefundedUnitsBack } from "./domain/storefront/refunded-units-back";
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
      if (!rejected.ok || rejected.value.length === 0) return rejected;
      const after = rejected.value.reduce(evolve, order);
      const applied = await changesThatWaited({ context, allocate }, order.differing, after);
      const placed = { now: context.now(), by: context.actor };
      const refunded = decideRefundedUnitsBack(order, applied.reduce(evolve, after), placed);
      return accept([...rejected.value, ...applied, ...refunded]);
    },
  );

async function changesThatWaited(
  withStock: Parameters<typeof storefrontEvents>[0],
  incoming: NewOrder | null,
  order: Order,
): Promise<OrderEvent[]> {
  if (incoming === null) return [];
  const channel = (await withStock.context.reference()).channels.get(order.channelId)!;
  return storefrontEvents(withStock, order, { incoming, channel });
}
