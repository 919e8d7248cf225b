/** Marks a shipment delivered. */
import type { OrdersContext } from "./context";
import { decideDeliver } from "./domain/fulfillments/deliver";
import type { FulfillmentRejection } from "./domain/fulfillments/rejections";
import type { Order } from "./domain/order";
import type { OrderId, ShipmentId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeRejection } from "./change-order";

/** @param at epoch milliseconds. */
export const deliverShipment = (
  context: OrdersContext,
  orderId: OrderId,
  shipmentId: ShipmentId,
  at: number,
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrder(context, orderId, (order) => decideDeliver(order, shipmentId, at));
