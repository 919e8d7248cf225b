/** What a location says of its fulfillment: sent in a parcel, delivered, or refused. */
import type { OrdersContext } from "./context";
import {
  decideDeliver,
  decideReject,
  decideShip,
  type FulfillmentRejection,
  type Refusal,
  type Ship,
} from "./domain/fulfillments/fulfillment";
import type { OrderId, ShipmentId } from "../kernel/ids";
import type { Order } from "./domain/order";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeRejection } from "./change-order";

type Outcome = Promise<Result<Order, FulfillmentRejection | ChangeRejection>>;

export const shipFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  ship: Omit<Ship, "now" | "dropShipped">,
): Outcome =>
  changeOrder(context, orderId, async (order) => {
    const part = order.fulfillments.find(({ id }) => id === ship.fulfillmentId);
    const { locations } = await context.reference();
    const dropShipped = locations.get(part?.locationId ?? "")?.kind === "vendor";
    return decideShip(order, { ...ship, dropShipped, now: context.now() });
  });

export const deliverShipment = (
  context: OrdersContext,
  orderId: OrderId,
  shipmentId: ShipmentId,
  at: number,
): Outcome => changeOrder(context, orderId, (order) => decideDeliver(order, shipmentId, at));

export const rejectFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  refusal: Omit<Refusal, "by">,
): Outcome =>
  changeOrder(context, orderId, (order) => decideReject(order, { ...refusal, by: context.actor }));
