/** Cancels what is not shipped of an order that was deleted at its storefront, and notes what is shipped. */
import type { OrdersContext } from "./context";
import { evolve } from "./domain/evolve/evolve";
import type { Order } from "./domain/order";
import { deletedState, noteShippedBeforeDeletion } from "./domain/storefront/deleted";
import { decideTakenBack, decideTheRest } from "./domain/storefront/storefront-update";
import type { OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { refundRules } from "./refund-rules";

export const deleteOrder = (
  context: OrdersContext,
  orderId: OrderId,
  at: number,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    async (order) => {
      const rules = await refundRules(context);
      const state = deletedState(order, at);
      const takenBack = decideTakenBack(order, state, rules);
      const rest = decideTheRest(takenBack.reduce(evolve, order), state, rules);
      const events = [...takenBack, ...rest];
      return accept(
        events.length === 0 ? [] : [...events, ...noteShippedBeforeDeletion(order, context.actor)],
      );
    },
    options,
  );
