/** Decides and applies the erasure of a customer's data from an order. */
import type { EventOf, OrderEvent } from "../order-events";
import type { Order } from "../order";
import type { NewOrder } from "../new-order";
import { erasedDetails, erasedParcel, erasedReason, erasedState, erasedText } from "./erased-details";

/** Whether nothing is to be done of the order any more for which its customer's data is needed. */
export const hasEnded = ({ status, balances, differing }: Order): boolean =>
  (status === "closed" || status === "cancelled") &&
  differing === null &&
  balances.depositsMinor === 0 &&
  balances.receivableMinor === 0 &&
  balances.refundPayableMinor === 0;

/** No event if it is erased already. The order must have ended: `hasEnded`. */
export const decideErasure = (
  order: Order,
  { now: at, by }: Readonly<{ now: number; by: string }>,
): OrderEvent[] => (order.erasedAt === null ? [{ type: "order.personal_data_erased", at, by }] : []);

/** The storefront's state without personal data, if that was erased here. */
export const withoutErasedData = ({ erasedAt }: Pick<Order, "erasedAt">, state: NewOrder): NewOrder =>
  erasedAt === null ? state : erasedState(state);

/** The order after the event. */
export const personalDataErased = ({ at }: EventOf<"order.personal_data_erased">, order: Order): Order => ({
  ...erasedDetails(order),
  erasedAt: at,
  holds: order.holds.map(erasedReason),
  releasedHolds: order.releasedHolds.map(erasedReason),
  fulfillments: order.fulfillments.map((fulfillment) => ({
    ...fulfillment,
    reason: fulfillment.reason && erasedText(fulfillment.reason),
    stopReason: fulfillment.stopReason && erasedText(fulfillment.stopReason),
  })),
  shipments: order.shipments.map(erasedParcel),
});
