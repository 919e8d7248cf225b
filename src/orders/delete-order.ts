/**
 * Deletes an order at its storefront's wish: cancels what is not shipped, and notes what is shipped. The deletion of an
 * order that is not known is remembered, for the case that its creation comes later.
 */
import type { OrdersContext } from "./context";
import type { Order } from "./domain/order";
import { deletedState, noteShippedBeforeDeletion } from "./domain/storefront/deleted";
import { decideWithoutAddedLines } from "./domain/storefront/storefront-update";
import { withDatabaseDeadline } from "../platform/d1/errors";
import { rememberDeletion } from "./storage/deleted-orders";
import type { OrderId } from "../kernel/ids";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";
import { refundRules } from "./refund-rules";

/**
 * @param at when the deletion was reported, in epoch milliseconds.
 * @returns `order_unknown` if the order is not known, once its deletion is remembered.
 */
export async function deleteOrder(
  context: OrdersContext,
  orderId: OrderId,
  at: number,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> {
  const deleted = await deleteKnown(context, orderId, at, options);
  if (deleted.ok || deleted.rejection.code !== "order_unknown") return deleted;
  await withDatabaseDeadline(context.config.databaseDeadlineMs, () =>
    rememberDeletion(context.databases.orders(orderId), orderId, at),
  );
  // It may have been created between the two.
  return deleteKnown(context, orderId, at, options);
}

const deleteKnown = (
  context: OrdersContext,
  orderId: OrderId,
  at: number,
  options: ChangeOptions,
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    async (order) => {
      const rules = await refundRules(context);
      const state = deletedState(order, at);
      const events = decideWithoutAddedLines(order, state, rules);
      return accept(
        events.length === 0 ? [] : [...events, ...noteShippedBeforeDeletion(order, context.actor)],
      );
    },
    options,
  );
