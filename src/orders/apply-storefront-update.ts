/** Applies the storefront's current state of an order to the stored order. */
import type { OrdersContext } from "./context";
import type { Order } from "./domain/order";
import type { OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import type { ChangeOptions, ChangeRejection } from "./change-order";
import { changeOrderWithStock } from "./given-back-allocations";
import { storefrontEvents, type StorefrontState } from "./storefront-events";

export const applyStorefrontUpdate = (
  context: OrdersContext,
  orderId: OrderId,
  state: StorefrontState,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrderWithStock<never>(
    context,
    orderId,
    async (order, allocate) => accept(await storefrontEvents({ context, allocate }, order, state)),
    options,
  );
