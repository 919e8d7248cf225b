/** Ships units of a fulfillment in a parcel. */
import type { OrdersContext } from "./context";
import type { FulfillmentRejection } from "./domain/fulfillments/rejections";
import { decideShip, type ShipRequest } from "./domain/fulfillments/ship";
import type { Order } from "./domain/order";
import type { OrderId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const shipFulfillment = (
  context: OrdersContext,
  orderId: OrderId,
  ship: Omit<ShipRequest, "now" | "dropShipped">,
  options: ChangeOptions = {},
): Promise<Result<Order, FulfillmentRejection | ChangeRejection>> =>
  changeOrder(
    context,
    orderId,
    async (order) => {
      const fulfillment = order.fulfillments.find(({ id }) => id === ship.fulfillmentId);
      const { locations } = await context.reference();
      const dropShipped = locations.get(fulfillment?.locationId ?? "")?.kind === "vendor";
      return decideShip(order, { ...ship, dropShipped, now: context.now() });
    },
    options,
  );
