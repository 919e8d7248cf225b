/** Adds a note to an order's history. It does not change the order's state. */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import type { Order } from "./domain/order";
import { accept, type Result } from "../kernel/result";
import { changeOrder, type ChangeOptions, type ChangeRejection } from "./change-order";

export const addNote = (
  context: OrdersContext,
  orderId: OrderId,
  text: string,
  options: ChangeOptions = {},
): Promise<Result<Order, ChangeRejection>> =>
  changeOrder<never>(
    context,
    orderId,
    () => accept([{ type: "order.note_added", text, by: context.actor }]),
    options,
  );
